package import Model

/// All that a runtime needs to know to run one container.
package struct ContainerOrder: Hashable, Sendable {
    package let task: TaskID
    package let name: String
    package let image: String
    /// `entryPoint` and `command`.
    package let arguments: [String]
    /// Sorted by name.
    package let environment: [KeyValuePair]
    package let user: String?
    package let workingDirectory: String?
    /// Of the container alone; 0 and `nil` mean no limit.
    package let limits: ResourceLimits
    /// Of all containers of the task together.
    package let taskLimits: ResourceLimits
    /// ECS's `ulimits`, as `name=soft:hard`.
    package let ulimits: [String]
    package let networkBindings: [NetworkBinding]

    init(_ container: ContainerLife, of task: Task, in surroundings: Surroundings) {
        let definition = container.definition
        self.task = task.id
        name = definition.name
        image = definition.image
        arguments = definition.entryPoint + definition.command
        environment = surroundings.environment(of: container, in: task)
        user = definition.user
        workingDirectory = definition.workingDirectory
        limits = ResourceLimits(cpu: definition.cpu, memory: definition.memory)
        taskLimits = ResourceLimits(
            cpu: task.taskDefinition.cpu.flatMap { Int($0) } ?? 0,
            memory: task.taskDefinition.memory.flatMap { Int($0) })
        ulimits = definition.ulimits
        networkBindings = container.networkBindings
    }
}

package struct ResourceLimits: Hashable, Sendable {
    /// CPU units, 1024 a core; a share of what is contended, not a cap.
    package let cpu: Int
    /// Hard limit in MiB.
    package let memory: Int?

    var isEmpty: Bool { cpu <= 0 && memory == nil }
}

/// What every process task of this machine gets besides what its definition says.
package struct Surroundings: Hashable, Sendable {
    package var cluster: ClusterName
    /// The agent's own `PATH`, after the folder of Teal's programs.
    package var path: String
    /// Such as `HOME` and `LANG`.
    package var inherited: [KeyValuePair]

    package init(cluster: ClusterName, path: String, inherited: [KeyValuePair] = []) {
        self.cluster = cluster
        self.path = path
        self.inherited = inherited
    }

    /// The definition wins over what is inherited; the ports that were picked win over all, for
    /// balancers would look for the task nowhere else.
    func environment(of container: ContainerLife, in task: Task) -> [KeyValuePair] {
        var values: [String: String] = ["PATH": path]
        for pair in inherited { values[pair.name] = pair.value }
        for pair in container.definition.environment { values[pair.name] = pair.value }
        values["ECS_TASK_ARN"] = task.arn
        values["TEAL_CLUSTER"] = cluster.text
        values["TEAL_TASK_ID"] = task.id.text
        values["TEAL_CONTAINER"] = container.name
        values["TEAL_TASK_DEFINITION"] =
            "\(task.taskDefinition.family):\(task.taskDefinition.revision)"
        values["TEAL_SERVICE"] = task.service?.text
        if let first = container.networkBindings.first { values["PORT"] = String(first.hostPort) }
        for binding in container.networkBindings {
            values["PORT_\(binding.containerPort)"] = String(binding.hostPort)
        }
        return values.sorted { $0.key < $1.key }.map { KeyValuePair(name: $0.key, value: $0.value) }
    }
}

extension ContainerDefinition {
    /// `ulimits` is one of the fields that are kept as they came.
    var ulimits: [String] {
        guard case .array(let entries)? = echoed["ulimits"] else { return [] }
        return entries.compactMap { entry in
            guard case .object(let fields) = entry, case .string(let name)? = fields["name"],
                case .integer(let soft)? = fields["softLimit"],
                case .integer(let hard)? = fields["hardLimit"]
            else { return nil }
            return "\(name)=\(soft):\(hard)"
        }
    }
}
