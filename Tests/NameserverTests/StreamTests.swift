import Model
import Naming
import Store
import Testing

@testable import Nameserver

@Suite struct StreamTests {
    private func withZone(
        idleMilliseconds: Int = 10_000, connectionsMax: Int = 1024,
        _ body: (RunningNameserver) async throws -> Void
    ) async throws {
        let store = MemoryStore()
        let revision = try await store.publish("web", [("t1", "10.0.0.1", 80)])
        func change(_ options: inout NameserverOptions) {
            options.idleMilliseconds = idleMilliseconds
            options.connectionsMax = connectionsMax
        }
        try await RunningNameserver.with(store, change: change) { running in
            try await store.awaitReport(of: revision)
            try await body(running)
        }
    }

    @Test func answersPipelinedQueriesInOrder() async throws {
        try await withZone { running in
            var probe = try TCPProbe(port: running.port)
            let names = ["web.default.teal", "none.default.teal", "web.default.teal"]
            let queries = try names.enumerated().map { index, name in
                try DNSMessage.framedQuery(name, id: UInt16(index))
            }
            try probe.send(queries.flatMap(\.self))
            for (index, code) in [ResponseCode.noError, .nameError, .noError].enumerated() {
                let answer = try probe.receive()
                #expect(answer.id == UInt16(index))
                #expect(answer.code == code)
            }
        }
    }

    @Test func answersQueriesThatComeInPieces() async throws {
        try await withZone { running in
            var probe = try TCPProbe(port: running.port)
            for byte in try DNSMessage.framedQuery("web.default.teal") { try probe.send([byte]) }
            #expect(try probe.receive().answers.count == 1)
        }
    }

    @Test func answersAfterTheClientEndedItsSide() async throws {
        try await withZone { running in
            var probe = try TCPProbe(port: running.port)
            try probe.send(try DNSMessage.framedQuery("web.default.teal"))
            probe.endSending()
            #expect(try probe.receive().answers.count == 1)
            #expect(throws: TCPProbe.Ending.self) { try probe.receive() }
        }
    }

    @Test func letsHalfSentQueriesStallNobody() async throws {
        try await withZone { running in
            let half = try DNSMessage.framedQuery("web.default.teal").prefix(7)
            var slow: [SlowClient] = []
            for _ in 0..<50 {
                let client = try SlowClient(port: running.port)
                try client.send(Array(half))
                slow.append(client)
            }
            try await eventually { running.metric("teal_dns_connections") == 50 }
            #expect(try running.data("web.default.teal") == ["10.0.0.1"])
            var probe = try TCPProbe(port: running.port)
            try probe.send(try DNSMessage.framedQuery("web.default.teal"))
            #expect(try probe.receive().answers.count == 1)
            withExtendedLifetime(slow) {}
        }
    }

    @Test func endsConnectionsThatAskNothing() async throws {
        try await withZone(idleMilliseconds: 50) { running in
            var silent = try TCPProbe(port: running.port)
            #expect(throws: TCPProbe.Ending.self) { try silent.receive() }
            // Bytes that make no whole query buy no time.
            var trickling = try TCPProbe(port: running.port)
            try trickling.send([0, 40, 1])
            #expect(throws: TCPProbe.Ending.self) { try trickling.receive() }
            try await eventually { running.metric("teal_dns_connections") == 0 }
        }
    }

    @Test func makesRoomByEndingTheIdlest() async throws {
        try await withZone(connectionsMax: 3) { running in
            var first = try TCPProbe(port: running.port)
            var second = try TCPProbe(port: running.port)
            var third = try TCPProbe(port: running.port)
            let query = try DNSMessage.framedQuery("web.default.teal")
            // The first asks last, so the second is the idlest when the fourth comes.
            try second.send(query)
            #expect(try second.receive().answers.count == 1)
            try third.send(query)
            #expect(try third.receive().answers.count == 1)
            try first.send(query)
            #expect(try first.receive().answers.count == 1)
            var fourth = try TCPProbe(port: running.port)
            try fourth.send(query)
            #expect(try fourth.receive().answers.count == 1)
            #expect(throws: TCPProbe.Ending.self) { try second.receive() }
            try first.send(query)
            #expect(try first.receive().answers.count == 1)
            #expect(running.metric("teal_dns_connections") == 3)
            #expect(running.metric("teal_dns_connections_evicted_total") == 1)
        }
    }

    @Test func endsStreamsThatAnnounceTooMuch() async throws {
        try await withZone { running in
            var probe = try TCPProbe(port: running.port)
            let query = try DNSMessage.framedQuery("web.default.teal")
            try probe.send(query + [0xFF, 0xFF, 0, 0])
            #expect(try probe.receive().answers.count == 1)
            #expect(throws: TCPProbe.Ending.self) { try probe.receive() }
        }
    }

    @Test func survivesNonsense() async throws {
        try await withZone { running in
            var generator = Generator(seed: 11)
            let query = try DNSMessage.framedQuery("web.default.teal", .any)
            for _ in 0..<200 {
                let probe = try TCPProbe(port: running.port)
                var mutant = query + query
                for _ in 0...Int(generator.next(upperBound: UInt64(8))) {
                    let index = Int(generator.next(upperBound: UInt64(mutant.count)))
                    mutant[index] = UInt8(truncatingIfNeeded: generator.next())
                }
                try probe.send(mutant)
            }
            #expect(try running.data("web.default.teal") == ["10.0.0.1"])
            try await eventually { running.metric("teal_dns_connections") == 0 }
        }
    }

    @Test func asksAgainOverTCPWhatDoesNotFit() async throws {
        let store = MemoryStore()
        let instances = (0..<8).map { number in
            (
                id: String(repeating: "\(number)", count: 60), address: "10.0.0.\(number)",
                port: UInt16(80)
            )
        }
        let service = ServiceName(String(repeating: "s", count: 63))
        let namespace = NamespaceName(String(repeating: "n", count: 63) + ".internal")
        try await store.create(namespace)
        let revision = try await store.publish(service, in: namespace, instances)
        try await RunningNameserver.with(store) { running in
            try await store.awaitReport(of: revision)
            let answer = try running.ask("\(service).\(namespace)", .srv)
            #expect(answer.answers.count == 8)
            #expect(running.metric("teal_dns_truncated_total") == 1)
            #expect(running.metric("teal_dns_queries_total{transport=\"tcp\"}") == 1)
        }
    }
}

/// A probe in an array: noncopyable values do not fit in one.
private final class SlowClient {
    private let probe: TCPProbe

    init(port: UInt16) throws {
        probe = try TCPProbe(port: port)
    }

    func send(_ bytes: [UInt8]) throws { try probe.send(bytes) }
}
