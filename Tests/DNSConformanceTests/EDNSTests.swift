import Testing

/// RFC 6891 and the options that are served: cookies (RFC 7873) and keepalive (RFC 7828).
@Suite(.serialized) struct EDNSTests {
    private static let name = "one.\(Target.zone)"

    private func ask(_ query: Query) async throws -> Reply {
        var reply: Reply?
        try await Target.run { target in reply = try UDPClient(target).ask(query) }
        return try #require(reply)
    }

    private func query(_ change: (inout Query) -> Void) -> Query {
        var query = Query(Self.name)
        change(&query)
        return query
    }

    @Test("7: OPT is answered by OPT, and its absence by its absence")
    func presence() async throws {
        let with = try await ask(query { $0.addEDNS() })
        let opt = try #require(with.opt)
        #expect(opt.name == [0] && opt.ttl == 0 && opt.recordClass >= 512)
        #expect(try await ask(query { _ in }).opt == nil)
    }

    @Test("6.1.3: later versions are BADVERS, with ours in the answer")
    func versions() async throws {
        for version in [1, 255] as [UInt8] {
            let reply = try await ask(
                query { $0.addEDNS(version: version, options: Query.option(100, [1])) })
            #expect(reply.code == 16 && reply.answers.isEmpty && reply.options[100] == nil)
            #expect(reply.opt.map { $0.ttl >> 16 & 0xFF } == 0)
        }
    }

    @Test("6.1.2: unknown options and flags are passed over and not sent back")
    func unknown() async throws {
        let reply = try await ask(
            query { $0.addEDNS(flags: 0x7FFF, options: Query.option(65_001, [1, 2, 3])) })
        #expect(reply.code == 0 && reply.answers.count == 1)
        #expect(reply.options.isEmpty && reply.opt.map { $0.ttl & 0x7FFF } == 0)
    }

    @Test("RFC 3225: DO is sent back")
    func dnssecOK() async throws {
        for flags in [0, 0x8000] as [UInt16] {
            let reply = try await ask(query { $0.addEDNS(flags: flags) })
            #expect(reply.opt.map { $0.ttl & 0x8000 } == UInt32(flags))
        }
    }

    @Test("6.1.1: OPT comes once, at the root, and with whole options")
    func malformed() async throws {
        let wrong = [
            query { query in
                query.addEDNS()
                query.addEDNS()
            },
            query { $0.addEDNS(owner: [1, 97, 0]) },
            query { $0.addEDNS(options: [0, 100, 0, 9, 1]) },
        ]
        for query in wrong { #expect(try await ask(query).code == 1) }
    }

    @Test("RFC 2181, 9: what does not fit is truncated, and never a part of a set")
    func truncation() async throws {
        try await Target.run { target in
            let client = try UDPClient(target)
            for (payload, limit) in [(nil, 512), (0, 512), (512, 512), (1232, 1232)]
                as [(UInt16?, Int)]
            {
                var query = Query("many.\(Target.zone)", .srv)
                if let payload { query.addEDNS(payload: payload) }
                let reply = try #require(try client.ask(query))
                #expect(reply.isTruncated && reply.bytes.count <= limit)
                if Target.isOurs { #expect(reply.answers.isEmpty) }
            }
            let whole = try #require(
                try TCPClient(target).ask(Query("many.\(Target.zone)", .srv)))
            #expect(!whole.isTruncated && whole.answers.count == Target.manyCount)
        }
    }

    @Test("RFC 7873, 5.2: a client's cookie is answered with a server's, which is then known again")
    func cookies() async throws {
        let mine: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
        try await Target.run { target in
            let client = try UDPClient(target)
            func ask(_ cookie: [UInt8], _ question: Query) throws -> Reply {
                var query = question
                query.addEDNS(options: Query.option(10, cookie))
                return try #require(try client.ask(query))
            }
            let first = try ask(mine, Query(Self.name))
            let cookie = try #require(first.options[10])
            #expect(cookie.prefix(8).elementsEqual(mine) && (16...40).contains(cookie.count))
            #expect(first.code == 0 && first.answers.count == 1)
            #expect(try ask(cookie, Query(Self.name)).options[10] == cookie)
            // Somebody else's is not taken, but the question is answered.
            let forged = mine + [UInt8](repeating: 9, count: 16)
            let other = try ask(forged, Query(Self.name))
            #expect(other.code == 0 && other.options[10] != forged)
            // 5.4: a cookie may be all that is wanted.
            let only = try ask(mine, Query())
            #expect(only.code == 0 && only.options[10]?.count == cookie.count)
            for count in [0, 7, 9, 15, 41] {
                let wrong = [UInt8](repeating: 1, count: count)
                #expect(try ask(wrong, Query(Self.name)).code == 1)
            }
        }
    }

    @Test(
        "RFC 7828: how long a TCP connection may rest is told over TCP only",
        .enabled(if: Target.isOurs, "a server need not tell"))
    func keepalive() async throws {
        let query = query { $0.addEDNS(options: Query.option(11, [])) }
        #expect(try await ask(query).options[11] == nil)
        try await Target.run { target in
            let reply = try #require(try TCPClient(target).ask(query))
            #expect(reply.options[11]?.count == 2)
        }
    }
}
