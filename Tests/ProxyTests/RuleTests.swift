import Model
import Proxy
import Testing

private func rule(
    _ priority: Int, _ condition: RuleCondition,
    _ action: RuleAction = .forward([WeightedTargetGroup(targetGroup: "blue", weight: 1000)])
) -> Rule {
    Rule(
        name: Identifier("r\(priority)"), listener: "http", priority: priority,
        conditions: [condition], action: action)
}

private func request(_ port: UInt16, _ text: String) throws -> MessageReader.Message {
    let client = try RawSocket(connectedTo: port)
    client.send(text)
    return try #require(try MessageReader(client).next())
}

@Test func aRequestGoesOnAsItsRuleRewritesIt() async throws {
    let target = try ScriptedTarget.http {
        response("\($0.start)|\($0.field("Host") ?? "")|\($0.field("X") ?? "")|\($0.text)")
    }
    defer { target.stop() }
    var product = rule(1, .pathPatternRegex(["^/dp/[0-9]+$"]))
    product.transforms = [
        .urlRewrite(regex: "^/dp/([0-9]+)", replacement: "/product?id=$1"),
        .hostHeaderRewrite(regex: "^www[.]", replacement: "shop."),
    ]
    var broken = rule(2, .pathPattern(["/broken"]))
    broken.transforms = [.urlRewrite(regex: "^/", replacement: "")]
    let rules = [product, broken]
    let configuration = configuration([target.port]) { $0.listeners[0].rules = rules }
    try await withPlane(configuration) { _, port in
        let rewritten = try request(
            port,
            "POST /dp/77 HTTP/1.1\r\nHost: WWW.a.org:5\r\nX: y\r\nContent-Length: 4\r\n\r\nbody")
        #expect(rewritten.text == "POST /product?id=77 HTTP/1.1|shop.a.org:5|y|body")
        #expect(try get(port, "/dp/x").text == "GET /dp/x HTTP/1.1|a:\(port)||")
        let refused = try get(port, "/broken")
        #expect(refused.status == 500)
        #expect(refused.text.contains("rewritten"))
    }
}

/// Failover is asked for by a rule; without it, and without rescue, an empty group's requests are
/// refused.
@Test func theNextGroupStepsInForOneWithoutTargets() async throws {
    let target = try ScriptedTarget.http { _ in response("green") }
    defer { target.stop() }
    let shares = RuleAction.forward([
        WeightedTargetGroup(targetGroup: "blue", weight: 999),
        WeightedTargetGroup(targetGroup: "empty", weight: 1),
        WeightedTargetGroup(targetGroup: "green", weight: 1),
        WeightedTargetGroup(targetGroup: "dark", weight: 0),
    ])
    var failing = rule(1, .pathPattern(["/over"]), shares)
    failing.forwarding = ForwardOptions(failover: true)
    let rules = [failing, rule(2, .pathPattern(["/alone"]), shares)]
    let configuration = configuration([]) { configuration in
        var green = TargetGroup(name: "green")
        green.healthCheck.intervalMilliseconds = 300_000
        green.targets = [Target(id: "green", address: "127.0.0.1", port: target.port)]
        var dark = TargetGroup(name: "dark")
        dark.targets = [Target(id: "dark", address: "127.0.0.1", port: 1)]
        configuration.targetGroups += [TargetGroup(name: "empty"), green, dark]
        for index in configuration.targetGroups.indices {
            var attributes = TargetGroupAttributes()
            attributes.rescues = false
            configuration.targetGroups[index].attributes = attributes
        }
        configuration.listeners[0].rules = rules
    }
    try await withPlane(configuration) { plane, port in
        try await eventually("green is healthy") { plane.health["green"]?.state == .healthy }
        for _ in 0..<20 { #expect(try get(port, "/over").text == "green") }
        var refused = 0
        for _ in 0..<20 where try get(port, "/alone").status == 503 { refused += 1 }
        #expect(refused > 0)
    }
}

@Test func aRedirectIsFilledInFromTheRequest() async throws {
    let rules = [
        rule(
            1, .pathPattern(["/old/*"]),
            .redirect(statusCode: 301, location: "https://#{host}:443/new/#{path}?#{query}"))
    ]
    let configuration = configuration([]) { $0.listeners[0].rules = rules }
    try await withPlane(configuration) { _, port in
        let answer = try request(port, "GET /old/a?b=c HTTP/1.1\r\nHost: a.org\r\n\r\n")
        #expect(answer.status == 301)
        #expect(answer.field("Location") == "https://a.org:443/new/old/a?b=c")
    }
}

@Test func aRuleMayLookAtWhereARequestComesFrom() async throws {
    let answer = RuleAction.fixedResponse(
        statusCode: 200, contentType: "text/plain", body: "near")
    let rules = [rule(1, .sourceIP(["127.0.0.0/8"]), answer)]
    try await withPlane(configuration([]) { $0.listeners[0].rules = rules }) { _, port in
        let answer = try get(port)
        #expect(answer.text == "near")
    }
}
