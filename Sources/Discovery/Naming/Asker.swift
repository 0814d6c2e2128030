package import Model

/// Who asks, as far as an answer depends on it.
package struct Asker: Hashable, Sendable {
    package var transport: Transport
    package var address: IPAddress
    /// When: seconds since 1970, as cookies count them.
    package var second: UInt32

    package enum Transport: Sendable {
        case udp
        case tcp
    }

    package init(transport: Transport, address: IPAddress, second: UInt32) {
        self.transport = transport
        self.address = address
        self.second = second
    }
}

extension IPAddress {
    /// Whether it is of this machine or of a network that the Internet does not reach (RFC 6890).
    var isPrivate: Bool {
        switch self {
        case .v4(let number):
            let networks: [(UInt32, UInt32)] = [
                (0x7F00_0000, 8), (0x0A00_0000, 8), (0xAC10_0000, 12), (0xC0A8_0000, 16),
                (0xA9FE_0000, 16), (0x6440_0000, 10),
            ]
            return networks.contains { (number ^ $0.0) >> (32 - $0.1) == 0 }
        case .v6(let high, let low):
            return (high == 0 && low == 1) || high >> 57 == 0xFC >> 1 || high >> 54 == 0xFE80 >> 6
        }
    }
}
