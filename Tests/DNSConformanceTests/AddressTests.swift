import Testing

/// Where answers come from, and how many go to one place.
@Suite(.serialized, .enabled(if: Target.isOurs)) struct AddressTests {
    private static let query = Query("one.\(Target.zone)")

    @Test("A server of all addresses answers from the one that was asked")
    func wildcard() async throws {
        try await Target.run(listening: "0.0.0.0") { target in
            for address in ["127.0.0.1", "127.0.0.2", "127.1.2.3"] {
                let client = try UDPClient(target.asked(at: address))
                #expect(try client.ask(Self.query)?.answers.count == 1, "\(address)")
            }
        }
        try await Target.run(listening: "::") { target in
            let client = try UDPClient(target.asked(at: "::1"))
            #expect(try client.ask(Self.query)?.answers.count == 1)
        }
    }

    @Test("Several workers share a port, over UDP and TCP")
    func workers() async throws {
        try await Target.run(workers: 3) { target in
            for _ in 0..<20 {
                let datagram = try UDPClient(target).ask(Self.query)
                let stream = try TCPClient(target).ask(Self.query)
                #expect(datagram?.answers.count == 1 && stream?.answers.count == 1)
            }
        }
    }

    @Test("A flood gets few answers; who shows a cookie, or comes over TCP, gets all")
    func rateLimit() async throws {
        try await Target.run(responsesPerSecond: 10) { target in
            let client = try UDPClient(target)
            var full = 0
            var cut = 0
            // The limit is per second, and the loop may pass from one to the next or two.
            for id in 0..<200 as Range<UInt16> {
                var query = Self.query
                query.id = id
                client.socket.send(query.bytes)
            }
            // An answer of another kind has a limit of its own; it comes last.
            client.socket.send(Query("none.\(Target.zone)").bytes)
            while let bytes = client.socket.receive() {
                let reply = try Reply(bytes)
                if reply.code == 3 { break }
                if reply.isTruncated { cut += 1 } else { full += 1 }
                #expect(reply.isTruncated == reply.answers.isEmpty)
            }
            #expect((5...60).contains(full))
            #expect((50...95).contains(cut))
            var query = Self.query
            query.addEDNS(options: Query.option(10, [1, 2, 3, 4, 5, 6, 7, 8]))
            let stream = try TCPClient(target)
            let cookie = try #require(try stream.ask(query)?.options[10])
            query.additional = []
            query.addEDNS(options: Query.option(10, cookie))
            for _ in 0..<50 { #expect(try client.ask(query)?.answers.count == 1) }
            for _ in 0..<50 { #expect(try stream.ask(Self.query)?.answers.count == 1) }
        }
    }
}
