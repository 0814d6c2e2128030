import Model
import Testing

@testable import Naming

@Suite struct DNSCookieTests {
    /// RFC 9018, appendix A: the key, who asks, what comes, when, and what goes back.
    private struct Vector {
        let key: String
        let address: String
        let query: String
        let second: UInt32
        let answer: String
        let isOurs: Bool
    }

    private static let key = "e5e973e5a6b2a43f48e7dc849e37bfcf"

    private static let vectors = [
        Vector(
            key: key, address: "198.51.100.100", query: "2464c4abcf10c957", second: 1_559_731_985,
            answer: "2464c4abcf10c957010000005cf79f111f8130c3eee29480", isOurs: false),
        Vector(
            key: key, address: "198.51.100.100",
            query: "2464c4abcf10c957010000005cf79f111f8130c3eee29480", second: 1_559_734_385,
            answer: "2464c4abcf10c957010000005cf7a871d4a564a1442aca77", isOurs: true),
        Vector(
            key: key, address: "203.0.113.203",
            query: "fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5", second: 1_559_728_000,
            answer: "fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5", isOurs: true),
        Vector(
            key: "dd3bdf9344b678b185a6f5cb60fca715", address: "2001:db8:220:1:59de:d0f4:8769:82b8",
            query: "22681ab97d52c298010000005cf7c57926556bd0934c72f8", second: 1_559_741_961,
            answer: "22681ab97d52c298010000005cf7c57926556bd0934c72f8", isOurs: true),
    ]

    @Test(arguments: vectors.indices)
    func agreesWithTheStandard(index: Int) throws {
        let vector = Self.vectors[index]
        let key = try #require(Self.bytes(vector.key))
        let secret = CookieSecret(
            SipKey(low: Self.word(key[..<8]), high: Self.word(key[8...])))
        let address = try #require(IPAddress(vector.address))
        let cookie = try #require(DNSCookie(Self.bytes(vector.query) ?? []))
        #expect(secret.isOurs(cookie, from: address, at: vector.second) == vector.isOurs)
        let option = secret.option(answering: cookie, from: address, at: vector.second)
        #expect(option == EDNSOption(code: 10, value: Self.bytes(vector.answer) ?? []))
    }

    @Test func takesACookieOnlyFromItsOwnerAndInItsTime() throws {
        let secret = CookieSecret(SipKey(low: 1, high: 2))
        let address = IPAddress.v4(1)
        let client = try #require(DNSCookie([1, 2, 3, 4, 5, 6, 7, 8]))
        let option = secret.option(answering: client, from: address, at: 10_000)
        let cookie = try #require(DNSCookie(option.value))
        let cases: [(IPAddress, UInt32, Bool)] = [
            (address, 10_000, true), (address, 13_600, true), (address, 13_601, false),
            (address, 9700, true), (address, 9699, false), (.v4(2), 10_000, false),
        ]
        for (address, second, isOurs) in cases {
            #expect(secret.isOurs(cookie, from: address, at: second) == isOurs)
        }
        #expect(!CookieSecret(SipKey(low: 1, high: 3)).isOurs(cookie, from: address, at: 10_000))
    }

    @Test(arguments: [0, 7, 9, 15, 41, 100])
    func refusesLengthsThatNoCookieHas(count: Int) {
        #expect(DNSCookie([UInt8](repeating: 1, count: count)) == nil)
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        let digits = Array(text)
        let bytes = stride(from: 0, to: digits.count, by: 2).map {
            UInt8(String(digits[$0..<($0 + 2)]), radix: 16)
        }
        return bytes.contains(nil) ? nil : bytes.compactMap(\.self)
    }

    /// Eight bytes, the first of them the lowest.
    private static func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
