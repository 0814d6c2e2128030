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
    let table = try RoutingTable(configuration(rules: [rule(1, conditions)]))
    let index = Heads.view(text, client: client) { table.listeners[0].action(for: $0) }
    return try #require(index) == 0
}

private let request = """
    GET /shop/item?color=Red&size HTTP/1.1\r\nHost: www.Example.com:8080\r\n\
    X-Team: Blue\r\nX-Team: Green\r\n\r\n
    """

@Test(arguments: [
    ([RuleCondition.hostHeader(["api.*", "*.example.COM"])], true),
    ([.hostHeader(["example.com"])], false),
    ([.pathPattern(["/shop/*"])], true),
    ([.pathPattern(["/shop/ite?"])], true),
    ([.pathPattern(["/Shop/*"])], false),
    ([.pathPattern(["*color*"])], false),
    ([.httpHeader(name: "x-team", values: ["gr*"])], true),
    ([.httpHeader(name: "x-team", values: ["red"])], false),
    ([.httpRequestMethod(["POST", "GET"])], true),
    ([.httpRequestMethod(["get"])], false),
    ([.queryString([QueryStringPair(key: "color", value: "red")])], true),
    ([.queryString([QueryStringPair(key: nil, value: "R*")])], true),
    ([.queryString([QueryStringPair(key: "colour", value: "*")])], false),
    ([.queryString([QueryStringPair(key: "size", value: "*")])], true),
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
    ("listeners[http].rules[1].conditions", { $0.listeners[0].rules = [rule(1, [])] }),
    (
        "listeners[http].rules[1].priority",
        {
            let one = rule(1, [.pathPattern(["/"])])
            $0.listeners[0].rules = [one, one]
        }
    ),
    (
        "listeners[http].rules[1].conditions.sourceIP",
        { $0.listeners[0].rules = [rule(1, [.sourceIP(["10.0.0.1/33"])])] }
    ),
    (
        "listeners[http].rules[1].conditions.pathPattern",
        { $0.listeners[0].rules = [rule(1, [.pathPattern([])])] }
    ),
    (
        "listeners[http].rules[1].conditions.httpHeader.name",
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
            _ = try RoutingTable(configuration(change: change))
        }
        #expect(error?.field == field)
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

@Test func redirectsAreFilledIn() throws {
    let redirect = try #require(
        Redirect(status: 301, location: "https://#{host}:443/#{path}?#{query}&from=#{protocol}"))
    let location = Heads.view(request) { redirect.location(for: $0, scheme: "http", port: 8080) }
    #expect(
        location.map { String(decoding: $0, as: UTF8.self) }
            == "https://www.Example.com:443/shop/item?color=Red&size&from=http")
}
