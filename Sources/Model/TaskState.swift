/// What the agent observes of a task; only the agent of its container instance writes it.
package struct TaskState: Hashable, Sendable, Codable {
    package var task: TaskID
    package var cluster: ClusterName
    package var containerInstance: ContainerInstanceID
    package var lastStatus: TaskStatus
    /// The worst of its essential containers: UNHEALTHY, then UNKNOWN, then HEALTHY.
    package var healthStatus: HealthStatus = .unknown
    package var containers: [ContainerState] = []
    package var startedAt: Instant?
    package var stoppingAt: Instant?
    package var stoppedAt: Instant?
    package var stopCode: TaskStopCode?
    package var stoppedReason: String?
    /// Grows with every change.
    package var version: Int = 1

    package init(
        task: TaskID, cluster: ClusterName, containerInstance: ContainerInstanceID,
        lastStatus: TaskStatus
    ) {
        self.task = task
        self.cluster = cluster
        self.containerInstance = containerInstance
        self.lastStatus = lastStatus
    }
}

/// ECS's task statuses, in the order in which a task passes them.
package enum TaskStatus: String, Hashable, Sendable, Codable, CaseIterable {
    case provisioning = "PROVISIONING"
    case pending = "PENDING"
    case activating = "ACTIVATING"
    case running = "RUNNING"
    case deactivating = "DEACTIVATING"
    case stopping = "STOPPING"
    case deprovisioning = "DEPROVISIONING"
    case stopped = "STOPPED"
}

package enum HealthStatus: String, Hashable, Sendable, Codable {
    case healthy = "HEALTHY"
    case unhealthy = "UNHEALTHY"
    case unknown = "UNKNOWN"
}

package struct ContainerState: Hashable, Sendable, Codable {
    package var name: String
    package var lastStatus: TaskStatus
    package var healthStatus: HealthStatus = .unknown
    package var exitCode: Int?
    package var reason: String?
    package var networkBindings: [NetworkBinding] = []
    /// The process id, or the engine's container id.
    package var runtimeId: String?

    package init(name: String, lastStatus: TaskStatus) {
        self.name = name
        self.lastStatus = lastStatus
    }
}

package struct NetworkBinding: Hashable, Sendable, Codable {
    package var bindIP: String
    package var containerPort: Int
    package var hostPort: Int
    package var `protocol`: String = "tcp"

    package init(bindIP: String, containerPort: Int, hostPort: Int) {
        self.bindIP = bindIP
        self.containerPort = containerPort
        self.hostPort = hostPort
    }
}
