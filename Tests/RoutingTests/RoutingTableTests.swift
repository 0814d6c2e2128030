import Expressions
import Model
import Routing
import Testing

private func configuration(
    rules: [Rule] = [], action: RuleAction = .forward([.init(targetGroup: "blue", weight: 1000)]),
    change: (inout LoadBalancerConfiguration) -> Void = { _ in }
) -> LoadBalancerConfiguration {
    var blue = TargetGroup(name: "blue")
    blue.targets = [Target(id: "t1", address: "10.0.0.1", port: 80)]
    var configuration = LoadBalancerConfiguration(
        loadBalancer: "web", generation: 1,
        listeners: [
            Listener(
                name: "http", loadBalancer: "web", address: "127.0.0.1", port: 8080, rules: rules,
                defaultAction: action)
        ],
        targetGroups: [blue, TargetGroup(name: "green")])
    change(&configuration)
    return configuration
}

private func rule(_ priority: Int, _ conditions: [RuleCondition]) -> Rule {
    Rule(
        name: Identifier("r\(priority)"), listener: "http", priority: priority,
        conditions: conditions, action: .forward([.init(targetGroup: "green", weight: 1)]))
}

/// Whether a request meets the conditions.
private func matches(
    _ conditions: [RuleCondition], _ text: String, client: String = "192.0.2.7"
) throws -> Bool {
    let table = try RoutingTable(
        configuration(rules: [rule(1, conditions)]), expressions: .linear)
    let index = Heads.view(text, client: client) { table.listeners[0].action(for: $0) }
    return try #require(index) == 0
}

private let request = """
    GET /shop/item?color=Red&size HTTP/1.1\r\nHost: www.Example.com:8080\r\n\
    X-Team: Blue\r\nX-Team: Green\r\n\r\n
    """

@Test(arguments: [
    ([RuleCondition.hostHeader(["api.?.org", "*.example.COM"])], true),
    ([.hostHeader(["example.com"])], false),
    ([.pathPattern(["/shop/*"])], true),
    ([.pathPattern(["/shop/ite?"])], true),
    ([.pathPattern(["/Shop/*"])], false),
    ([.pathPattern(["*color*"])], false),
    ([.httpHeader(name: "x-team", values: ["gr*"])], true),
    ([.httpHeader(name: "x-team", values: ["red"])], false),
    ([.httpRequestMethod(["POST", "GET"])], true),
    ([.httpRequestMethod(["GE"])], false),
    ([.queryString([QueryStringPair(key: "color", value: "red")])], true),
    ([.queryString([QueryStringPair(key: nil, value: "R*")])], true),
    ([.queryString([QueryStringPair(key: "colour", value: "*")])], false),
    ([.queryString([QueryStringPair(key: "size", value: "*")])], true),
    ([.queryString([QueryStringPair(key: "color", value: "r\\*")])], false),
    ([.hostHeaderRegex(["^WWW[.]e.+[.]com$"])], true),
    ([.pathPatternRegex(["^/shop/[a-z]+$"])], true),
    ([.pathPatternRegex(["^/SHOP/", "color"])], false),
    ([.httpHeaderRegex(name: "X-Team", values: ["^gre{2}n$"])], true),
    ([.httpHeaderRegex(name: "X-Other", values: [".*"])], false),
    ([.sourceIP(["10.0.0.0/8", "192.0.2.0/24"])], true),
    ([.sourceIP(["192.0.2.8/32"])], false),
    ([.pathPattern(["/shop/*"]), .hostHeader(["*.org"])], false),
])
func conditionsHold(conditions: [RuleCondition], expected: Bool) throws {
    #expect(try matches(conditions, request) == expected)
}

@Test func blocksOfIPv6HoldTheirAddresses() throws {
    let conditions = [RuleCondition.sourceIP(["2001:db8::/33"])]
    #expect(try matches(conditions, request, client: "2001:db8:7fff::1"))
    #expect(try !matches(conditions, request, client: "2001:db8:8000::1"))
    #expect(try !matches(conditions, request, client: "10.0.0.1"))
    #expect(try matches([.sourceIP(["::/0"])], request, client: "fe80::1"))
    #expect(try matches([.sourceIP(["0.0.0.0/0"])], request))
    #expect(try matches([.sourceIP(["fe80::1/128"])], request, client: "fe80::1"))
}

@Test func theLowestPriorityNumberIsTriedFirst() throws {
    let table = try RoutingTable(
        configuration(rules: [
            rule(20, [.pathPattern(["*"])]), rule(3, [.pathPattern(["/shop/*"])]),
        ]))
    #expect(Heads.view(request) { table.listeners[0].action(for: $0) } == 0)
    let other = "GET /other HTTP/1.1\r\nHost: a\r\n\r\n"
    #expect(Heads.view(other) { table.listeners[0].action(for: $0) } == 1)
}

@Test(arguments: [
    ("*", "", true), ("*", "abc", true), ("a*c", "abbc", true), ("a*c", "abcb", false),
    ("*a*b*", "xxaxxbxx", true), ("a?c", "abc", true), ("a?c", "ac", false),
    ("", "", true), ("", "a", false), ("**a", "a", true),
    ("*aaaaaaaaaaaaaaaaaab", String(repeating: "a", count: 100), false),
])
func wildcardsMatch(pattern: String, text: String, expected: Bool) {
    let compiled = WildcardPattern(pattern, ignoringCase: false)
    #expect(Heads.withBytes(text) { compiled.matches($0) } == expected)
}

private func limits(_ change: (inout RuleLimits) -> Void) -> RuleLimits {
    var limits = RuleLimits()
    change(&limits)
    return limits
}

private typealias Change = @Sendable (inout LoadBalancerConfiguration) -> Void

private let defects: [(field: String, change: Change)] = [
    ("listeners[http].address", { $0.listeners[0].address = "localhost" }),
    ("listeners[http].protocol", { $0.listeners[0].protocol = .https }),
    ("listeners[http].idleTimeoutSeconds", { $0.listeners[0].idleTimeoutSeconds = 0 }),
    ("listeners[http].clientKeepAliveSeconds", { $0.listeners[0].clientKeepAliveSeconds = 1 }),
    ("listeners[http]", { $0.listeners.append($0.listeners[0]) }),
    (
        "listeners[second].port",
        {
            $0.listeners.append($0.listeners[0])
            $0.listeners[1].name = "second"
        }
    ),
    ("listeners[http].rules[0].priority", { $0.listeners[0].rules = [rule(0, [])] }),
    (
        "listeners[http].rules[1].conditions[0].hostHeader[1]",
        { $0.listeners[0].rules = [rule(1, [.hostHeader(["a.org", "localhost"])])] }
    ),
    (
        "listeners[http].rules[1].conditions[0].hostHeader[0]",
        { $0.listeners[0].rules = [rule(1, [.hostHeader(["a.b2"])])] }
    ),
    (
        "listeners[http].rules[1].conditions[0].pathPattern[0]",
        { $0.listeners[0].rules = [rule(1, [.pathPattern(["/a%20b"])])] }
    ),
    (
        "listeners[http].rules[1].conditions[0].pathPattern[0]",
        {
            $0.listeners[0].rules = [
                rule(1, [.pathPattern(["/" + String(repeating: "a", count: 128)])])
            ]
        }
    ),
    (
        "listeners[http].rules[1].conditions[0].httpRequestMethod[0]",
        { $0.listeners[0].rules = [rule(1, [.httpRequestMethod(["get"])])] }
    ),
    (
        "listeners[http].rules[1].conditions[0].httpHeader.name",
        { $0.listeners[0].rules = [rule(1, [.httpHeader(name: "Host", values: ["a"])])] }
    ),
    (
        "listeners[http].rules[1].conditions[0].queryString[0].value",
        { $0.listeners[0].rules = [rule(1, [.queryString([.init(key: "a", value: "")])])] }
    ),
    (
        "listeners[http].rules[1].conditions[1]",
        {
            $0.listeners[0].rules = [
                rule(1, [.pathPattern(["/a"]), .pathPatternRegex(["b"])])
            ]
        }
    ),
    (
        "listeners[http].rules[1].conditions[0].hostHeaderRegex[0]",
        { $0.listeners[0].rules = [rule(1, [.hostHeaderRegex(["(?=a)"])])] }
    ),
    (
        "listeners[http].rules[1].conditions[0].pathPatternRegex[0]",
        { $0.listeners[0].rules = [rule(1, [.pathPatternRegex(["((a{900}){900}){900}"])])] }
    ),
    (
        "listeners[http].rules[1].conditions[0].sourceIP[0]",
        { $0.listeners[0].rules = [rule(1, [.sourceIP(["255.255.255.255/32"])])] }
    ),
    (
        "listeners[http].rules[1].transforms[0].urlRewrite.regex",
        {
            $0.listeners[0].rules = [rule(1, [.pathPattern(["/"])])]
            $0.listeners[0].rules[0].transforms = [.urlRewrite(regex: "(", replacement: "")]
        }
    ),
    (
        "listeners[http].rules[1].transforms[0].hostHeaderRewrite.replacement",
        {
            $0.listeners[0].rules = [rule(1, [.pathPattern(["/"])])]
            $0.listeners[0].rules[0].transforms = [
                .hostHeaderRewrite(regex: "(a)", replacement: "$2")
            ]
        }
    ),
    (
        "listeners[http].rules[1].transforms[1].urlRewrite",
        {
            $0.listeners[0].rules = [rule(1, [.pathPattern(["/"])])]
            $0.listeners[0].rules[0].transforms = [
                .urlRewrite(regex: "a", replacement: "b"),
                .urlRewrite(regex: "c", replacement: "d"),
            ]
        }
    ),
    (
        "listeners[http].rules[1].transforms",
        {
            $0.listeners[0].rules = [rule(1, [.pathPattern(["/"])])]
            $0.listeners[0].rules[0].action = .redirect(statusCode: 302, location: "/b")
            $0.listeners[0].rules[0].transforms = [.urlRewrite(regex: "a", replacement: "b")]
        }
    ),
    ("listeners[http].ruleLimits.rules", { $0.listeners[0].ruleLimits = limits { $0.rules = 0 } }),
    (
        "listeners[http].rules",
        {
            $0.listeners[0].ruleLimits = limits { $0.rules = 1 }
            $0.listeners[0].rules = (1...2).map { rule($0, [.pathPattern(["/"])]) }
        }
    ),
    (
        "listeners[http].rules[1].conditions",
        {
            $0.listeners[0].ruleLimits = limits { $0.conditionValues = 2 }
            $0.listeners[0].rules = [
                rule(1, [.pathPattern(["/a", "/b"]), .httpRequestMethod(["GET"])])
            ]
        }
    ),
    (
        "listeners[http].rules[1].conditions",
        {
            $0.listeners[0].ruleLimits = limits { $0.wildcards = 1 }
            $0.listeners[0].rules = [rule(1, [.pathPattern(["/*/?"])])]
        }
    ),
    (
        "listeners[http].defaultAction.forward",
        {
            $0.listeners[0].ruleLimits = limits { $0.targetGroups = 1 }
            $0.listeners[0].defaultAction = .forward([
                .init(targetGroup: "blue", weight: 1), .init(targetGroup: "green", weight: 1),
            ])
        }
    ),
    ("listeners[http].rules[1].conditions", { $0.listeners[0].rules = [rule(1, [])] }),
    (
        "listeners[http].rules[1].priority",
        {
            let one = rule(1, [.pathPattern(["/"])])
            $0.listeners[0].rules = [one, one]
        }
    ),
    (
        "listeners[http].rules[1].conditions[0].sourceIP[0]",
        { $0.listeners[0].rules = [rule(1, [.sourceIP(["10.0.0.1/33"])])] }
    ),
    (
        "listeners[http].rules[1].conditions[0].pathPattern",
        { $0.listeners[0].rules = [rule(1, [.pathPattern([])])] }
    ),
    (
        "listeners[http].rules[1].conditions[0].httpHeader.name",
        { $0.listeners[0].rules = [rule(1, [.httpHeader(name: "a b", values: ["x"])])] }
    ),
    (
        "listeners[http].defaultAction.forward",
        { $0.listeners[0].defaultAction = .forward([.init(targetGroup: "red", weight: 1)]) }
    ),
    (
        "listeners[http].defaultAction.forward",
        { $0.listeners[0].defaultAction = .forward([.init(targetGroup: "blue", weight: 1001)]) }
    ),
    ("listeners[http].defaultAction.forward", { $0.listeners[0].defaultAction = .forward([]) }),
    (
        "listeners[http].defaultAction.fixedResponse.contentType",
        {
            $0.listeners[0].defaultAction = .fixedResponse(
                statusCode: 200, contentType: "a\r\nb", body: "")
        }
    ),
    (
        "listeners[http].defaultAction.redirect.location",
        { $0.listeners[0].defaultAction = .redirect(statusCode: 301, location: "/#{user}") }
    ),
    ("targetGroups[blue]", { $0.targetGroups.append($0.targetGroups[0]) }),
    ("targetGroups[blue].healthCheck.path", { $0.targetGroups[0].healthCheck.path = "x" }),
    (
        "targetGroups[blue].healthCheck.matcher",
        { $0.targetGroups[0].healthCheck.matcher = "2xx" }
    ),
    (
        "targetGroups[blue].healthCheck.intervalMilliseconds",
        { $0.targetGroups[0].healthCheck.intervalMilliseconds = 99 }
    ),
    (
        "targetGroups[blue].deregistrationDelaySeconds",
        { $0.targetGroups[0].deregistrationDelaySeconds = 3601 }
    ),
    ("targetGroups[blue].targets[t1].port", { $0.targetGroups[0].targets[0].port = 0 }),
    ("targetGroups[blue].targets[t1].address", { $0.targetGroups[0].targets[0].address = "x" }),
    (
        "targetGroups[blue].targets[t1]",
        { $0.targetGroups[0].targets.append($0.targetGroups[0].targets[0]) }
    ),
]

@Test func defectsNameTheirField() {
    for (field, change) in defects {
        let error = #expect(throws: ConfigurationDefect.self) {
            _ = try RoutingTable(configuration(change: change), expressions: .linear)
        }
        #expect(error?.field == field, "\(error?.problem ?? "")")
    }
}

@Test func aGroupThatNoRuleNamesIsUnused() throws {
    let table = try RoutingTable(configuration())
    #expect(table.targetGroups.map(\.isUsed) == [true, false])
    let shifted = try RoutingTable(
        configuration(
            action: .forward([
                .init(targetGroup: "blue", weight: 1000), .init(targetGroup: "green", weight: 0),
            ])))
    #expect(shifted.targetGroups.map(\.isUsed) == [true, true])
}

@Test func weightsAreKept() {
    let plan = ForwardPlan([
        (group: 7, weight: 900), (group: 8, weight: 100), (group: 9, weight: 0),
    ])
    var generator = Generator(seed: 1)
    var counts: [Int: Int] = [:]
    for _ in 0..<10_000 {
        if let group = plan.pick(generator.next()) { counts[group, default: 0] += 1 }
    }
    #expect(counts[9] == nil)
    #expect((8700...9300).contains(counts[7] ?? 0))
    #expect((counts[7] ?? 0) + (counts[8] ?? 0) == 10_000)
    #expect(ForwardPlan([(group: 7, weight: 0)]).pick(3) == nil)
    #expect(ForwardPlan([(group: 7, weight: 1), (group: 8, weight: 0)]).pick(3) == 7)
}
