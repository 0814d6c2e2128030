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
            var placement = clusters[task.cluster] ?? Placement(rooms: rooms(in: task.cluster))
            switch placement.place(Demand(of: task.taskDefinition), for: task.group) {
            case .placed(let instance):
                task.containerInstance = instance
                put(task)
            case .refused(let closest, let obstacle):
                announceRefusal(of: task, closest, obstacle)
            }
            clusters[task.cluster] = placement
        }
    }

    private func rooms(in cluster: ClusterName) -> [Room] {
        var rooms: [ContainerInstanceID: Room] = [:]
        for instance in world.containerInstances.values
        where instance.cluster == cluster && instance.status == .active
            && world.liveAgents.contains(instance.id)
        {
            rooms[instance.id] = Room(instance)
        }
        for task in world.tasks.values {
            guard let instance = task.containerInstance, !isGone(task) else { continue }
            rooms[instance]?.take(Demand(of: task.taskDefinition), for: task.group)
        }
        return rooms.values.sorted { $0.instance < $1.instance }
    }

    private mutating func announceRefusal(
        of task: Task, _ closest: ContainerInstanceID?, _ obstacle: String
    ) {
        guard let path = task.path else { return }
        let detail = closest.map {
            "The closest matching (container-instance \($0)) \(obstacle)."
        }
        announceRarely(
            "was unable to place a task because no container instance met all of its "
                + "requirements. \(detail ?? obstacle)", of: path)
    }
}
