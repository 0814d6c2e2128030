/// One revision of a family: how to run a task. Immutable but for its status.
///
/// Field names are ECS's, so that the record in the store reads like the API's answer. Fields that
/// we do not act on are kept in `echoed`, here and in each container definition.
package struct TaskDefinition: Hashable, Sendable, Codable {
    package var family: String
    /// 1 for the first registration of the family, then one more each time; never reused.
    package var revision: Int
    package var taskDefinitionArn: String
    package var status: TaskDefinitionStatus = .active
    package var containerDefinitions: [ContainerDefinition]
    package var networkMode: String?
    /// In CPU units, 1024 a core, as text.
    package var cpu: String?
    /// In MiB, as text.
    package var memory: String?
    /// Where its tasks may run, whoever starts them; `memberOf` only.
    package var placementConstraints: [PlacementConstraint]?
    package var registeredAt: Instant
    package var registeredBy: String?
    package var deregisteredAt: Instant?
    package var tags: [Tag] = []
    package var echoed: [String: JSON] = [:]

    package init(
        family: String, revision: Int, taskDefinitionArn: String,
        containerDefinitions: [ContainerDefinition], registeredAt: Instant
    ) {
        self.family = family
        self.revision = revision
        self.taskDefinitionArn = taskDefinitionArn
        self.containerDefinitions = containerDefinitions
        self.registeredAt = registeredAt
    }
}

extension TaskDefinition {
    /// CPU units that a task takes of its container instance: the task's own size, else that of
    /// its containers together.
    package var reservedCPU: Int {
        cpu.flatMap { Int($0) } ?? containerDefinitions.reduce(0) { $0 + $1.cpu }
    }

    /// MiB that a task takes of its container instance: the task's own size, else the containers'
    /// together. A container with a soft and a hard limit takes the soft one (ECS API,
    /// ContainerDefinition: memoryReservation).
    package var reservedMemory: Int {
        memory.flatMap { Int($0) }
            ?? containerDefinitions.reduce(0) { $0 + ($1.memoryReservation ?? $1.memory ?? 0) }
    }
}

package enum TaskDefinitionStatus: String, Hashable, Sendable, Codable, CaseIterable {
    case active = "ACTIVE"
    case inactive = "INACTIVE"
}
