/// Why a connection was closed before any request of it was looked at.
package enum Rejection: Int, Hashable, Sendable, CaseIterable {
    case maximum
    case maximumPerAddress
    /// It had to begin with a PROXY protocol header, and did not in time.
    case proxyProtocol
    /// Its peer may not send one.
    case proxySource

    /// As metrics have it.
    package var text: String {
        switch self {
        case .maximum: "maximum"
        case .maximumPerAddress: "maximum_per_address"
        case .proxyProtocol: "proxy_protocol"
        case .proxySource: "proxy_protocol_source"
        }
    }
}
