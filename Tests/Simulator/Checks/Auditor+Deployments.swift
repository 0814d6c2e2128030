import Model

/// What a deployment's record is held to.
extension Auditor {
    func checkDeployment(_ id: ServiceDeploymentID, _ before: Books) {
        guard let new = books.deployments[id] else { return }
        let old = before.deployments[id]
        checkRecord(new, after: old)
        if let old { checkHooks(from: old, to: new) }
        if let old, old.productionWeight != new.productionWeight { checkStep(from: old, to: new) }
        if old?.stage != .cleanUp, new.stage == .cleanUp { checkBake(of: new) }
        if old?.status.isTerminal == false, new.status.isTerminal { checkEnd(of: new) }
        guard books.openDeployments(of: new.service).count > 1 else { return }
        violate("I11", "two deployments of \(new.service) are open at once")
    }

    private func checkRecord(_ new: ServiceDeployment, after old: ServiceDeployment?) {
        if let old, old.status.isTerminal, old != new {
            violate("I0", "deployment \(new.id) changes after it ended \(old.status.rawValue)")
        }
        if new.stopIntentBlue, new.stopIntentGreen {
            violate("I6", "deployment \(new.id) means to stop both revisions")
        }
        if new.stopIntentBlue, new.status != .inProgress, new.status != .successful {
            violate(
                "I9", "deployment \(new.id) is \(new.status.rawValue) after the point of no return")
        }
        guard (0...1000).contains(new.productionWeight) else {
            return violate("I4", "deployment \(new.id) weighs \(new.productionWeight)")
        }
    }

    /// Blue may only leave after green has carried everything for as long as was asked for.
    private func checkBake(of new: ServiceDeployment) {
        guard new.service == Scenario.web, new.source != nil,
            new.configuration.strategy != .rolling
        else { return }
        if new.bakeAccruedMilliseconds < new.configuration.bakeTimeMilliseconds {
            violate("I15", "deployment \(new.id) cleans up before its bake time is over")
        }
        guard !fleet.readyBalancers.isEmpty, lastFailure == nil else { return }
        guard let carried, carried.revision == new.target else {
            return violate("I7", "deployment \(new.id) cleans up before green carries everything")
        }
        let time = environment.now - carried.since
        if time < new.configuration.bakeTimeMilliseconds {
            violate("I15", "deployment \(new.id) baked for only \(time) ms")
        }
    }

    /// A share of traffic is watched for its whole time before green gets more.
    private func checkStep(from old: ServiceDeployment, to new: ServiceDeployment) {
        defer { weighedAt[new.id] = environment.now }
        guard new.service == Scenario.web, new.productionWeight > old.productionWeight,
            old.productionWeight > 0, books.services[new.service]?.desiredCount != 0
        else { return }
        let step =
            new.configuration.strategy == .canary
            ? new.configuration.canary : new.configuration.linear
        let time = environment.now - (weighedAt[new.id] ?? 0)
        guard let step, time < step.bakeTimeMilliseconds else { return }
        violate(
            "I15",
            "deployment \(new.id) watched \(old.productionWeight) for only \(time) ms")
    }

    private func checkEnd(of new: ServiceDeployment) {
        environment.note("auditor", "deployment \(new.id) ended \(new.status.rawValue)")
        switch new.status {
        case .successful:
            checkWinner(new.target, loser: new.source, of: new)
        case .rollbackSuccessful, .stopped:
            guard let source = new.source else { return }
            checkWinner(source, loser: new.target, of: new)
        case .rollbackFailed, .pending, .inProgress, .stopRequested, .rollbackRequested,
            .rollbackInProgress:
            break
        }
    }

    private func checkWinner(
        _ winner: ServiceRevisionID, loser: ServiceRevisionID?, of deployment: ServiceDeployment
    ) {
        let name = "deployment \(deployment.id), \(deployment.status.rawValue)"
        if books.services[deployment.service]?.productionRevision != winner {
            violate("I7", "\(name): another revision is in production")
        }
        if deployment.service == Scenario.web {
            for balancer in fleet.readyBalancers {
                guard let other = balancer.carries.first(where: { $0 != winner }) else { continue }
                violate("I7", "\(name): \(balancer.name) still sends to revision \(other)")
            }
        }
        guard let loser else { return }
        for task in books.tasks(of: loser) where task.desiredStatus == .running {
            violate("I8", "\(name): task \(task.id) of the other revision is still wanted")
        }
    }
}
