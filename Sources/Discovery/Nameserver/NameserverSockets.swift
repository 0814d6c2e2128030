import Loop

/// The two sockets of a name server, on one port.
struct NameserverSockets: ~Copyable {
    let datagrams: Descriptor
    let listener: Descriptor
    let port: UInt16

    /// Tries at a free port: the one that TCP got may be taken for UDP.
    private static let attemptsMax = 16

    init(on address: SocketAddress) throws(Errno) {
        for attempt in 1...Self.attemptsMax {
            let listener = try Descriptor.listening(on: address)
            let bound = try listener.localAddress()
            do {
                datagrams = try Descriptor.datagram(on: bound)
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
}
