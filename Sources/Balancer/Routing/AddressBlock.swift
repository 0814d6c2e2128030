internal import Model

/// A block of addresses: `10.0.0.0/8`, `2001:db8::/32`.
struct AddressBlock: Hashable, Sendable {
    private let address: IPAddress
    private let prefix: Int

    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(parts[0]),
            parts[1].utf8.allSatisfy(\.isDigit), let prefix = Int(parts[1])
        else { return nil }
        switch address {
        case .v4: guard prefix <= 32 else { return nil }
        case .v6: guard prefix <= 128 else { return nil }
        }
        self.address = address
        self.prefix = prefix
    }

    func holds(_ other: IPAddress) -> Bool {
        switch (address, other) {
        case (.v4(let mine), .v4(let theirs)):
            (mine ^ theirs) >> UInt32(32 - prefix) == 0
        case (.v6(let high, let low), .v6(let otherHigh, let otherLow)):
            (high ^ otherHigh) >> UInt64(max(0, 64 - prefix)) == 0
                && (low ^ otherLow) >> UInt64(min(64, 128 - prefix)) == 0
        default: false
        }
    }
}
