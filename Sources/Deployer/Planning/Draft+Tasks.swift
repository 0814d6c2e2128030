import Model

/// Tasks that ended or were lost by themselves, and how any task begins to leave.
extension Draft {
    /// Settles what its agent reports as stopped: a dead task needs no drain.
    mutating func buryDeadTasks() {
        for id in world.tasks.keys.sorted() {
            guard var task = world.tasks[id], task.desiredStatus == .running,
                let state = world.taskStates[id], state.lastStatus == .stopped, mayDepart()
            else { continue }
            task.desiredStatus = .stopped
            if task.retirement == nil {
                var retirement = Retirement(
                    at: state.stoppedAt ?? now,
                    stopCode: state.stopCode ?? .essentialContainerExited,
                    reason: state.stoppedReason ?? "Essential container in task exited")
                retirement.failed = task.service != nil
                task.retirement = retirement
            }
            put(task)
        }
    }

    /// Retires the tasks of agents that have been away too long, unless balancers still see them
    /// healthy: a task outlives its agent.
    mutating func giveUpLostTasks() {
        for id in world.tasks.keys.sorted() {
            guard let task = world.tasks[id], task.retirement == nil,
                task.desiredStatus == .running, let instance = task.containerInstance,
                let absence = world.absence(of: instance, at: now)
            else { continue }
            let left = policy.agentGraceMilliseconds - absence
            if left > 0 {
                wake(at: now.advanced(milliseconds: left))
            } else if world.memberships(of: task).isEmpty || condition(of: task) != .healthy {
                retire(task, .infrastructureHealth, "The agent of its container instance is gone")
            }
        }
    }

    /// Begins to take `task` out of service; it is told to stop when nothing needs it any more.
    mutating func retire(
        _ task: Task, _ stopCode: TaskStopCode, _ reason: String, failed: Bool = false
    ) {
        guard task.retirement == nil, task.desiredStatus == .running else { return }
        if stopCode == .serviceSchedulerInitiated, !failed, isProtected(task) { return spare(task) }
        guard mayDepart() else { return }
        var task = task
        task.retirement = Retirement(at: now, stopCode: stopCode, reason: reason)
        task.retirement?.failed = failed
        put(task)
    }

    func isProtected(_ task: Task) -> Bool {
        task.protectedUntil.map { $0 > now } ?? false
    }

    private mutating func spare(_ task: Task) {
        wake(at: task.protectedUntil)
        guard let path = task.path else { return }
        announceRarely("keeps (task \(task.id)) while it is protected from scale-in.", of: path)
    }
}
