/// A named group of container instances and services.
package struct Cluster: Hashable, Sendable, Codable {
    package var name: ClusterName
    package var status: ClusterStatus = .active
    package var createdAt: Instant
    package var tags: [Tag] = []
    /// Fields of ECS's shape that we keep and echo: settings, configuration, ...
    package var echoed: [String: JSON] = [:]

    /// The cluster that calls without one mean.
    package static let `default`: ClusterName = "default"

    package init(name: ClusterName, createdAt: Instant) {
        self.name = name
        self.createdAt = createdAt
    }
}

package enum ClusterStatus: String, Hashable, Sendable, Codable {
    case active = "ACTIVE"
    case inactive = "INACTIVE"
}

package struct Tag: Hashable, Sendable, Codable {
    package var key: String
    package var value: String?

    package init(key: String, value: String?) {
        self.key = key
        self.value = value
    }
}
