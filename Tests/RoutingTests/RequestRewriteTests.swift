import Expressions
import Model
import Routing
import Testing

private func rewrite(_ transforms: RuleTransform...) throws -> RequestRewrite {
    var rule = Rule(
        name: "r", listener: "http", priority: 1, conditions: [.pathPattern(["*"])],
        action: .forward([WeightedTargetGroup(targetGroup: "blue", weight: 1)]))
    rule.transforms = transforms
    let table = try RoutingTable(
        LoadBalancerConfiguration(
            loadBalancer: "web", generation: 1,
            listeners: [
                Listener(
                    name: "http", loadBalancer: "web", address: "::", port: 80, rules: [rule],
                    defaultAction: rule.action)
            ],
            targetGroups: [TargetGroup(name: "blue")]),
        expressions: .linear)
    guard case .forward(let plan) = table.listeners[0].actions[0] else {
        throw Failure.noTargetGroup
    }
    return try #require(plan.rewrite)
}

/// What a target gets, its first two lines; `-` when nothing changes, the status when it fails.
private func result(_ rewrite: RequestRewrite, of text: String) throws -> String {
    let outcome = Heads.view(text) { view in
        Result { () throws(Failure) in try rewrite.apply(to: view) }
    }
    switch try #require(outcome) {
    case .failure(let failure): return "\(failure.status)"
    case .success(nil): return "-"
    case .success(let changed?):
        let lines = Heads.rewritten(changed.head, changed.bytes, port: 8080)
            .split(separator: "\r\n")
        return lines.prefix(2).joined(separator: " | ")
    }
}

private let request = "GET /dp/B07?ref=x HTTP/1.1\r\nHost: shop-de.example.com:81\r\nX: y\r\n\r\n"

@Test func theURLIsRewritten() throws {
    let product = try rewrite(
        .urlRewrite(regex: "^/dp/([A-Z0-9]+)[?](.*)$", replacement: "/product.php?id=$1&$2"))
    #expect(
        try result(product, of: request)
            == "GET /product.php?id=B07&ref=x HTTP/1.1 | Host: shop-de.example.com:81")
    #expect(try result(product, of: "GET /other HTTP/1.1\r\nHost: a\r\n\r\n") == "-")
}

@Test func theHostIsRewrittenAndKeepsItsPort() throws {
    let host = try rewrite(
        .hostHeaderRewrite(regex: "^SHOP-(.+)[.]example", replacement: "$1.shop"))
    #expect(try result(host, of: request) == "GET /dp/B07?ref=x HTTP/1.1 | Host: de.shop.com:81")
    #expect(
        try result(host, of: "GET http://shop-fr.example.com?q HTTP/1.1\r\nHost: b\r\n\r\n")
            == "GET /?q HTTP/1.1 | Host: fr.shop.com:8080")
}

@Test func onlyTheFirstMatchIsReplaced() throws {
    let both = try rewrite(
        .urlRewrite(regex: "(x)|(B)", replacement: "[$2$$$0]"),
        .hostHeaderRewrite(regex: "e", replacement: "3"))
    // What is left of a group that took no part is nothing.
    #expect(
        try result(both, of: "GET /BxB HTTP/1.1\r\nHost: ee\r\n\r\n")
            == "GET /[B$B]xB HTTP/1.1 | Host: 3e:8080")
    #expect(
        try result(both, of: "GET /xB HTTP/1.1\r\nHost: a\r\n\r\n")
            == "GET /[$x]B HTTP/1.1 | Host: a:8080")
}

@Test func aPathThatWasLeftOutIsASlash() throws {
    let root = try rewrite(.urlRewrite(regex: "^/([?]|$)", replacement: "/index$1"))
    #expect(
        try result(root, of: "GET http://a?q HTTP/1.1\r\nHost: b\r\n\r\n")
            == "GET /index?q HTTP/1.1 | Host: a:8080")
    #expect(
        try result(root, of: "GET http://a HTTP/1.1\r\nHost: b\r\n\r\n")
            == "GET /index HTTP/1.1 | Host: a:8080")
    #expect(try result(root, of: "OPTIONS * HTTP/1.1\r\nHost: b\r\n\r\n") == "-")
}

@Test func whatIsNoURLOrHostIsNotSent() throws {
    let noSlash = try rewrite(.urlRewrite(regex: "^/", replacement: ""))
    #expect(try result(noSlash, of: request) == "500")
    let fragment = try rewrite(.urlRewrite(regex: "$", replacement: "#"))
    #expect(try result(fragment, of: request) == "500")
    let port = try rewrite(.hostHeaderRewrite(regex: "$", replacement: ":1"))
    #expect(try result(port, of: request) == "500")
    let empty = try rewrite(.hostHeaderRewrite(regex: ".*", replacement: ""))
    #expect(try result(empty, of: request) == "500")
    let comma = try rewrite(.hostHeaderRewrite(regex: "-", replacement: ","))
    #expect(try result(comma, of: request) == "500")
}

@Test func aRewrittenURLHasALimit() throws {
    let most = RequestRewrite.urlBytesMax
    let twice = try rewrite(.urlRewrite(regex: "^/(.*)$", replacement: "/$1$1"))
    let half = String(repeating: "a", count: most / 2)
    #expect(
        try result(twice, of: "GET /\(half.dropFirst()) HTTP/1.1\r\nHost: a\r\n\r\n")
            .hasPrefix("GET /aaa"))
    #expect(try result(twice, of: "GET /\(half) HTTP/1.1\r\nHost: a\r\n\r\n") == "500")
}

/// What takes a backtracking matcher longer than the world has existed.
@Test func aHostileTextCostsNoMoreThanItsLength() throws {
    let expression = try LinearExpression("^(a+)+(a|a)*(a?){50}$", ignoringCase: false)
    let text = String(repeating: "a", count: 16_000) + "b"
    #expect(Heads.withBytes(text) { !expression.isFound(in: $0) })
    #expect(Heads.withBytes(String(text.dropLast())) { expression.isFound(in: $0) })
}
