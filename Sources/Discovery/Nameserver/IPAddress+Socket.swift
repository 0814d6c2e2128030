import Loop
import Model

extension IPAddress {
    /// The address of a socket or a peer, without its port.
    init(_ address: SocketAddress) {
        func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
            bytes.reduce(0) { $0 << 8 | UInt64($1) }
        }
        let bytes = address.bytes
        if address.isIPv6 {
            self = .v6(high: number(bytes[..<8]), low: number(bytes[8...]))
        } else {
            self = .v4(UInt32(truncatingIfNeeded: number(bytes[...])))
        }
    }
}
