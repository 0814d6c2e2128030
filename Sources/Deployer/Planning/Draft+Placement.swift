import Model

/// Giving tasks without a machine one, RunTask's included.
extension Draft {
    mutating func placeTasks() {
        let waiting = world.tasks.values
            .filter {
                $0.containerInstance == nil && $0.retirement == nil && $0.desiredStatus == .running
            }
            .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
        guard !waiting.isEmpty else { return }
        var clusters: [ClusterName: Placement] = [:]
        for var task in waiting {
            var placement =
                clusters[task.cluster] ?? Placement(rooms: roomsForTasks(in: task.cluster))
            let result = placement.place(
                Demand(of: task.taskDefinition), for: task.group, by: rules(of: task),
                using: &generator)
            switch result {
            case .placed(let instance):
                task.containerInstance = instance
                put(task)
            case .refused(let obstacles):
                if let path = task.path { announceRefusal(of: path, obstacles) }
            }
            clusters[task.cluster] = placement
        }
    }

    private func roomsForTasks(in cluster: ClusterName) -> [Room] {
        rooms(
            of: world.containerInstances.values.filter {
                $0.cluster == cluster && $0.status == .active && world.liveAgents.contains($0.id)
            })
    }

    /// The machines with what is left of them, in order.
    func rooms(of instances: some Sequence<ContainerInstance>) -> [Room] {
        var rooms: [ContainerInstanceID: Room] = [:]
        for instance in instances { rooms[instance.id] = Room(instance) }
        for task in world.tasks.values {
            guard let instance = task.containerInstance, !isGone(task) else { continue }
            rooms[instance]?.take(Demand(of: task.taskDefinition), for: task.group)
        }
        return rooms.values.sorted { $0.instance < $1.instance }
    }

    /// The task definition's constraints and those of who started the task: its service, or
    /// RunTask's caller.
    private func rules(of task: Task) -> PlacementRules {
        let service = task.path.flatMap { world.services[$0] }
        let constraints = service?.placementConstraints ?? task.placementConstraints
        return PlacementRules(
            constraints: (task.taskDefinition.placementConstraints ?? []) + (constraints ?? []),
            strategy: service?.placementStrategy ?? task.placementStrategy ?? [])
    }

    /// In ECS's words for its event; the deployment's story has every machine, up to a limit.
    mutating func announceRefusal(of path: ServicePath, _ obstacles: [PlacementObstacle]) {
        let detail =
            obstacles.first.map {
                "The closest matching (container-instance \($0.instance)) \($0.reason)."
            } ?? "No container instance is connected."
        let isNew = announceRarely(
            "was unable to place a task because no container instance met all of its "
                + "requirements. \(detail)", of: path)
        guard isNew, let open = world.openDeployment(of: path), !obstacles.isEmpty else { return }
        let shown = obstacles.prefix(Draft.obstaclesMax).map { "\($0.instance) \($0.reason)" }
        let rest = obstacles.count - shown.count
        let more = rest > 0 ? "; and \(rest) more" : ""
        tell("A task fits on no machine: \(shown.joined(separator: "; "))\(more).", of: open)
    }

    /// Machines that one line of a story explains.
    private static let obstaclesMax = 10
}
