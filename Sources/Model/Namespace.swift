/// A zone of names that discovery answers for.
package struct Namespace: Hashable, Sendable, Codable {
    /// A bare name such as `default` is served as `default.teal`; one with a dot as it stands.
    package var name: NamespaceName
    package var createdAt: Instant
    /// DNS_PRIVATE when absent.
    package var type: NamespaceType?
    package var description: String?
    package var creatorRequestId: String?
    /// What its creator gave as the SOA record's time to live, in seconds; negative answers live
    /// for one second whatever it says.
    package var soaTTLSeconds: Int?
    package var tags: [Tag]?

    /// The domain below which bare namespaces live.
    package static let suffix = "teal"

    package init(name: NamespaceName, createdAt: Instant) {
        self.name = name
        self.createdAt = createdAt
    }
}

package enum NamespaceType: String, Hashable, Sendable, Codable, CaseIterable {
    case dnsPublic = "DNS_PUBLIC"
    case dnsPrivate = "DNS_PRIVATE"
    /// Found by DiscoverInstances only: DNS knows nothing of it.
    case http = "HTTP"
}
