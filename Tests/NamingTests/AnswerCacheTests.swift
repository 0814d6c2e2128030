import Model
import Testing

@testable import Naming

/// What is answered again is what would be answered anew.
@Suite struct AnswerCacheTests {
    /// Asks as a name server does: the cache first, then the responder.
    private struct Server: ~Copyable {
        let responder: Responder
        var cache = AnswerCache(names: 0, seed: 7)
        var reply = ResponseWriter()
        var generator = Generator(seed: 1)
        var hits = 0

        init(_ responder: Responder) { self.responder = responder }

        mutating func answer(_ query: [UInt8]) -> [UInt8] {
            query.withUnsafeBytes { bytes in
                if let found = cache.find(bytes) {
                    hits += 1
                    var room = [UInt8](repeating: 0xFF, count: 1232)
                    let count = room.withUnsafeMutableBytes {
                        cache.write(found, answering: bytes, using: &generator, into: $0)
                    }
                    return Array(room[..<count])
                }
                let asker = Asker(
                    transport: .udp, address: .v4(0x7F00_0001), second: 1_000_000)
                _ = responder.answer(
                    query[...], from: asker, using: &generator, into: &reply)
                cache.keep(reply, answering: bytes)
                return reply.bytes
            }
        }
    }

    /// `one`, `few` and `many` have 1, 4 and 20 instances; `weighted` two of different weight.
    private static func server(
        cookies: CookieSecret? = nil
    ) throws -> Server {
        var directory = Directory(nameserver: [.v4(0x7F00_0001)])
        try directory.put("default")
        for (service, count) in [("one", 1), ("few", 4), ("many", 20)] {
            let instances = (1...count).map { number in
                DirectoryInstance(
                    id: "00112233445566778899aabbccddee\(number + 10)",
                    address: "10.0.0.\(number)", port: UInt16(8000 + number))
            }
            let entry = DirectoryEntry(
                service: ServiceName(service), namespace: "default", ttlSeconds: 5,
                instances: instances)
            #expect(directory.put(entry).isEmpty)
        }
        var settings = Responder.Settings()
        settings.cookies = cookies
        return Server(Responder(directory: directory, settings: settings))
    }

    private static func query(
        _ name: String, _ type: RecordType, id: UInt16 = 7,
        change: (inout DNSMessage) -> Void = { _ in }
    ) throws -> [UInt8] {
        var query = DNSMessage(asking: Question(name: try DNSName(name), type: type), id: id)
        change(&query)
        return Array(query.encoded())
    }

    @Test(
        arguments: [
            ("one.default.teal", RecordType.a), ("One.Default.teal", .a),
            ("one.default.teal", .aaaa), ("one.default.teal", .srv), ("default.teal", .soa),
            ("one.default.teal", .txt), ("few.default.teal", .any),
        ])
    func theSameAgainButForTheID(name: String, type: RecordType) throws {
        var server = try Self.server()
        let first = server.answer(try Self.query(name, type))
        let second = server.answer(try Self.query(name, type, id: 0xABCD))
        #expect(server.hits == 1)
        #expect(second.prefix(2) == [0xAB, 0xCD])
        #expect(second.dropFirst(2) == first.dropFirst(2))
    }

    @Test func anOrderByChanceIsChosenEachTime() throws {
        var server = try Self.server()
        let query = try Self.query("few.default.teal", .a)
        var firsts: [String: Int] = [:]
        let tries = 4000
        for _ in 0..<tries {
            let answer = try DNSMessage(decoding: server.answer(query)[...])
            #expect(Set(answer.answers.map(\.description)).count == 4)
            #expect(answer.edns != nil)
            firsts[answer.answers[0].description, default: 0] += 1
        }
        #expect(server.hits == tries - 1)
        // Four alike: within six deviations of a quarter.
        #expect(firsts.values.allSatisfy { abs($0 - tries / 4) < 165 }, "\(firsts)")
    }

    @Test func locationsKeepTheirHosts() throws {
        var server = try Self.server()
        let query = try Self.query("few.default.teal", .srv)
        let first = try DNSMessage(decoding: server.answer(query)[...])
        #expect(first.additional.count == 4)
        var orders: Set<[String]> = []
        for _ in 0..<500 {
            let answer = try DNSMessage(decoding: server.answer(query)[...])
            orders.insert(answer.answers.map(\.description))
            #expect(Set(answer.answers) == Set(first.answers))
            #expect(Set(answer.additional) == Set(first.additional))
        }
        #expect(server.hits == 500)
        #expect(orders.count == 24)
    }

    @Test(
        arguments: [
            ("many.default.teal", RecordType.a), ("many.default.teal", .srv),
            ("nobody.default.teal", .a), ("elsewhere.example", .a),
        ])
    func whatDependsOnMoreIsAnsweredAnew(name: String, type: RecordType) throws {
        var server = try Self.server()
        for _ in 0..<3 { _ = server.answer(try Self.query(name, type)) }
        #expect(server.hits == 0)
    }

    @Test func aCookieIsForItsAskerAlone() throws {
        let secret = CookieSecret(SipKey(low: 1, high: 2))
        var server = try Self.server(cookies: secret)
        let query = try Self.query("one.default.teal", .a) { message in
            let cookie = EDNSOption(code: DNSCookie.optionCode, value: Array(1...8))
            message.edns?.options = [cookie]
        }
        for _ in 0..<3 { _ = server.answer(query) }
        #expect(server.hits == 0)
    }

    @Test func aTruncatedAnswerIsNotKept() throws {
        var server = try Self.server()
        let query = try Self.query("many.default.teal", .srv) { $0.edns = nil }
        for _ in 0..<3 {
            #expect(try DNSMessage(decoding: server.answer(query)[...]).flags.truncated)
        }
        #expect(server.hits == 0)
    }

    @Test func anotherDirectoryHasOtherAnswers() throws {
        var server = try Self.server()
        let query = try Self.query("one.default.teal", .a)
        _ = server.answer(query)
        server.cache.forgetAll()
        _ = server.answer(query)
        #expect(server.hits == 0)
        _ = server.answer(query)
        #expect(server.hits == 1)
    }

    @Test func whatElseAQueryHasMakesItAnother() throws {
        var server = try Self.server()
        _ = server.answer(try Self.query("one.default.teal", .a))
        _ = server.answer(try Self.query("one.default.teal", .a) { $0.edns = nil })
        _ = server.answer(
            try Self.query("one.default.teal", .a) { $0.flags.recursionDesired = false })
        _ = server.answer(try Self.query("one.default.teal", .a) { $0.edns?.dnssecOK = true })
        #expect(server.hits == 0)
    }

    /// Names up to the longest: what has no place is answered anew, and nothing is overwritten.
    @Test func limitsAreKept() throws {
        var server = try Self.server()
        for length in stride(from: 20, through: 250, by: 1) {
            var labels: [[UInt8]] = []
            var rest = length - 14
            while rest > 1 {
                let count = min(rest - 1, 63)
                labels.append([UInt8](repeating: UInt8(ascii: "x"), count: count))
                rest -= count + 1
            }
            let name = try DNSName(labels: labels + [Array("default".utf8), Array("teal".utf8)])
            let query = DNSMessage(asking: Question(name: name, type: .a), id: 1)
            _ = server.answer(Array(query.encoded()))
        }
        let bytes = try Self.query("one.default.teal", .a)
        for count in 0..<bytes.count { _ = server.answer(Array(bytes[..<count])) }
        #expect(server.hits == 0)
        #expect(try DNSMessage(decoding: server.answer(bytes)[...]).answers.count == 1)
    }

    @Test func itsSizeFollowsTheNames() {
        let small = AnswerCache(names: 10, seed: 1)
        let (suits, isFull) = (small.suits(names: 500), !small.suits(names: 600))
        #expect(suits && isFull)
        let large = AnswerCache(names: 10_000_000, seed: 1)
        let isEnough = large.suits(names: 20_000_000)
        #expect(isEnough)
    }
}
