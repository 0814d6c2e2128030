/// One running copy of a task definition: what is wanted of it.
///
/// A task is one-shot; its statuses only move forward. What is desired (this record, written by the
/// control loop and the API) and what is observed (`TaskState`, written by the agent) are different
/// records with different writers.
package struct Task: Hashable, Sendable, Codable {
    package var id: TaskID
    package var arn: String
    package var cluster: ClusterName
    package var taskDefinition: TaskDefinition
    /// `service:NAME` or `family:FAMILY`.
    package var group: String
    /// The id of the deployment that started it, or what RunTask's caller said.
    package var startedBy: String?
    package var service: ServiceName?
    package var revision: ServiceRevisionID?
    /// Which of the desired copies it is, from 0; a replacement keeps its slot.
    package var slot: Int = 0
    /// How many tasks of this revision had this slot before.
    package var attempt: Int = 0
    /// Where it was placed; `nil` while nothing fits.
    package var containerInstance: ContainerInstanceID?
    /// What RunTask's caller said beside the task definition; a service's task has its service's.
    package var placementConstraints: [PlacementConstraint]?
    package var placementStrategy: [PlacementStrategy]?
    package var overrides: TaskOverride = TaskOverride()
    package var desiredStatus: DesiredStatus = .running
    /// Set when the task is to leave: it is first taken out of every load balancer and name, and
    /// only then does `desiredStatus` become STOPPED.
    package var retirement: Retirement?
    /// When discovery stopped answering with it; `nil` while it does, and if it never did.
    package var namedUntil: Instant?
    /// Until then it ends neither by a scale-in nor by a deployment.
    package var protectedUntil: Instant?
    package var createdAt: Instant
    package var tags: [Tag] = []

    package init(
        id: TaskID, arn: String, cluster: ClusterName, taskDefinition: TaskDefinition,
        group: String, createdAt: Instant
    ) {
        self.id = id
        self.arn = arn
        self.cluster = cluster
        self.taskDefinition = taskDefinition
        self.group = group
        self.createdAt = createdAt
    }
}

package enum DesiredStatus: String, Hashable, Sendable, Codable {
    case running = "RUNNING"
    case stopped = "STOPPED"
}

/// A task on its way out, and what it still waits for.
package struct Retirement: Hashable, Sendable, Codable {
    package var at: Instant
    package var stopCode: TaskStopCode
    /// ECS's `stoppedReason`.
    package var reason: String
    /// Whether its own failure is why it leaves: what a circuit breaker and the back-off count.
    package var failed: Bool = false
    /// The generations without it, per load balancer: every live balancer must have applied them.
    package var generations: [LoadBalancerName: UInt64] = [:]
    /// When requests still in flight are cut: set once every balancer has acknowledged.
    package var drainDeadline: Instant?
    /// When clients of its name have surely looked again.
    package var nameForgottenAt: Instant?

    package init(at: Instant, stopCode: TaskStopCode, reason: String) {
        self.at = at
        self.stopCode = stopCode
        self.reason = reason
    }
}

package enum TaskStopCode: String, Hashable, Sendable, Codable {
    case taskFailedToStart = "TaskFailedToStart"
    case essentialContainerExited = "EssentialContainerExited"
    case userInitiated = "UserInitiated"
    case serviceSchedulerInitiated = "ServiceSchedulerInitiated"
    case terminationNotice = "TerminationNotice"
    case infrastructureHealth = "InfrastructureHealth"
}

/// What RunTask or a deployment changes in the task definition.
package struct TaskOverride: Hashable, Sendable, Codable {
    package var containerOverrides: [ContainerOverride] = []

    package init() {}
}

package struct ContainerOverride: Hashable, Sendable, Codable {
    package var name: String
    package var command: [String]?
    package var environment: [KeyValuePair]?

    package init(name: String) {
        self.name = name
    }
}
