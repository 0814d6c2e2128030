/// An address as a row of bytes, the family before it: 4 or 6.
package struct AddressBytes: Hashable, Sendable, BitwiseCopyable {
    package let family: UInt8
    /// The first eight bytes; of an IPv4 address there are but four.
    package let high: UInt64
    package let low: UInt64

    /// An IPv4 address that a socket of IPv6 shows as `::ffff:192.0.2.1` is one of IPv4.
    @inlinable
    package init(_ address: IPAddress) {
        switch address {
        case .v4(let number): self.init(number)
        case .v6(high: 0, let low) where low >> 32 == 0xFFFF:
            self.init(UInt32(truncatingIfNeeded: low))
        case .v6(let high, let low): self.init(family: 6, high: high, low: low)
        }
    }

    @inlinable
    package init(_ number: UInt32) {
        self.init(family: 4, high: UInt64(number) << 32, low: 0)
    }

    @inlinable
    package init(family: UInt8, high: UInt64, low: UInt64) {
        self.family = family
        self.high = high
        self.low = low
    }

    /// With the family.
    package var count: Int { family == 4 ? 5 : 17 }

    package func withBytes<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        // Eight bytes of which the last is the family, so that the rest lies aligned behind it.
        withUnsafeBytes(of: (UInt64(family).bigEndian, high.bigEndian, low.bigEndian)) { bytes in
            body(UnsafeRawBufferPointer(rebasing: bytes[7..<(7 + count)]))
        }
    }
}
