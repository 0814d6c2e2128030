import Testing

/// RFC 7766: queries over TCP.
@Suite(.serialized) struct StreamTests {
    private func query(_ id: UInt16, _ name: String = "one") -> Query {
        var query = Query("\(name).\(Target.zone)")
        query.id = id
        return query
    }

    @Test("6.2.1.1: queries may follow one another before they are answered")
    func pipelining() async throws {
        try await Target.run { target in
            let client = try TCPClient(target)
            let ids = Array(1...100) as [UInt16]
            client.socket.send(
                ids.flatMap { query($0, $0.isMultiple(of: 2) ? "one" : "none").framed })
            var codes: [UInt16: UInt16] = [:]
            for _ in ids {
                let reply = try #require(try client.receive())
                codes[reply.id] = reply.code
            }
            #expect(ids.allSatisfy { codes[$0] == ($0.isMultiple(of: 2) ? 0 : 3) })
        }
    }

    @Test("8: a query may come in pieces")
    func pieces() async throws {
        try await Target.run { target in
            let client = try TCPClient(target)
            for byte in query(7).framed { client.socket.send([byte]) }
            #expect(try client.receive()?.answers.count == 1)
        }
    }

    @Test("6.2.4: a client that has said its last is still answered")
    func halfClose() async throws {
        try await Target.run { target in
            let client = try TCPClient(target)
            client.socket.send(query(1).framed + query(2, "many").framed)
            client.socket.endSending()
            #expect(try client.receive()?.id == 1)
            #expect(try client.receive()?.answers.count == Target.manyCount)
            #expect(client.socket.receive() == [])
        }
    }

    @Test("Answers that their client does not take hold up neither others nor memory")
    func slowReader() async throws {
        try await Target.run { target in
            let slow = try TCPClient(target)
            let queries = (0..<2000).flatMap { query(UInt16($0), "many").framed }
            // It fills what the kernel buffers and then no more is taken.
            slow.socket.send(queries)
            #expect(try TCPClient(target).ask(query(1))?.answers.count == 1)
            for number in 0..<100 { #expect(try slow.receive()?.id == UInt16(number)) }
        }
    }

    @Test("Half-sent queries stall nobody")
    func halfSent() async throws {
        try await Target.run { target in
            let halves = try (0..<10).map { _ in try TCPClient(target) }
            for half in halves { half.socket.send(Array(query(1).framed.prefix(9))) }
            #expect(try TCPClient(target).ask(query(2))?.id == 2)
            #expect(try UDPClient(target).ask(query(3))?.id == 3)
            withExtendedLifetime(halves) {}
        }
    }

    @Test("6.2.3: a connection that asks nothing is closed", .enabled(if: Target.isOurs))
    func idle() async throws {
        try await Target.run { target in
            let client = try TCPClient(target)
            #expect(client.socket.receive(1) == [])
        }
    }

    @Test(
        "A message without bytes, and one that is no query, do no harm to the next",
        .enabled(if: Target.isOurs))
    func empties() async throws {
        try await Target.run { target in
            let client = try TCPClient(target)
            client.socket.send([0, 0] + Query.framed([1, 2, 3]) + query(5).framed)
            #expect(try client.receive()?.id == 5)
        }
    }
}
