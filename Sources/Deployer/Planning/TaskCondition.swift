import Model

/// What a task is good for at this moment.
enum TaskCondition: Equatable {
    /// It has stopped, or nobody can reach the machine that it ran on.
    case gone
    case retiring
    /// Not running yet, or nobody has finished looking at it.
    case starting(isRunning: Bool)
    case healthy
    /// With ECS's `stoppedReason`.
    case unhealthy(String)

    var isSound: Bool {
        switch self {
        case .healthy, .starting(isRunning: true): true
        case .gone, .retiring, .starting, .unhealthy: false
        }
    }
}

extension Draft {
    func condition(of task: Task) -> TaskCondition {
        if isGone(task) { return .gone }
        if task.retirement != nil || task.desiredStatus == .stopped { return .retiring }
        guard let state = world.taskStates[task.id], state.lastStatus == .running else {
            return .starting(isRunning: false)
        }
        switch health(of: task, state) {
        case .unhealthy(let reason):
            return isInGracePeriod(task)
                ? .starting(isRunning: true) : .unhealthy(reason)
        case let other: return other
        }
    }

    /// Whether nothing of it runs any more, as far as anybody can know.
    func isGone(_ task: Task) -> Bool {
        if world.taskStates[task.id]?.lastStatus == .stopped { return true }
        guard task.desiredStatus == .stopped else { return false }
        guard let instance = task.containerInstance else { return true }
        guard let absence = world.absence(of: instance, at: now) else { return false }
        return absence >= policy.agentGraceMilliseconds
    }

    private func health(of task: Task, _ state: TaskState) -> TaskCondition {
        let memberships = world.memberships(of: task).filter {
            !routes.loadBalancers(of: $0.group).isEmpty
        }
        for (group, pair) in memberships {
            guard let health = complaint(about: task, in: group, pair) else { continue }
            if health.isRefusal, isStarting(task) { return .starting(isRunning: true) }
            let why = health.description ?? health.reason ?? "the health check failed"
            return .unhealthy("Task failed ELB health checks in (target-group \(group)): \(why)")
        }
        if state.healthStatus == .unhealthy {
            return .unhealthy("Task failed container health checks")
        }
        let isSeen = memberships.allSatisfy { isSeenHealthy(task, in: $0.group, $0.pair) }
        let isChecked = task.taskDefinition.hasHealthCheck
        guard isSeen, !isChecked || state.healthStatus == .healthy else {
            return .starting(isRunning: true)
        }
        guard memberships.isEmpty, !isChecked else { return .healthy }
        return isOnProbation(state) ? .starting(isRunning: true) : .healthy
    }

    private func complaint(
        about task: Task, in group: TargetGroupName, _ pair: TargetGroupPair
    ) -> TargetHealth? {
        let target = TargetID(of: task.id, port: pair.containerPort)
        return routes.loadBalancers(of: group).lazy
            .compactMap { view(of: $0).complaint(about: target) }.first
    }

    private func isSeenHealthy(
        _ task: Task, in group: TargetGroupName, _ pair: TargetGroupPair
    ) -> Bool {
        let target = TargetID(of: task.id, port: pair.containerPort)
        return routes.loadBalancers(of: group).allSatisfy {
            view(of: $0).isHealthyForAll(target)
        }
    }

    private func isInGracePeriod(_ task: Task) -> Bool {
        guard let path = task.path, let service = world.services[path] else { return false }
        let start = world.runningSince(task.id) ?? task.createdAt
        return now < start.advanced(seconds: service.healthCheckGracePeriodSeconds)
    }

    private func isStarting(_ task: Task) -> Bool {
        guard let start = world.runningSince(task.id) else { return true }
        return now < start.advanced(milliseconds: policy.startMilliseconds)
    }

    private func isOnProbation(_ state: TaskState) -> Bool {
        guard let start = state.startedAt else { return false }
        return now < start.advanced(milliseconds: policy.probationMilliseconds)
    }
}

extension TargetHealth {
    /// Whether no answer at all is what is wrong: ELBv2's code for it.
    fileprivate var isRefusal: Bool { reason == "Target.FailedHealthChecks" }
}

extension TaskDefinition {
    /// Whether an essential container has a health check: only then does a task's say anything.
    var hasHealthCheck: Bool {
        containerDefinitions.contains { $0.essential && $0.healthCheck != nil }
    }
}

extension Identifier where Noun == Target {
    init(of task: TaskID, port: Int) {
        self.init("\(task):\(port)")
    }
}
