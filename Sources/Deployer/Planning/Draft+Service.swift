import Model

/// One service: its deployments, then its tasks.
extension Draft {
    mutating func advance(_ path: ServicePath) {
        guard let service = world.services[path] else { return }
        switch service.status {
        case .active:
            countMachines(for: service)
            supersede(path)
            advanceDeployments(of: path)
            shiftWeights(of: path)
            balanceReplicas(of: path)
            settleDown(path)
        case .draining: close(path)
        case .inactive: break
        }
    }

    /// Of several deployments only the newest goes on.
    private mutating func supersede(_ path: ServicePath) {
        let waiting = world.deployments(of: path).filter { $0.status == .pending }
        guard let newest = waiting.last, var open = world.openDeployment(of: path),
            open.status == .inProgress, !open.stopIntentBlue, open.want?.kind != .supersede
        else { return }
        let reason = "Superseded by deployment \(newest.id)."
        open.want = DeploymentWant(kind: .supersede, reason: reason, at: now)
        put(open)
    }

    private mutating func advanceDeployments(of path: ServicePath) {
        for deployment in world.deployments(of: path) where !deployment.status.isTerminal {
            guard let facts = facts(for: deployment) else { continue }
            let step = Rollout.step(deployment, facts, at: now, policy: policy)
            put(step.record)
            wake(at: step.deadline)
            for effect in step.effects { apply(effect, of: step.record) }
        }
    }

    private mutating func apply(_ effect: RolloutEffect, of record: ServiceDeployment) {
        switch effect {
        case .retire(let revision, let reason):
            for task in world.tasks(of: record.path) where task.revision == revision {
                retire(task, .serviceSchedulerInitiated, reason)
            }
        case .revive(let revision): revive(revision, of: record.path)
        case .settle(let revision, let swapped): settle(on: revision, swapped: swapped, by: record)
        case .tell(let message): tell(message, of: record)
        case .announce(let message): announce(message, of: record.path)
        }
    }

    /// Makes `revision` the one in production, and what the service says it runs: unless something
    /// newer was asked for, the next change starts from what works.
    private mutating func settle(
        on revision: ServiceRevisionID?, swapped: Bool, by record: ServiceDeployment
    ) {
        guard var service = world.services[record.path] else { return }
        service.productionRevision = revision
        if swapped { service.usesAlternate.toggle() }
        if record.sequence == service.deploymentSequence,
            let settled = revision.flatMap({ world.revision($0, of: record.path) })
        {
            service.taskDefinition = settled.taskDefinition.taskDefinitionArn
        }
        put(service)
    }

    /// Undoes what the clean-up began, but for tasks that left for a reason of their own.
    private mutating func revive(_ revision: ServiceRevisionID, of path: ServicePath) {
        for var task in world.tasks(of: path)
        where task.revision == revision && task.desiredStatus == .running {
            guard let retirement = task.retirement, !retirement.failed,
                retirement.stopCode == .serviceSchedulerInitiated
            else { continue }
            task.retirement = nil
            put(task)
        }
    }

    private mutating func settleDown(_ path: ServicePath) {
        guard let service = world.services[path], world.openDeployment(of: path) == nil,
            let production = service.productionRevision
        else { return }
        let tasks = world.tasks(of: path).filter { !isGone($0) }
        let isSteady =
            tasks.count == service.desiredCount
            && tasks.allSatisfy { $0.revision == production && condition(of: $0) == .healthy }
        guard isSteady else { return }
        announceOnce("has reached a steady state.", of: path)
    }

    /// A deleted service: all its tasks leave, then it is INACTIVE.
    private mutating func close(_ path: ServicePath) {
        for var deployment in world.deployments(of: path) where !deployment.status.isTerminal {
            deployment.status = .stopped
            deployment.statusReason = "The service was deleted."
            deployment.stoppedAt = now
            deployment.finishedAt = now
            put(deployment)
            tell("The service was deleted.", of: deployment)
        }
        let tasks = world.tasks(of: path)
        for task in tasks { retire(task, .userInitiated, "The service was deleted") }
        guard tasks.allSatisfy(isGone), var service = world.services[path] else { return }
        service.status = .inactive
        service.productionRevision = nil
        put(service)
    }
}
