import Testing

/// What is answered to bytes that are no query, or not one that is served.
@Suite(.serialized) struct MessageTests {
    private static let name = "one.\(Target.zone)"

    private func code(_ bytes: [UInt8]) async throws -> UInt16? {
        var reply: Reply?
        try await Target.run { target in
            let client = try UDPClient(target)
            client.socket.send(bytes)
            // A question that is surely answered ends the wait for an answer that may not come.
            var question = Query(Self.name)
            question.id = 0x7777
            client.socket.send(question.bytes)
            while let bytes = client.socket.receive() {
                let next = try Reply(bytes)
                if next.id == question.id { break }
                reply = next
            }
        }
        return reply?.code
    }

    @Test("RFC 1035, 4.1.1: a response is not answered")
    func response() async throws {
        var query = Query(Self.name)
        query.flags |= 0x8000
        #expect(try await code(query.bytes) == nil)
    }

    @Test("What has no whole header is not answered", arguments: [0, 1, 2, 11])
    func scraps(count: Int) async throws {
        #expect(try await code(Array(Query(Self.name).bytes.prefix(count))) == nil)
    }

    @Test(
        "RFC 1035, 4.1.1; RFC 8906, 3.2.1: opcodes that are not served are NOTIMP",
        arguments: [1, 2, 3] + Array(6...15) as [UInt16])
    func opcodes(opcode: UInt16) async throws {
        var query = Query(Self.name)
        query.flags = opcode << 11
        #expect(try await code(query.bytes) == 4)
    }

    @Test("RFC 1996, RFC 2136: notices and updates change nothing", arguments: [4, 5] as [UInt16])
    func changes(opcode: UInt16) async throws {
        var query = Query(Target.zone, .soa)
        query.flags = opcode << 11
        // NOTIMP, REFUSED or NOTAUTH; others take note of a notice.
        let code = try #require(try await code(query.bytes))
        #expect([4, 5, 9].contains(code) || !Target.isOurs && code == 0)
    }

    @Test("RFC 9619: one question, no more and no less")
    func questions() async throws {
        var none = Query()
        #expect(try await code(none.bytes) == 1)
        none.questionCount = 1
        #expect(try await code(none.bytes) == 1)
        var two = Query(Self.name)
        two.ask(Query.name(Self.name))
        #expect(try await code(two.bytes) == 1)
    }

    @Test(
        "A name that cannot be read is FORMERR",
        arguments: [
            [0x40, 0x01, 0], [0x80, 0], [63, 1, 2], [0xC0, 12], [0xC0, 0xFF], [0xFF, 0xFF], [1],
        ] as [[UInt8]])
    func names(name: [UInt8]) async throws {
        var query = Query()
        query.ask(name)
        let code = try await code(query.bytes)
        #expect(code == 1 || code == nil)
    }

    @Test("Bytes after the end are FORMERR", .enabled(if: Target.isOurs, "others read on"))
    func trailer() async throws {
        var query = Query(Self.name)
        query.trailer = [1, 2, 3]
        #expect(try await code(query.bytes) == 1)
    }

    @Test(
        "A record of the answer section in a query is FORMERR",
        .enabled(if: Target.isOurs, "others pass over it"))
    func answered() async throws {
        var query = Query(Self.name)
        query.answerCount = 1
        query.trailer = [0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4]
        #expect(try await code(query.bytes) == 1)
    }
}
