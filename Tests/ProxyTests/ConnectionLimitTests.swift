import Loop
import Model
import Testing

@testable import Proxy

private func limited(
    generation: UInt64 = 1, _ port: UInt16, _ change: (inout ConnectionAttributes) -> Void
) -> LoadBalancerConfiguration {
    configuration(generation: generation, [port]) {
        var attributes = ConnectionAttributes()
        change(&attributes)
        $0.listeners[0].connections = attributes
    }
}

/// A connection that has been let in: it has had an answer.
private func served(_ port: UInt16, from host: UInt8 = 1) throws -> RawSocket? {
    let client = try RawSocket(connectedTo: port, from: host)
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    let answer = try? MessageReader(client).next()
    return answer?.status == 200 ? client : nil
}

private func rejected(_ plane: DataPlane, _ reason: String) async -> Int {
    let name = "teal_rejected_connection_count{listener=\"http\",reason=\"\(reason)\"} "
    let line = await plane.metrics().split(separator: "\n").first { $0.hasPrefix(name) }
    return line.flatMap { Int($0.dropFirst(name.count)) } ?? -1
}

@Test func aListenerTakesSoManyConnectionsAndNoMore() async throws {
    let target = try ScriptedTarget.http { response($0.start) }
    defer { target.stop() }
    try await withPlane(limited(target.port) { $0.maximum = 3 }, workers: 2) { plane, port in
        var clients = try (0..<3).map { _ in try #require(try served(port)) }
        for _ in 0..<5 { #expect(try served(port) == nil) }
        #expect(await rejected(plane, "maximum") == 5)
        // Those who are in are served on, and who leaves makes room for another.
        clients[0].send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try MessageReader(clients[0]).next()?.status == 200)
        clients.removeLast()
        try await eventually("there is room for one") {
            guard let client = try served(port) else { return false }
            clients.append(client)
            return true
        }
        #expect(try served(port) == nil)
        // A higher limit holds at once.
        try await plane.apply(limited(generation: 2, target.port) { $0.maximum = 4 })
        #expect(try served(port) != nil)
    }
}

@Test func aClientHasSoManyConnectionsAndOthersTheirs() async throws {
    let target = try ScriptedTarget.http { response($0.start) }
    defer { target.stop() }
    let table = limited(target.port) { $0.maximumPerAddress = 2 }
    try await withPlane(table, workers: 2) { plane, port in
        let crowd = try (0..<2).map { _ in try #require(try served(port)) }
        #expect(try served(port) == nil)
        let others = try (0..<2).map { _ in try #require(try served(port, from: 2)) }
        #expect(try served(port, from: 2) == nil)
        #expect(await rejected(plane, "maximum_per_address") == 2)
        // Without the limit, and with it again: those that came meanwhile never count.
        try await plane.apply(limited(generation: 2, target.port) { _ in })
        let third = try served(port)
        #expect(third != nil)
        try await plane.apply(limited(generation: 3, target.port) { $0.maximumPerAddress = 3 })
        let fourth = try served(port)
        #expect(fourth != nil)
        #expect(try served(port) == nil)
        withExtendedLifetime((crowd, others, third, fourth)) {}
    }
}

@Test func aConnectionEndsWithTheLastRequestItMayHave() async throws {
    let target = try ScriptedTarget.http { response($0.start) }
    defer { target.stop() }
    try await withPlane(limited(target.port) { $0.maximumRequests = 3 }) { _, port in
        let client = try RawSocket(connectedTo: port)
        // The fourth is there already when the third is answered.
        client.send(String(repeating: "GET / HTTP/1.1\r\nHost: a\r\n\r\n", count: 4))
        let reader = MessageReader(client)
        let answers = try (0..<3).map { _ in try #require(try reader.next()) }
        #expect(answers.map(\.status) == [200, 200, 200])
        #expect(answers.map { $0.field("Connection") } == [nil, nil, "close"])
        #expect(try reader.next() == nil)
    }
}

@Test func addressesAreForgottenWithTheirLastConnection() throws {
    let census = ClientCensus()
    let one = try #require(SocketAddress("192.0.2.1", port: 5))
    let six = try #require(SocketAddress("2001:db8::1", port: 5))
    let sameNetwork = try #require(SocketAddress("2001:db8::2:1", port: 6))
    let mapped = try (1...2).map { try #require(SocketAddress("::ffff:192.0.2.\($0)", port: 1)) }
    #expect(census.enter(one, upTo: 2) && census.enter(one.with(port: 6), upTo: 2))
    #expect(!census.enter(one.with(port: 7), upTo: 2))
    #expect(census.enter(six, upTo: 1) && !census.enter(sameNetwork, upTo: 1))
    #expect(mapped.allSatisfy { census.enter($0, upTo: 1) })
    #expect(census.addressCount == 4)
    for address in [one, one, sameNetwork] + mapped { census.leave(address) }
    #expect(census.addressCount == 0)
}
