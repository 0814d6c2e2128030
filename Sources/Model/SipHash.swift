/// SipHash-2-4 (Aumasson and Bernstein, 2012): a keyed hash of 64 bits that nobody without the key
/// can foretell.
package struct SipHash: Sendable {
    private var v0: UInt64
    private var v1: UInt64
    private var v2: UInt64
    private var v3: UInt64

    private init(_ key: SipKey) {
        v0 = key.low ^ 0x736f_6d65_7073_6575
        v1 = key.high ^ 0x646f_7261_6e64_6f6d
        v2 = key.low ^ 0x6c79_6765_6e65_7261
        v3 = key.high ^ 0x7465_6462_7974_6573
    }

    package static func hash(_ bytes: [UInt8], key: SipKey) -> UInt64 {
        bytes.withUnsafeBytes { hash($0, key: key) }
    }

    package static func hash(_ bytes: UnsafeRawBufferPointer, key: SipKey) -> UInt64 {
        var state = SipHash(key)
        var at = 0
        while at + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            state.absorb(UInt64(littleEndian: word))
            at += 8
        }
        var last = UInt64(truncatingIfNeeded: bytes.count) << 56
        for (index, byte) in bytes[at...].enumerated() {
            last |= UInt64(byte) << UInt64(8 * index)
        }
        return state.finish(last)
    }

    /// The hash of the sixteen bytes of two little-endian words.
    package static func hash(_ first: UInt64, _ second: UInt64, key: SipKey) -> UInt64 {
        var state = SipHash(key)
        state.absorb(first)
        state.absorb(second)
        return state.finish(16 << 56)
    }

    private mutating func absorb(_ word: UInt64) {
        v3 ^= word
        round()
        round()
        v0 ^= word
    }

    private mutating func finish(_ last: UInt64) -> UInt64 {
        absorb(last)
        v2 ^= 0xff
        for _ in 0..<4 { round() }
        return v0 ^ v1 ^ v2 ^ v3
    }

    private mutating func round() {
        v0 &+= v1
        v1 = SipHash.turned(v1, 13) ^ v0
        v0 = SipHash.turned(v0, 32)
        v2 &+= v3
        v3 = SipHash.turned(v3, 16) ^ v2
        v0 &+= v3
        v3 = SipHash.turned(v3, 21) ^ v0
        v2 &+= v1
        v1 = SipHash.turned(v1, 17) ^ v2
        v2 = SipHash.turned(v2, 32)
    }

    @inline(__always)
    private static func turned(_ word: UInt64, _ bits: UInt64) -> UInt64 {
        word << bits | word >> (64 - bits)
    }
}
