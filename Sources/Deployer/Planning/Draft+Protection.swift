import Model

/// Which tasks a scale-in ends, when some are protected from it.
extension Draft {
    /// Protected tasks beyond `count` change slots with others within it: those end instead.
    mutating func spareProtected(
        _ id: ServiceRevisionID, of service: Service, within count: Int
    ) {
        let tasks = world.tasks(of: service.path).filter { $0.revision == id }
        let staying = tasks.filter { $0.retirement == nil && $0.desiredStatus == .running }
        let occupants = Dictionary(grouping: staying, by: \.slot)
        var others = staying.filter {
            $0.slot < count && !isProtected($0) && occupants[$0.slot]?.count == 1
        }
        for task in staying where task.slot >= count && isProtected(task) {
            guard let other = others.popLast() else { return }
            move(task, to: other.slot)
            move(other, to: task.slot)
        }
    }

    /// The newest attempt there from now on.
    private mutating func move(_ task: Task, to slot: Int) {
        let attempts = world.tasks(of: task.path).filter {
            $0.revision == task.revision && $0.slot == slot
        }.map(\.attempt)
        var task = task
        task.slot = slot
        task.attempt = (attempts.max() ?? -1) + 1
        put(task)
    }

    /// What is spared now may have to go later.
    mutating func wakeForProtection(_ replicas: [Replica]) {
        for replica in replicas where replica.isProtected { wake(at: replica.task.protectedUntil) }
    }
}
