internal import Model

/// A block of addresses: `10.0.0.0/8`, `2001:db8::/32`.
struct AddressBlock: Hashable, Sendable, BitwiseCopyable {
    private let address: AddressBytes
    /// In bits.
    let prefix: Int

    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(parts[0]),
            parts[1].utf8.allSatisfy(\.isDigit), let prefix = Int(parts[1])
        else { return nil }
        self.address = AddressBytes(address)
        guard prefix <= (self.address.count - 1) * 8 else { return nil }
        self.prefix = prefix
    }

    func holds(_ other: AddressBytes) -> Bool {
        guard address.family == other.family else { return false }
        let high = UInt64(max(0, 64 - prefix))
        let low = UInt64(min(64, 128 - prefix))
        return (address.high ^ other.high) >> high == 0 && (address.low ^ other.low) >> low == 0
    }

    /// The family and those bytes of the address that lie in the prefix with all their bits.
    var head: [UInt8] { address.withBytes { Array($0.prefix(1 + prefix / 8)) } }

    /// Whether `head` says all.
    var isWholeBytes: Bool { prefix % 8 == 0 }
}

/// An address as a row of bytes, the family before it: 4 or 6.
struct AddressBytes: Hashable, Sendable, BitwiseCopyable {
    let family: UInt8
    /// The first eight bytes; of an IPv4 address there are but four.
    let high: UInt64
    let low: UInt64

    /// An IPv4 address that a socket of IPv6 shows as `::ffff:192.0.2.1` is one of IPv4.
    init(_ address: IPAddress) {
        switch address {
        case .v4(let number): self.init(number)
        case .v6(high: 0, let low) where low >> 32 == 0xFFFF:
            self.init(UInt32(truncatingIfNeeded: low))
        case .v6(let high, let low): self.init(family: 6, high: high, low: low)
        }
    }

    private init(_ number: UInt32) {
        self.init(family: 4, high: UInt64(number) << 32, low: 0)
    }

    private init(family: UInt8, high: UInt64, low: UInt64) {
        self.family = family
        self.high = high
        self.low = low
    }

    /// With the family.
    var count: Int { family == 4 ? 5 : 17 }

    func withBytes<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        // Eight bytes of which the last is the family, so that the rest lies aligned behind it.
        withUnsafeBytes(of: (UInt64(family).bigEndian, high.bigEndian, low.bigEndian)) { bytes in
            body(UnsafeRawBufferPointer(rebasing: bytes[7..<(7 + count)]))
        }
    }
}
