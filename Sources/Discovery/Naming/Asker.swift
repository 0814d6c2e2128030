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
