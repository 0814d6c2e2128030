/// 128 secret bits.
package struct SipKey: Hashable, Sendable, BitwiseCopyable {
    /// The first eight bytes, little-endian.
    package let low: UInt64
    package let high: UInt64

    package init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    package init(using generator: inout some RandomNumberGenerator) {
        self.init(low: generator.next(), high: generator.next())
    }
}
