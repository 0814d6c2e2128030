import Testing

/// What is answered to a query that is as it should be.
@Suite(.serialized) struct LookupTests {
    private static let zone = Target.zone

    private func ask(_ query: Query) async throws -> Reply {
        var reply: Reply?
        try await Target.run { target in reply = try UDPClient(target).ask(query) }
        return try #require(reply)
    }

    @Test("RFC 1035, 4.1.1: the header answers the query's")
    func header() async throws {
        for flags in [0x0000, 0x0100] as [UInt16] {
            var query = Query("one.\(Self.zone)")
            query.flags = flags
            let reply = try await ask(query)
            #expect(reply.id == query.id && reply.isResponse && reply.opcode == 0)
            #expect(reply.wantsRecursion == (flags == 0x0100))
            #expect(reply.isAuthoritative && !reply.isTruncated && !reply.offersRecursion)
            #expect(reply.code == 0 && reply.answers.map(\.data) == [[10, 0, 0, 1]])
            #expect(reply.answers.allSatisfy { $0.ttl == 5 && $0.recordClass == 1 })
        }
    }

    @Test("RFC 1035, 4.1.1; RFC 8906, 3.1.4: reserved flags are not sent back")
    func reservedFlags() async throws {
        var query = Query("one.\(Self.zone)")
        query.flags |= 0x0040
        let reply = try await ask(query)
        #expect(reply.code == 0 && !reply.reserved && reply.answers.count == 1)
    }

    @Test("RFC 4343: case is ignored in asking and kept in answering")
    func letterCase() async throws {
        let reply = try await ask(Query("oNe.ConForMance.TEST"))
        #expect(reply.questions.map(\.name) == [Query.name("oNe.ConForMance.TEST")])
        #expect(reply.answers.map(\.data) == [[10, 0, 0, 1]])
        guard Target.isOurs else { return }
        #expect(reply.answers.map(\.name) == [Query.name("oNe.ConForMance.TEST")])
    }

    @Test(
        "RFC 2308: a type that is not there is NODATA, with the zone and a short life",
        arguments: [Query.Kind.aaaa, .caa, .unknown])
    func noData(kind: Query.Kind) async throws {
        let reply = try await ask(Query("one.\(Self.zone)", kind))
        #expect(reply.code == 0 && reply.isAuthoritative && reply.answers.isEmpty)
        #expect(reply.authority.map(\.name) == [Query.name(Self.zone)])
        #expect(reply.negativeTTL == 1)
    }

    @Test(
        "RFC 2308, RFC 8020: a name that is not there, and all below it, is NXDOMAIN",
        arguments: ["none", "a.none", "a.b.c.none", "x.y.one"])
    func noName(name: String) async throws {
        let reply = try await ask(Query("\(name).\(Self.zone)"))
        #expect(reply.code == 3 && reply.isAuthoritative && reply.answers.isEmpty)
        #expect(reply.authority.map(\.name) == [Query.name(Self.zone)])
        #expect(reply.negativeTTL == 1)
    }

    @Test("RFC 2181, 11: a label may hold any bytes")
    func binaryLabels() async throws {
        var query = Query()
        query.ask([5, 0, 255, UInt8(ascii: "."), 32, 92] + Query.name(Self.zone))
        let reply = try await ask(query)
        #expect(reply.code == 3 && reply.questions[0].name == Array(query.questions[0].dropLast(4)))
    }

    @Test("RFC 1035, 2.3.4: names have up to 255 bytes")
    func longNames() async throws {
        let label = String(repeating: "a", count: 63)
        let rest = 255 - Query.name(Self.zone).count - 3 * 64
        let long = "\(label).\(label).\(label).\(String(repeating: "b", count: rest - 1))"
        #expect(Query.name("\(long).\(Self.zone)").count == 255)
        #expect(try await ask(Query("\(long).\(Self.zone)")).code == 3)
        #expect(try await ask(Query("\(long)b.\(Self.zone)")).code == 1)
    }

    @Test("RFC 2782, RFC 3597, 4: the target of SRV is not compressed, and its address comes along")
    func service() async throws {
        let reply = try await ask(Query("one.\(Self.zone)", .srv))
        let data = try #require(reply.answers.first?.data)
        #expect(Array(data.prefix(6)) == [0, 1, 0, 1] + Query.bytes(8001))
        let target = Array(data.dropFirst(6))
        #expect(target.allSatisfy { $0 < 0x80 } && target.last == 0)
        guard Target.isOurs else { return }
        #expect(reply.additional.filter { $0.kind == 1 }.map(\.name) == [target])
    }

    @Test("RFC 2181, 5.2: records of a set share their time to live, and none is there twice")
    func sets() async throws {
        try await Target.run { target in
            let reply = try #require(try TCPClient(target).ask(Query("many.\(Self.zone)")))
            #expect(reply.answers.count == Target.manyCount)
            #expect(Set(reply.answers.map(\.ttl)) == [5])
            #expect(Set(reply.answers.map(\.data)).count == Target.manyCount)
        }
    }

    @Test("RFC 1034, 4.2.1: the apex has SOA and NS")
    func apex() async throws {
        #expect(try await ask(Query(Self.zone, .soa)).answers.map(\.kind) == [6])
        #expect(try await ask(Query(Self.zone, .ns)).answers.map(\.kind) == [2])
    }

    @Test("RFC 8482: ANY gets little")
    func any() async throws {
        var query = Query("one.\(Self.zone)", .any)
        query.addEDNS()
        let reply = try await ask(query)
        #expect(reply.code == 0)
        #expect(reply.isTruncated || reply.answers.count <= 1)
        #expect(reply.bytes.count < 200)
    }

    @Test(
        "Names of other zones are REFUSED, without authority",
        arguments: ["example.com", "", "test"])
    func outside(name: String) async throws {
        let reply = try await ask(Query(name))
        #expect(reply.code == 5 && !reply.isAuthoritative)
        #expect(reply.answers.isEmpty && reply.authority.isEmpty)
    }

    @Test("RFC 1035, 3.2.4: classes that are not served are REFUSED", arguments: [4, 254, 4096])
    func classes(recordClass: UInt16) async throws {
        let reply = try await ask(Query("one.\(Self.zone)", class: recordClass))
        #expect(reply.answers.isEmpty)
        #expect(reply.code == 5 || !Target.isOurs && reply.code != 0)
    }

    @Test("RFC 5936: a zone is not given away")
    func transfer() async throws {
        try await Target.run { target in
            let reply = try #require(try TCPClient(target).ask(Query(Self.zone, .axfr)))
            #expect(reply.code == 5 && reply.answers.isEmpty)
        }
    }
}
