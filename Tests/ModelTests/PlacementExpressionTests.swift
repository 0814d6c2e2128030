import Model
import Testing

/// ECS's cluster query language.
struct PlacementExpressionTests {
    private var candidate: PlacementCandidate {
        var instance = ContainerInstance(
            id: "i-1", arn: "", cluster: "default", address: "", cpu: 1, memory: 1,
            registeredAt: Instant(milliseconds: 1_700_000_000_000), agentVersion: "1.10.2")
        instance.attributes = [
            Attribute(name: "ecs.availability-zone", value: "a"),
            Attribute(name: "ecs.instance-type", value: "t2.small"),
            Attribute(name: "disk", value: "ssd fast"), Attribute(name: "flag", value: nil),
        ]
        return PlacementCandidate(
            instance, runningTasksCount: 3, taskGroups: ["service:web", "family:job"])
    }

    @Test(arguments: [
        ("attribute:ecs.availability-zone == a", true),
        ("attribute:ecs.availability-zone equals b", false),
        ("attribute:ecs.availability-zone != b", true),
        ("attribute:nowhere != b", true), ("attribute:nowhere == b", false),
        ("attribute:ecs.availability-zone in [a, b]", true),
        ("attribute:ecs.availability-zone !in [a,b]", false),
        ("attribute:ecs.availability-zone not_in [c]", true),
        ("attribute:disk == \"ssd fast\"", true), ("attribute:disk == 'ssd fast'", true),
        ("attribute:flag exists", true), ("attribute:flag !exists", false),
        ("attribute:none not_exists", true),
        ("attribute:ecs.instance-type =~ t2.*", true),
        ("attribute:ecs.instance-type matches \"t2[.]small|x\"", false),
        ("attribute:ecs.instance-type !~ g2.*", true),
        ("agentVersion > 1.9", true), ("agentVersion >= 1.10.2", true),
        ("agentVersion less_than 1.10", false), ("runningTasksCount < 4", true),
        ("runningTasksCount <= 2", false), ("registeredAt > 1600000000", true),
        ("ec2InstanceId == i-1", true), ("task:group == service:web", true),
        ("not(task:group == service:api)", true), ("!task:group in [family:job]", false),
        ("runningTasksCount < 1 or attribute:flag exists and ec2InstanceId == i-1", true),
        ("(runningTasksCount < 1 || attribute:flag exists) && ec2InstanceId == i-2", false),
    ])
    func holds(text: String, expected: Bool) throws {
        let expression = try? PlacementExpression(parsing: text)
        guard let expression else {
            // A character class is more than the pattern language has.
            #expect(text.contains("[.]"))
            return
        }
        #expect(expression.holds(for: candidate) == expected)
    }

    @Test(arguments: [
        "", "attribute:", "attribute:a", "attribute:a ==", "a == b", "attribute:a = b",
        "attribute:a == b c", "(attribute:a exists", "attribute:a exists)", "attribute:a in a",
        "attribute:a in [a", "attribute:a in []", "attribute:a == \"b", "and", "not",
        "attribute:a =~ (a)", "attribute:a =~ *", "attribute:a =~ a**", "attribute:a ! b",
        "attribute:a == ==", "\u{0}", ",",
    ])
    func whatIsNoneIsRefused(text: String) {
        #expect(throws: PlacementExpression.Problem.self) {
            try PlacementExpression(parsing: text)
        }
    }

    @Test func depthAndLengthHaveLimits() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "(", count: depth) + "attribute:a exists"
                + String(repeating: ")", count: depth)
        }
        _ = try PlacementExpression(parsing: nested(PlacementExpression.depthMax - 1))
        #expect(throws: PlacementExpression.Problem.self) {
            try PlacementExpression(parsing: nested(PlacementExpression.depthMax))
        }
        let name = String(repeating: "x", count: PlacementExpression.charactersMax - 17)
        _ = try PlacementExpression(parsing: "attribute:\(name) exists")
        #expect(throws: PlacementExpression.Problem.self) {
            try PlacementExpression(parsing: "attribute:\(name)x exists")
        }
    }

    @Test(arguments: [
        ("t2.*", "t2.small", true), ("t2.*", "t3.small", false), ("a*b*", "", true),
        ("a*b*", "aabb", true), ("a*b*", "aba", false), ("a+", "", false), ("a+", "aaa", true),
        ("ab?c", "ac", true), ("ab?c", "abbc", false), ("a|b", "b", true), ("a|b", "ab", false),
        ("a\\*", "a*", true), ("a\\*", "aa", false), ("", "", true), ("", "a", false),
        (".*.*.*.*x", String(repeating: "a", count: 5000), false),
    ])
    func patterns(pattern: String, text: String, expected: Bool) throws {
        #expect(try #require(PlacementPattern(pattern)).matches(text) == expected)
    }

    /// Whatever the text: an expression or a problem, and an expression has an answer.
    @Test func anythingIsParsedOrRefused() {
        let words = [
            "attribute:a", "==", "!=", "in", "[", "]", ",", "(", ")", "not", "!", "and", "||",
            "exists", "=~", "a", "\"b c\"", "*", "task:group", "registeredAt", "<", "'", "\u{301}",
        ]
        var generator = Generator(seed: 7)
        for _ in 0..<5_000 {
            let count = Int.random(in: 0...12, using: &generator)
            let text = (0..<count).compactMap { _ in words.randomElement(using: &generator) }
                .joined(separator: Bool.random(using: &generator) ? " " : "")
            let expression = try? PlacementExpression(parsing: text)
            _ = expression?.holds(for: candidate)
        }
    }
}
