import Loop
import Model

/// The two sockets of one of a name server's workers, on one port.
struct NameserverSockets: ~Copyable {
    let datagrams: Descriptor
    let listener: Descriptor
    let port: UInt16

    /// Tries at a free port: the one that TCP got may be taken for UDP.
    private static let attemptsMax = 16

    /// With `sharing`, every worker has sockets of its own on the same port, and the kernel deals
    /// out what comes.
    init(on address: SocketAddress, sharing: Bool = false) throws(Errno) {
        for attempt in 1...Self.attemptsMax {
            let listener = try Descriptor.listening(on: address, sharing: sharing)
            let bound = try listener.localAddress()
            do {
                let datagrams = try Self.datagrams(on: bound, sharing: sharing)
                self.datagrams = datagrams
                self.listener = listener
                port = bound.port
                return
            } catch {
                let again = address.port == 0 && error == .addressInUse
                guard again, attempt < Self.attemptsMax else { throw error }
            }
        }
        throw .addressInUse
    }

    private static func datagrams(
        on address: SocketAddress, sharing: Bool
    ) throws(Errno) -> Descriptor {
        let socket = try Descriptor.datagram(on: address, sharing: sharing)
        // Who asks one of many addresses drops what comes from another.
        if IPAddress(address).isUnspecified {
            try DatagramBatch.tellDestinations(of: socket, isIPv6: address.isIPv6)
        }
        return socket
    }
}
