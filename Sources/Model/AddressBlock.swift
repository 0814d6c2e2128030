/// A block of addresses: `10.0.0.0/8`, `2001:db8::/32`.
package struct AddressBlock: Hashable, Sendable, BitwiseCopyable {
    private let address: AddressBytes
    /// In bits.
    package let prefix: Int

    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(parts[0]),
            parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let prefix = Int(parts[1])
        else { return nil }
        self.address = AddressBytes(address)
        guard prefix <= (self.address.count - 1) * 8 else { return nil }
        self.prefix = prefix
    }

    package func holds(_ other: AddressBytes) -> Bool {
        guard address.family == other.family else { return false }
        let high = UInt64(max(0, 64 - prefix))
        let low = UInt64(min(64, 128 - prefix))
        return (address.high ^ other.high) >> high == 0 && (address.low ^ other.low) >> low == 0
    }

    /// The family and those bytes of the address that lie in the prefix with all their bits.
    package var head: [UInt8] { address.withBytes { Array($0.prefix(1 + prefix / 8)) } }

    /// Whether `head` says all.
    package var isWholeBytes: Bool { prefix % 8 == 0 }
}
