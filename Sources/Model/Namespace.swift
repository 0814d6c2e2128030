/// A zone of names that discovery answers for.
package struct Namespace: Hashable, Sendable, Codable {
    /// A bare name such as `default` is served as `default.teal`; one with a dot as it stands.
    package var name: NamespaceName
    package var createdAt: Instant

    /// The domain below which bare namespaces live.
    package static let suffix = "teal"

    package init(name: NamespaceName, createdAt: Instant) {
        self.name = name
        self.createdAt = createdAt
    }
}
