/// A change of discovery that was asked for and done: what GetOperation tells of.
package struct DiscoveryOperation: Hashable, Sendable, Codable {
    package var id: String
    package var type: DiscoveryOperationType
    /// `NAMESPACE`, `SERVICE`, `INSTANCE` and the id of each.
    package var targets: [String: String]
    package var createdAt: Instant

    /// The oldest are forgotten when there are more.
    package static let countMax = 1000

    package init(
        id: String, type: DiscoveryOperationType, targets: [String: String], createdAt: Instant
    ) {
        self.id = id
        self.type = type
        self.targets = targets
        self.createdAt = createdAt
    }
}

package enum DiscoveryOperationType: String, Hashable, Sendable, Codable, CaseIterable {
    case createNamespace = "CREATE_NAMESPACE"
    case updateNamespace = "UPDATE_NAMESPACE"
    case deleteNamespace = "DELETE_NAMESPACE"
    case updateService = "UPDATE_SERVICE"
    case registerInstance = "REGISTER_INSTANCE"
    case deregisterInstance = "DEREGISTER_INSTANCE"
}
