package import Model

/// Bounds how much a forged sender can have sent to somebody else (response rate limiting).
///
/// Answers are counted per second, per network that they go to and per kind, so that a flood of
/// names that do not exist leaves the answers that do alone. Of those above the limit every second
/// one is sent, empty and with TC set: whoever is real asks again over TCP.
package struct ResponseRateLimit: Sendable {
    /// Answers of one kind to one network in a second; 0 is no limit.
    package let responsesPerSecond: Int
    private var slots: [Slot]
    private let key: SipKey

    package enum Verdict: Hashable, Sendable {
        case answer
        /// Send it empty, with TC set.
        case slip
        case drop
    }

    private struct Slot {
        var network: UInt64 = 0
        var second: UInt32 = 0
        var count = 0
    }

    /// Networks and kinds counted at a time; one more takes the place of another.
    static let slotsMax = 16_384

    /// `key` keeps a sender from foreseeing whose place it takes.
    package init(responsesPerSecond: Int, key: SipKey) {
        self.responsesPerSecond = max(0, responsesPerSecond)
        let count = responsesPerSecond > 0 ? Self.slotsMax : 0
        slots = [Slot](repeating: Slot(), count: count)
        self.key = key
    }

    /// What to do with an answer over UDP to somebody who has not proved where it is.
    package mutating func verdict(
        to address: IPAddress, _ code: ResponseCode, at second: UInt32
    ) -> Verdict {
        guard responsesPerSecond > 0 else { return .answer }
        let kind = UInt8(truncatingIfNeeded: code.rawValue)
        let network = SipHash.hash(address.network + [kind], key: key)
        let index = Int(network % UInt64(slots.count))
        if slots[index].network != network || slots[index].second != second {
            slots[index] = Slot(network: network, second: second)
        }
        slots[index].count += 1
        let excess = slots[index].count - responsesPerSecond
        guard excess > 0 else { return .answer }
        return excess.isMultiple(of: 2) ? .slip : .drop
    }
}

extension IPAddress {
    /// The network that one sender may have all of: 24 bits of IPv4, 56 of IPv6.
    fileprivate var network: [UInt8] {
        switch self {
        case .v4: Array(bytes.prefix(3))
        case .v6: Array(bytes.prefix(7))
        }
    }
}
