import Model
import Testing

@testable import Naming

@Suite struct ResponderTests {
    /// `web` has twenty instances on twenty addresses, `one` has one, `idle` none.
    private static func responder() throws -> Responder {
        var directory = Directory(nameserver: [.v4(0x7F00_0001)])
        directory.revision = 42
        try directory.put("default")
        let instances = (1...20).map { number in
            DirectoryInstance(
                id: "00112233445566778899aabbccddee\(number + 10)", address: "10.0.0.\(number)",
                port: UInt16(8000 + number))
        }
        for (service, instances) in [("web", instances), ("one", [instances[0]]), ("idle", [])] {
            let entry = DirectoryEntry(
                service: ServiceName(service), namespace: "default", ttlSeconds: 5,
                instances: instances)
            #expect(directory.put(entry).isEmpty)
        }
        return Responder(directory: directory)
    }

    private static func asker(over transport: Asker.Transport = .udp) -> Asker {
        Asker(transport: transport, address: .v4(0x7F00_0001), second: 1_000_000)
    }

    private static func ask(
        _ query: ArraySlice<UInt8>, over transport: Asker.Transport = .udp, seed: UInt64 = 1
    ) throws -> ArraySlice<UInt8>? {
        var generator = Generator(seed: seed)
        var reply = ResponseWriter()
        let outcome = try responder().answer(
            query, from: asker(over: transport), using: &generator, into: &reply)
        return outcome == .dropped ? nil : reply.bytes[...]
    }

    private static func ask(
        _ name: String, _ type: RecordType, over transport: Asker.Transport = .udp,
        seed: UInt64 = 1, change: (inout DNSMessage) -> Void = { _ in }
    ) throws -> DNSMessage {
        var query = DNSMessage(asking: Question(name: try DNSName(name), type: type), id: 7)
        change(&query)
        let bytes = try #require(try ask(query.encoded(), over: transport, seed: seed))
        let answer = try DNSMessage(decoding: bytes)
        #expect(answer.id == query.id)
        #expect(answer.flags.isResponse)
        #expect(!answer.flags.recursionAvailable)
        return answer
    }

    @Test func answersAddressesWithAuthority() throws {
        let answer = try Self.ask("one.default.teal", .a)
        #expect(answer.code == .noError)
        #expect(answer.flags.authoritative)
        #expect(answer.flags.recursionDesired)
        #expect(answer.answers.map(\.description) == ["one.default.teal. 5 IN A 10.0.0.1"])
        #expect(answer.authority.isEmpty)
        #expect(answer.edns == EDNS())
    }

    @Test func keepsTheCaseOfTheQuestion() throws {
        let answer = try Self.ask("oNe.DEFAULT.teaL", .a)
        #expect(answer.questions[0].name.description == "oNe.DEFAULT.teaL.")
        #expect(answer.answers[0].name.description == "oNe.DEFAULT.teaL.")
    }

    @Test func answersUpToEightInRandomOrder() throws {
        let answers = try (1...5).map { seed in
            try Self.ask("web.default.teal", .a, seed: seed).answers.map(\.data)
        }
        for answer in answers { #expect(Set(answer).count == 8) }
        #expect(Set(answers).count > 1)
    }

    @Test func addsTheAddressesOfSRVTargets() throws {
        let answer = try Self.ask("web.default.teal", .srv, over: .tcp)
        #expect(answer.answers.count == 8)
        let targets = answer.answers.compactMap { record -> DNSName? in
            guard case .srv(let location) = record.data else { return nil }
            return location.target
        }
        #expect(answer.additional.map(\.name) == targets)
        #expect(answer.additional.allSatisfy { $0.type == .a && $0.ttl == 5 })
    }

    @Test func deniesWithTheZoneAndAShortLife() throws {
        let cases: [(String, RecordType, ResponseCode, String)] = [
            ("one.default.teal", .aaaa, .noError, "default.teal."),
            ("one.default.teal", RecordType(rawValue: 257), .noError, "default.teal."),
            ("one.default.teal", RecordType(rawValue: 65_280), .noError, "default.teal."),
            ("idle.default.teal", .a, .noError, "default.teal."),
            ("idle.default.teal", .srv, .noError, "default.teal."),
            ("idle.default.teal", .any, .noError, "default.teal."),
            ("none.default.teal", .a, .nameError, "default.teal."),
            ("x.idle.default.teal", .a, .nameError, "default.teal."),
            ("elsewhere.teal", .a, .nameError, "teal."),
        ]
        for (name, type, code, zone) in cases {
            let answer = try Self.ask(name, type)
            #expect(answer.code == code, "\(name) \(type)")
            #expect(answer.flags.authoritative)
            #expect(answer.answers.isEmpty)
            #expect(
                answer.authority.map(\.description)
                    == ["\(zone) 1 IN SOA \(zone) hostmaster.\(zone) 42 60 10 86400 1"])
        }
    }

    @Test func answersTheApex() throws {
        #expect(
            try Self.ask("default.teal", .soa).answers.map(\.description)
                == [
                    "default.teal. 1 IN SOA default.teal. hostmaster.default.teal. 42 60 10 86400 1"
                ])
        let servers = try Self.ask("teal", .ns)
        #expect(servers.answers.map(\.description) == ["teal. 60 IN NS teal."])
        #expect(servers.additional.map(\.description) == ["teal. 60 IN A 127.0.0.1"])
    }

    @Test func answersANYWithLittle() throws {
        let answer = try Self.ask("web.default.teal", .any)
        #expect(
            answer.answers.map(\.description)
                == ["web.default.teal. 5 IN HINFO \"RFC8482\" \"\""])
    }

    @Test(arguments: [
        (RecordType.axfr, ResponseCode.refused), (.ixfr, .refused), (.opt, .formatError),
        (.tsig, .notImplemented), (.tkey, .notImplemented), (.maila, .notImplemented),
    ])
    func refusesWhatIsNoLookup(type: RecordType, code: ResponseCode) throws {
        let answer = try Self.ask("one.default.teal", type)
        #expect(answer.code == code)
        #expect(!answer.flags.authoritative)
        #expect(answer.answers.isEmpty && answer.authority.isEmpty)
    }

    @Test func refusesForeignNamesAndClasses() throws {
        for name in ["example.com", ".", "tealx", "com"] {
            let answer = try Self.ask(name, .a)
            #expect(answer.code == .refused)
            #expect(!answer.flags.authoritative)
            #expect(answer.authority.isEmpty)
        }
        for other in [RecordClass.chaos, .any, RecordClass(rawValue: 4096)] {
            let answer = try Self.ask("one.default.teal", .a) { query in
                query.questions[0].recordClass = other
            }
            #expect(answer.code == .refused)
        }
    }

    @Test func failsUntilADirectoryIsKnown() throws {
        let query = DNSMessage(
            asking: Question(name: try DNSName("one.default.teal"), type: .a), id: 7)
        var generator = Generator(seed: 1)
        var reply = ResponseWriter()
        let outcome = Responder(directory: nil).answer(
            query.encoded(), from: Self.asker(), using: &generator, into: &reply)
        #expect(outcome == .answered(.serverFailure, isProven: false))
        #expect(try DNSMessage(decoding: reply.bytes[...]).code == .serverFailure)
    }

    @Test func speaksEDNSZeroOnly() throws {
        let without = try Self.ask("one.default.teal", .a) { $0.edns = nil }
        #expect(without.edns == nil)
        let later = try Self.ask("one.default.teal", .a) { $0.edns?.version = 1 }
        #expect(later.code == .badVersion)
        #expect(later.edns?.version == 0)
        #expect(later.answers.isEmpty)
        let rich = try Self.ask("one.default.teal", .a) { query in
            query.edns?.dnssecOK = true
            query.edns?.options = [EDNSOption(code: 65_001, value: [1, 2, 3])]
        }
        #expect(rich.code == .noError)
        #expect(rich.edns?.dnssecOK == true)
        #expect(rich.edns?.options.isEmpty == true)
    }

    @Test func truncatesToWhatTheAskerCanTake() throws {
        // Eight SRV records with targets of 54 bytes: about 650 bytes without the addresses.
        let cases: [(UInt16?, Bool)] = [(nil, true), (0, true), (512, true), (1232, false)]
        for (payload, truncated) in cases {
            let answer = try Self.ask("web.default.teal", .srv) { query in
                query.edns = payload.map { EDNS(payloadBytes: $0) }
            }
            #expect(answer.flags.truncated == truncated)
            #expect(answer.answers.count == (truncated ? 0 : 8))
        }
        let stream = try Self.ask("web.default.teal", .srv, over: .tcp) { $0.edns = nil }
        #expect(!stream.flags.truncated && stream.answers.count == 8)
    }

    @Test func neverPassesTheLimitOfUDP() throws {
        for payload in [512, 700, 1232, 4096, 65_535] as [UInt16] {
            for seed in 1...20 {
                var query = DNSMessage(
                    asking: Question(name: try DNSName("web.default.teal"), type: .srv), id: 7)
                query.edns = EDNS(payloadBytes: payload)
                let bytes = try #require(try Self.ask(query.encoded(), seed: UInt64(seed)))
                #expect(bytes.count <= min(Int(payload), 1232))
            }
        }
    }
}

// MARK: Bytes that are no query

extension ResponderTests {
    private static func code(_ bytes: ArraySlice<UInt8>) throws -> ResponseCode? {
        guard let answer = try ask(bytes) else { return nil }
        #expect(answer.count >= 12)
        return try DNSMessage(decoding: answer).code
    }

    @Test func dropsResponsesAndScraps() throws {
        var response = DNSMessage(asking: Question(name: .root, type: .a), id: 7)
        response.flags.isResponse = true
        #expect(try Self.code(response.encoded()) == nil)
        for count in 0..<12 {
            #expect(try Self.code([UInt8](repeating: 0, count: count)[...]) == nil)
        }
    }

    @Test(arguments: 1...15)
    func doesNotImplementOtherOpcodes(opcode: UInt8) throws {
        var query = DNSMessage(asking: Question(name: .root, type: .soa), id: 7)
        query.flags.opcode = opcode
        let bytes = try #require(try Self.ask(query.encoded()))
        let answer = try DNSMessage(decoding: bytes)
        #expect(answer.code == .notImplemented)
        #expect(answer.flags.opcode == opcode)
    }

    @Test func callsGarbageByItsName() throws {
        let question = Question(name: try DNSName("one.default.teal"), type: .a)
        var none = DNSMessage(asking: question, id: 7)
        none.questions = []
        var two = none
        two.questions = [question, question]
        var answered = DNSMessage(asking: question, id: 7)
        answered.answers = [ResourceRecord(name: .root, ttl: 0, data: .a(1))]
        let good = DNSMessage(asking: question, id: 7).encoded()
        for bytes in [
            none.encoded(), two.encoded(), answered.encoded(), good + [0], good.dropLast(),
        ] {
            #expect(try Self.code(bytes) == .formatError)
        }
        for count in 12..<good.count {
            #expect(try Self.code(good.prefix(count)) == .formatError)
        }
    }

    @Test func answersMutantsWithinBounds() throws {
        let responder = try Self.responder()
        let question = Question(name: try DNSName("web.default.teal"), type: .srv)
        var query = DNSMessage(asking: question, id: 7)
        query.edns?.options = [EDNSOption(code: 10, value: [1, 2, 3, 4, 5, 6, 7, 8])]
        let bytes = Array(query.encoded())
        var generator = Generator(seed: 3)
        var reply = ResponseWriter()
        for _ in 0..<5000 {
            var mutant = bytes
            for _ in 0...Int(generator.next(upperBound: UInt64(5))) {
                let index = Int(generator.next(upperBound: UInt64(mutant.count)))
                mutant[index] = UInt8(truncatingIfNeeded: generator.next())
            }
            let outcome = responder.answer(
                mutant[...], from: Self.asker(), using: &generator, into: &reply)
            guard outcome != .dropped else { continue }
            #expect(reply.bytes.count <= 1232)
            // Written record by record, it is what the message as a whole is written as.
            let answer = try DNSMessage(decoding: reply.bytes[...])
            #expect(answer.flags.truncated || answer.encoded() == reply.bytes[...])
        }
    }
}
