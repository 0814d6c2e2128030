import Model
import Testing

@testable import Naming

@Suite struct DNSMessageTests {
    /// A response with a record of every type that the codec knows.
    static func sample() throws -> DNSMessage {
        let name = try DNSName("hello.default.teal")
        let host = try DNSName("task.hello.default.teal")
        var message = DNSMessage(id: 0xBEEF)
        message.flags.isResponse = true
        message.flags.authoritative = true
        message.questions = [Question(name: name, type: .srv)]
        let location = ServiceLocation(priority: 1, weight: 1, port: 8080, target: host)
        message.answers = [
            ResourceRecord(name: name, ttl: 5, data: .srv(location)),
            ResourceRecord(name: name, ttl: 5, data: .txt([Array("a=b".utf8), []])),
            ResourceRecord(name: name, ttl: 5, data: .cname(host)),
            ResourceRecord(name: name, ttl: 5, data: .ptr(host)),
            ResourceRecord(name: name, ttl: 5, data: .hinfo(cpu: [0x41], os: [])),
            ResourceRecord(name: name, ttl: 5, data: .opaque(RecordType(rawValue: 257), [1, 2])),
        ]
        message.authority = [
            Directory(nameserver: []).authority(of: Zone(try DNSName("default.teal"))),
            ResourceRecord(name: try DNSName("teal"), ttl: 60, data: .ns(try DNSName("teal"))),
        ]
        message.additional = [
            ResourceRecord(name: host, ttl: 5, data: .a(0x7F00_0001)),
            ResourceRecord(name: host, ttl: 5, data: .aaaa(high: 0x2001_0DB8 << 32, low: 1)),
        ]
        var edns = EDNS(payloadBytes: 4096)
        edns.options = [EDNSOption(code: 10, value: [1, 2, 3, 4, 5, 6, 7, 8])]
        message.edns = edns
        return message
    }

    @Test func survivesTheWire() throws {
        let message = try Self.sample()
        #expect(try DNSMessage(decoding: message.encoded()) == message)
    }

    @Test func carriesTheUpperBitsOfTheCodeInEDNS() throws {
        var message = try Self.sample()
        message.code = .badVersion
        #expect(try DNSMessage(decoding: message.encoded()).code == .badVersion)
    }

    @Test func compressesNames() throws {
        let message = try Self.sample()
        let names = message.encoded().indices.filter { index in
            message.encoded()[index...].starts(with: [5] + Array("hello".utf8))
        }
        // Once in the question, and once in the SRV target, where RFC 2782 forbids compression.
        #expect(names.count == 2)
    }

    @Test func refusesEveryPrefix() throws {
        let bytes = try Self.sample().encoded()
        for count in 0..<bytes.count {
            #expect(throws: DNSFault.self) { try DNSMessage(decoding: bytes.prefix(count)) }
        }
        #expect(throws: DNSFault.trailingBytes) { try DNSMessage(decoding: bytes + [0]) }
    }

    @Test func survivesMutation() throws {
        let bytes = try Self.sample().encoded()
        var generator = Generator(seed: 42)
        for _ in 0..<5000 {
            var mutant = bytes
            for _ in 0...Int(generator.next(upperBound: UInt64(4))) {
                let index = Int(generator.next(upperBound: UInt64(mutant.count)))
                mutant[index] = UInt8(truncatingIfNeeded: generator.next())
            }
            // Whatever it reads it can write, and reads again as the same.
            guard let message = try? DNSMessage(decoding: mutant[...]) else { continue }
            #expect((try? DNSMessage(decoding: message.encoded())) == message)
        }
    }

    /// A header that announces one question, and the bytes of that question.
    private static func query(_ question: [UInt8]) -> ArraySlice<UInt8> {
        ([0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0] + question)[...]
    }

    @Test(arguments: [
        // To itself, forward, into the header.
        ([0xC0, 12, 0, 1, 0, 1], DNSFault.badPointer),
        ([0xC0, 14, 0, 0, 1, 0, 1], .badPointer),
        ([0xC0, 4, 0, 1, 0, 1], .badPointer),
        // A label, then back to its own start: a circle.
        ([1, 0x61, 0xC0, 12, 0, 1, 0, 1], .badPointer),
        // The two kinds of label that nobody uses.
        ([0x41, 0x61, 0, 0, 1, 0, 1], .badName),
        ([0x81, 0x61, 0, 0, 1, 0, 1], .badName),
        ([3, 0x61], .truncated),
        ([0xC0], .truncated),
    ])
    func refusesBadNames(question: [UInt8], fault: DNSFault) {
        #expect(throws: fault) { try DNSMessage(decoding: Self.query(question)) }
    }

    @Test func refusesNamesThatPointersMakeTooLong() throws {
        // Sixty-four labels of three bytes fill 256 bytes with the root; one less is allowed.
        func labels(_ count: Int) -> [UInt8] {
            Array(repeatElement([3, 0x61, 0x62, 0x63], count: count).joined()) + [0, 0, 1, 0, 1]
        }
        let longest = try DNSMessage(decoding: Self.query(labels(63)))
        #expect(longest.questions[0].name.wire.count == 253)
        #expect(throws: DNSFault.badName) { try DNSMessage(decoding: Self.query(labels(64))) }
    }

    @Test func refusesDataThatIsNotItsType() throws {
        func answer(_ type: UInt8, _ data: [UInt8]) -> ArraySlice<UInt8> {
            let header: [UInt8] = [0, 1, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 0]
            return (header + [0, 0, type, 0, 1, 0, 0, 0, 1, 0, UInt8(data.count)] + data)[...]
        }
        #expect(throws: Never.self) { try DNSMessage(decoding: answer(1, [127, 0, 0, 1])) }
        for (type, data) in [
            (1, [127, 0, 0]), (1, [127, 0, 0, 1, 0]), (28, [UInt8](repeating: 0, count: 17)),
            (2, [0, 0]), (33, [0, 1, 0, 1, 0, 80, 0, 0]), (16, [2, 0x61]), (16, []),
            (6, [0, 0, 0]),
        ] as [(UInt8, [UInt8])] {
            #expect(throws: DNSFault.self) { try DNSMessage(decoding: answer(type, data)) }
        }
    }

    @Test func refusesMisplacedEDNS() {
        let option: [UInt8] = [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0]
        let named: [UInt8] = [1, 0x61] + option
        let overrun: [UInt8] = [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 4, 0, 1, 0, 9]
        func message(answers: UInt8, additional: UInt8, _ body: [UInt8]) -> ArraySlice<UInt8> {
            ([0, 1, 0, 0, 0, 0, 0, answers, 0, 0, 0, additional] + body)[...]
        }
        #expect(throws: Never.self) {
            try DNSMessage(decoding: message(answers: 0, additional: 1, option))
        }
        for bytes in [
            message(answers: 1, additional: 0, option),
            message(answers: 0, additional: 2, option + option),
            message(answers: 0, additional: 1, named),
        ] {
            #expect(throws: DNSFault.badOption) { try DNSMessage(decoding: bytes) }
        }
        #expect(throws: DNSFault.truncated) {
            try DNSMessage(decoding: message(answers: 0, additional: 1, overrun))
        }
    }

    @Test func sendsAllAnswersOrNone() throws {
        let message = try Self.sample()
        let whole = message.encoded().count
        for limit in 60...whole {
            let bytes = message.encoded(limit: limit)
            #expect(bytes.count <= limit)
            let received = try DNSMessage(decoding: bytes)
            #expect(received.flags.truncated == received.answers.isEmpty)
            #expect(received.answers.isEmpty || received.answers == message.answers)
            #expect(received.authority.count == (received.answers.isEmpty ? 0 : 2))
            #expect(received.edns == message.edns)
            // Additional sets are left out whole, from the last.
            #expect(message.additional.starts(with: received.additional))
        }
    }
}

extension DNSMessage {
    func encoded(limit: Int = DNSMessage.bytesMax) -> ArraySlice<UInt8> {
        var writer = DNSWriter()
        encode(limit: limit, into: &writer)
        return writer.bytes[...]
    }
}
