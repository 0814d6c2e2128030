/// A machine that runs tasks, as its agent registers it.
package struct ContainerInstance: Hashable, Sendable, Codable {
    package var id: ContainerInstanceID
    package var arn: String
    package var cluster: ClusterName
    /// The address at which balancers reach its tasks.
    package var address: String
    package var status: ContainerInstanceStatus = .active
    /// CPU units, 1024 a core.
    package var cpu: Int
    /// MiB.
    package var memory: Int
    package var attributes: [Attribute] = []
    package var registeredAt: Instant
    package var agentVersion: String

    package init(
        id: ContainerInstanceID, arn: String, cluster: ClusterName, address: String, cpu: Int,
        memory: Int, registeredAt: Instant, agentVersion: String
    ) {
        self.id = id
        self.arn = arn
        self.cluster = cluster
        self.address = address
        self.cpu = cpu
        self.memory = memory
        self.registeredAt = registeredAt
        self.agentVersion = agentVersion
    }
}

package enum ContainerInstanceStatus: String, Hashable, Sendable, Codable {
    case active = "ACTIVE"
    case draining = "DRAINING"
    case inactive = "INACTIVE"
}

package struct Attribute: Hashable, Sendable, Codable {
    package var name: String
    package var value: String?

    package init(name: String, value: String?) {
        self.name = name
        self.value = value
    }
}
