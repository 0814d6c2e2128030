import Logging
import Model
import Naming
import Store
import Testing

@testable import Nameserver

/// Names that are not ours, asked of another server.
@Suite struct ForwardingTests {
    /// A server for `elsewhere.test`, and one that asks it, after `others`, for what it has not.
    private func withResolver(
        after others: [String] = [],
        _ body: (RunningNameserver, RunningNameserver, MemoryStore) async throws -> Void
    ) async throws {
        let store = MemoryStore()
        try await store.create("elsewhere.test")
        try await store.publish("one", in: "elsewhere.test", [("t1", "10.9.0.1", 80)], ttl: 60)
        let many = (10..<60).map { (id: "t\($0)", address: "10.9.1.\($0)", port: UInt16(80)) }
        let revision = try await store.publish("many", in: "elsewhere.test", many, ttl: 60)
        func all(_ options: inout NameserverOptions) { options.answersMax = 100 }
        try await RunningNameserver.with(store, change: all) { upstream in
            try await store.awaitReport(of: revision)
            let own = MemoryStore()
            let known = try await own.publish("web", [("t1", "10.0.0.1", 80)])
            func forward(_ options: inout NameserverOptions) {
                options.forwarders = others + ["127.0.0.1:\(upstream.port)"]
            }
            try await RunningNameserver.with(own, change: forward) { running in
                try await own.awaitReport(of: known)
                try await body(running, upstream, store)
            }
        }
    }

    @Test func asksOthersAndRemembers() async throws {
        try await withResolver { running, upstream, store in
            let answer = try running.ask("one.elsewhere.test")
            #expect(answer.answers.map(\.data.description) == ["10.9.0.1"])
            #expect(answer.flags.recursionAvailable && !answer.flags.authoritative)
            #expect(try running.ask("none.elsewhere.test").code == .nameError)
            // Our own names are not asked of others, and are ours to answer.
            let own = try running.ask("web.default.teal")
            #expect(own.flags.authoritative && own.answers.count == 1)
            #expect(try running.ask("none.default.teal").code == .nameError)
            let asked = upstream.metric("teal_dns_queries_total{transport=\"udp\"}")
            try await store.publish("one", in: "elsewhere.test", [])
            #expect(try running.data("ONE.elsewhere.test") == ["10.9.0.1"])
            #expect(upstream.metric("teal_dns_queries_total{transport=\"udp\"}") == asked)
            #expect((running.metric("teal_dns_forwarding_hits_total") ?? 0) > 0)
        }
    }

    @Test func asksAgainOverTCP() async throws {
        try await withResolver { running, upstream, _ in
            let answer = try running.ask("many.elsewhere.test", .srv)
            #expect(answer.answers.count == 50)
            #expect(upstream.metric("teal_dns_queries_total{transport=\"tcp\"}") == 1)
        }
    }

    @Test func answersOutOfOrderOverTCP() async throws {
        try await withResolver { running, _, _ in
            var probe = try TCPProbe(port: running.port)
            let queries = try [
                DNSMessage.framedQuery("one.elsewhere.test", id: 1),
                DNSMessage.framedQuery("web.default.teal", id: 2),
            ]
            try probe.send(queries.flatMap(\.self))
            probe.endSending()
            let answers = [try probe.receive(), try probe.receive()]
            #expect(answers.map(\.id) == [2, 1])
            #expect(answers.allSatisfy { $0.answers.count == 1 })
        }
    }

    @Test func passesOverAResolverThatIsNotThere() async throws {
        // Port 9 discards; nobody listens there on loopback.
        try await withResolver(after: ["127.0.0.1:9"]) { running, _, _ in
            let data = try running.data("one.elsewhere.test")
            #expect(data == ["10.9.0.1"])
        }
    }

    @Test func refusesWhoIsFarAway() throws {
        var settings = Responder.Settings()
        settings.forwards = true
        let responder = Responder(directory: Directory(nameserver: []), settings: settings)
        var writer = DNSWriter()
        let query = DNSMessage(
            asking: Question(name: try DNSName("example.com"), type: .a), id: 1)
        query.encode(into: &writer)
        var generator = Generator(seed: 1)
        for (text, isNear) in [
            ("127.0.0.1", true), ("10.1.2.3", true), ("192.168.1.1", true), ("8.8.8.8", false),
            ("::1", true), ("fd00::1", true), ("fe80::1", true), ("2001:db8::1", false),
        ] {
            let address = try #require(IPAddress(text))
            var reply = ResponseWriter()
            let outcome = responder.answer(
                writer.bytes[...], from: Asker(transport: .udp, address: address, second: 0),
                using: &generator, into: &reply)
            #expect((outcome == .answered(.refused, isProven: false)) == !isNear, "\(text)")
        }
    }

    @Test(arguments: ["localhost", "127.0.0.1:x", "[::1", ""])
    func saysWhichForwarderIsNone(text: String) throws {
        var options = NameserverOptions(id: "a", address: "127.0.0.1", port: 0)
        options.forwarders = [text]
        let nameserver = Nameserver(
            options: options, store: MemoryStore(), logger: Logger(label: "test"))
        #expect(throws: NameserverError.badForwarder(text)) { try nameserver.start() }
    }
}
