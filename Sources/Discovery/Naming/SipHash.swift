/// The sixteen bytes of a secret key, as two little-endian words.
package struct SipKey: Hashable, Sendable {
    let low: UInt64
    let high: UInt64

    package init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    package init(using generator: inout some RandomNumberGenerator) {
        self.init(low: generator.next(), high: generator.next())
    }
}

/// SipHash-2-4 (Aumasson and Bernstein, 2012): a hash that only who has the key can foresee.
struct SipHash: Hashable, Sendable {
    private let key: SipKey

    init(key: SipKey) {
        self.key = key
    }

    func hash(_ bytes: [UInt8]) -> UInt64 {
        var state = State(key: key)
        var position = 0
        while bytes.count - position >= 8 {
            state.absorb(Self.word(bytes[position..<(position + 8)]))
            position += 8
        }
        let length = UInt64(truncatingIfNeeded: bytes.count) << 56
        state.absorb(Self.word(bytes[position...]) | length)
        return state.finish()
    }

    /// Up to eight bytes, the first of them the lowest.
    static func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private struct State {
        var a: UInt64
        var b: UInt64
        var c: UInt64
        var d: UInt64

        init(key: SipKey) {
            a = key.low ^ 0x736F_6D65_7073_6575
            b = key.high ^ 0x646F_7261_6E64_6F6D
            c = key.low ^ 0x6C79_6765_6E65_7261
            d = key.high ^ 0x7465_6462_7974_6573
        }

        mutating func absorb(_ word: UInt64) {
            d ^= word
            round()
            round()
            a ^= word
        }

        mutating func finish() -> UInt64 {
            c ^= 0xFF
            for _ in 0..<4 { round() }
            return a ^ b ^ c ^ d
        }

        private mutating func round() {
            a &+= b
            b = Self.rotated(b, 13) ^ a
            a = Self.rotated(a, 32)
            c &+= d
            d = Self.rotated(d, 16) ^ c
            a &+= d
            d = Self.rotated(d, 21) ^ a
            c &+= b
            b = Self.rotated(b, 17) ^ c
            c = Self.rotated(c, 32)
        }

        private static func rotated(_ word: UInt64, _ count: UInt64) -> UInt64 {
            word << count | word >> (64 - count)
        }
    }
}
