import Foundation
import Model
import Proxy
import Testing

private func sticky(
    generation: UInt64 = 1, _ ports: [UInt16], key: String? = nil
) -> LoadBalancerConfiguration {
    configuration(generation: generation, ports) {
        var attributes = TargetGroupAttributes()
        attributes.isSticky = true
        attributes.stickinessKey = key
        $0.targetGroups[0].attributes = attributes
    }
}

/// One request with a cookie, and what was answered.
private func get(_ port: UInt16, cookie: String?) throws -> MessageReader.Message {
    let client = try RawSocket(connectedTo: port)
    let field = cookie.map { "Cookie: a=b; \($0)\r\n" } ?? ""
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\(field)\r\n")
    return try #require(try MessageReader(client).next())
}

extension MessageReader.Message {
    /// The pair that the client would send next time.
    fileprivate var cookie: String? {
        field("Set-Cookie")?.split(separator: ";").first.map(String.init)
    }
}

/// Until then a target's cookie leads to others: nobody knows yet that it is healthy.
private func knowsItsTargets(_ planes: DataPlane...) async throws {
    try await eventually("all targets are healthy") {
        planes.allSatisfy { $0.health.values.allSatisfy { $0.state == .healthy } }
    }
}

@Test func aClientStaysWithItsTargetUntilThatIsGone() async throws {
    let targets = try (0..<3).map { number in
        try ScriptedTarget.http { _ in response("\(number)") }
    }
    defer { for one in targets { one.stop() } }
    let ports = targets.map(\.port)
    try await withPlane(sticky(ports), workers: 2) { plane, port in
        try await knowsItsTargets(plane)
        let first = try get(port, cookie: nil)
        let cookies = first.fields.filter { $0.name == "Set-Cookie" }.map(\.value)
        #expect(cookies.count == 2)
        #expect(cookies.first?.hasPrefix("AWSALB=") == true)
        #expect(cookies.first?.hasSuffix(" GMT; Path=/") == true)
        #expect(cookies.last?.hasPrefix("AWSALBCORS=") == true)
        #expect(cookies.last?.hasSuffix("; Path=/; SameSite=None; Secure") == true)
        let cookie = try #require(first.cookie)
        let foreign = cookie.replacing("AWSALB=", with: "AWSALBCORS=")
        for _ in 0..<10 {
            let answers = [try get(port, cookie: cookie), try get(port, cookie: foreign)]
            #expect(answers.map(\.text) == [first.text, first.text])
        }
        // Those without one go round.
        let others = try (0..<6).map { _ in try get(port, cookie: nil).text }
        #expect(Set(others).count == 3)
        // A forged one is none.
        let forged = try (0..<6).map { _ in
            try get(port, cookie: String(cookie.dropLast(4)) + "0000").text
        }
        #expect(Set(forged).count == 3)
        // Its target leaves: the client gets another, and stays with that.
        let left = ports.filter { $0 != ports[Int(first.text) ?? 0] }
        try await plane.apply(sticky(generation: 2, left))
        let second = try get(port, cookie: cookie)
        #expect(second.text != first.text)
        let next = try #require(second.cookie)
        let stays = try (0..<5).map { _ in try get(port, cookie: next).text }
        #expect(Set(stays) == [second.text])
    }
}

@Test func balancersWithTheSameKeyKnowEachOthersCookies() async throws {
    let targets = try (0..<4).map { number in
        try ScriptedTarget.http { _ in response("\(number)") }
    }
    defer { for one in targets { one.stop() } }
    let table = sticky(targets.map(\.port), key: "00112233445566778899aabbccddeeff")
    try await withPlane(table) { one, port in
        try await withPlane(table) { other, otherPort in
            try await knowsItsTargets(one, other)
            let first = try get(port, cookie: nil)
            let cookie = first.cookie
            let answers = try (0..<8).map { _ in try get(otherPort, cookie: cookie).text }
            #expect(Set(answers) == [first.text])
        }
    }
}
