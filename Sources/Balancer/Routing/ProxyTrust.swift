package import Model

/// Whether connections must begin with a PROXY protocol header, and from where one is believed.
package struct ProxyTrust: Hashable, Sendable {
    package let isRequired: Bool
    /// Everybody is believed when there are none.
    private let sources: [AddressBlock]

    /// The most blocks of addresses.
    package static let sourcesMax = 100

    init(_ attributes: ConnectionAttributes) {
        isRequired = attributes.requiresProxyProtocol
        sources = attributes.proxyProtocolSources.compactMap { AddressBlock($0) }
    }

    /// Whether a connection from `peer` may say whom it is from.
    package func trusts(_ peer: IPAddress) -> Bool {
        let address = AddressBytes(peer)
        return sources.isEmpty || sources.contains { $0.holds(address) }
    }
}
