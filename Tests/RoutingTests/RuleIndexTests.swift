import Expressions
import Model
import Routing
import Testing

private func table(
    _ rules: [Rule], after previous: RoutingTable? = nil
) throws -> RoutingTable {
    try RoutingTable(
        LoadBalancerConfiguration(
            loadBalancer: "web", generation: 1,
            listeners: [
                Listener(
                    name: "http", loadBalancer: "web", address: "::", port: 80, rules: rules,
                    defaultAction: answer)
            ],
            targetGroups: []),
        after: previous, expressions: .linear)
}

private let answer = RuleAction.fixedResponse(
    statusCode: 404, contentType: "text/plain", body: "")

private func rule(_ priority: Int, _ conditions: RuleCondition...) -> Rule {
    Rule(
        name: Identifier("r\(priority)"), listener: "http", priority: priority,
        conditions: conditions, action: answer)
}

private func match(_ table: RoutingTable, _ request: NaiveRules.Request) throws -> RuleMatch {
    try #require(
        Heads.view(request.text, client: request.client) {
            table.listeners[0].index.firstRule(for: $0)
        })
}

/// Whatever the rules and the request, the index finds what trying one after the other finds.
@Test(arguments: 0..<24)
func theIndexFindsWhatTryingAllFinds(seed: Int) throws {
    var random = RandomRules(seed: UInt64(seed))
    let rules = random.rules([3, 12, 60, 300][seed % 4])
    let table = try table(rules)
    for number in 0..<200 {
        let request = random.request()
        let found = try match(table, request).rule
        let expected = NaiveRules.first(of: rules, for: request)
        try #require(
            found == expected, "seed \(seed), request \(number): \(request.text)")
    }
}

// MARK: What a request costs

/// Ways in which a large set of rules may be told apart, each with a request for rule `number`.
private let largeSets: [(name: String, make: @Sendable (Int) -> (Rule, NaiveRules.Request))] = [
    (
        "hosts",
        { number in
            var request = NaiveRules.Request()
            request.host = "shop\(number).example.org"
            return (rule(number, .hostHeader(["shop\(number).example.org"])), request)
        }
    ),
    (
        "subdomains",
        { number in
            var request = NaiveRules.Request()
            request.host = "www.shop\(number).org"
            return (rule(number, .hostHeader(["*.shop\(number).org"])), request)
        }
    ),
    (
        "paths",
        { number in
            var request = NaiveRules.Request()
            request.path = "/service\(number)/item/7"
            return (
                rule(number, .pathPattern(["/service\(number)", "/service\(number)/*"])), request
            )
        }
    ),
    (
        "ends of paths",
        { number in
            var request = NaiveRules.Request()
            request.path = "/any/thing-\(number).png"
            return (rule(number, .pathPattern(["/*/thing-\(number).png"])), request)
        }
    ),
    (
        "hosts and paths",
        { number in
            var request = NaiveRules.Request()
            request.host = "team\(number % 100).org"
            request.path = "/app\(number / 100)/x"
            return (
                rule(
                    number, .hostHeader(["team\(number % 100).org"]),
                    .pathPattern(["/app\(number / 100)/*"])), request
            )
        }
    ),
    (
        "fields' values",
        { number in
            var request = NaiveRules.Request()
            request.fields = [("Accept", "*/*"), ("x-tenant", "T-\(number)")]
            return (
                rule(
                    number, .pathPattern(["/*"]),
                    .httpHeader(name: "X-Tenant", values: ["t-\(number)"])), request
            )
        }
    ),
    (
        "fields' names",
        { number in
            var request = NaiveRules.Request()
            request.fields = [("X-Beta-\(number)", "1")]
            return (rule(number, .httpHeader(name: "x-beta-\(number)", values: ["*"])), request)
        }
    ),
    (
        "parameters",
        { number in
            var request = NaiveRules.Request()
            request.query = [("a", "b"), ("Tenant", "\(number)")]
            return (
                rule(number, .queryString([QueryStringPair(key: "tenant", value: "\(number)")])),
                request
            )
        }
    ),
    (
        "clients",
        { number in
            var request = NaiveRules.Request()
            request.client = "10.\(number / 250).\(number % 250).9"
            return (rule(number, .sourceIP(["10.\(number / 250).\(number % 250).0/24"])), request)
        }
    ),
]

/// With a thousand times as many rules a request tries no more of them.
@Test(arguments: largeSets.indices)
func aRequestTriesAsManyRulesOfTenAsOfTenThousand(set: Int) throws {
    for count in [10, 1000, 10_000] {
        let made = (1...count).map { largeSets[set].make($0) }
        let table = try table(made.map(\.0))
        for number in [1, count / 2, count] {
            let match = try match(table, made[number - 1].1)
            #expect(match.rule == number - 1, "\(largeSets[set].name) of \(count)")
            let most = count == 10 ? 10 : RuleIndex.leafRulesMax
            #expect(match.evaluations <= most, "\(largeSets[set].name) of \(count)")
        }
        var stranger = NaiveRules.Request()
        stranger.host = "elsewhere.com"
        stranger.path = "/elsewhere"
        #expect(try match(table, stranger).rule == count)
    }
}

// MARK: Taking over what is the same

@Test func onlyWhatChangedIsCompiledAnew() throws {
    let rules = [rule(1, .pathPatternRegex(["^/a"])), rule(2, .hostHeader(["a.org"]))]
    let first = try table(rules)
    var shifted = rules
    shifted[0].action = .fixedResponse(statusCode: 503, contentType: "text/plain", body: "")
    let second = try table(shifted, after: first)
    #expect(second.listeners[0].index === first.listeners[0].index)
    shifted[1].conditions = [.hostHeader(["b.org"])]
    let third = try table(shifted, after: second)
    #expect(third.listeners[0].index !== first.listeners[0].index)
    var request = NaiveRules.Request()
    request.host = "b.org"
    #expect(try match(third, request).rule == 1)
    #expect(try match(second, request).rule == 2)
}

@Test func anExpressionThatWasThereIsNotCompiledAgain() throws {
    let counter = CountingCompiler()
    func compile(_ rules: [Rule], after previous: RoutingTable?) throws -> RoutingTable {
        try RoutingTable(
            LoadBalancerConfiguration(
                loadBalancer: "web", generation: 1,
                listeners: [
                    Listener(
                        name: "http", loadBalancer: "web", address: "::", port: 80, rules: rules,
                        defaultAction: answer)
                ],
                targetGroups: []),
            after: previous, expressions: counter.compiler)
    }
    let first = try compile([rule(1, .pathPatternRegex(["a", "b"]))], after: nil)
    #expect(counter.texts == ["a", "b"])
    let second = try compile([rule(1, .pathPatternRegex(["c", "a"]))], after: first)
    #expect(counter.texts == ["a", "b", "c"])
    _ = try compile([rule(2, .pathPatternRegex(["c", "b"]))], after: second)
    #expect(counter.texts == ["a", "b", "c", "b"])
}

@Test func aTableWithoutACompilerRefusesExpressions() {
    let error = #expect(throws: ConfigurationDefect.self) {
        _ = try RoutingTable(
            LoadBalancerConfiguration(
                loadBalancer: "web", generation: 1,
                listeners: [
                    Listener(
                        name: "http", loadBalancer: "web", address: "::", port: 80,
                        rules: [rule(1, .pathPatternRegex(["a"]))], defaultAction: answer)
                ],
                targetGroups: []))
    }
    #expect(error?.problem.contains("not available") == true)
}
