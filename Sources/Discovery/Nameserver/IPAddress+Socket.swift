import Loop
import Model

extension IPAddress {
    /// The address of a socket or a peer, without its port.
    init(_ address: SocketAddress) {
        let (high, low) = address.numbers
        self = address.isIPv6 ? .v6(high: high, low: low) : .v4(UInt32(truncatingIfNeeded: low))
    }
}
