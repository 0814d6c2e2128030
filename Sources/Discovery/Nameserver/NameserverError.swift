package import Loop

/// Why a name server cannot start.
package enum NameserverError: Error, Hashable, CustomStringConvertible {
    case badAddress(String)
    case badForwarder(String)
    case cannotListen(SocketAddress, Errno)

    package var description: String {
        switch self {
        case .badAddress(let text):
            "address \"\(text)\" of the name server is neither an IPv4 nor an IPv6 address"
        case .badForwarder(let text):
            "forwarder \"\(text)\" of the name server is no other resolver's address: write "
                + "ADDRESS or ADDRESS:PORT, with an IPv6 address and port as [ADDRESS]:PORT"
        case .cannotListen(let address, let errno):
            "the name server cannot listen on \(address): \(errno); choose another address or port"
        }
    }
}
