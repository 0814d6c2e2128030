import Model

/// What the rollout of one deployment must know, read from the world.
extension Draft {
    /// `nil` while the record of the service or of the target revision is missing.
    func facts(for deployment: ServiceDeployment) -> RolloutFacts? {
        let path = deployment.path
        guard let service = world.services[path],
            world.revision(deployment.target, of: path) != nil
        else { return nil }
        let pairs = world.pairs(of: deployment.target, in: service)
        var facts = RolloutFacts()
        facts.desiredCount = service.desiredCount
        facts.production = service.productionRevision
        facts.mayStart = world.openDeployment(of: path) == nil
        facts.isSuperseded = world.deployments(of: path).contains {
            $0.status == .pending && $0.sequence > deployment.sequence
        }
        facts.problem =
            deployment.isRolling
            ? missingGroup(in: pairs)
            : problem(with: pairs, strategy: deployment.configuration.strategy)
        facts.isReconciled = isReconciled(service, pairs, deployment)
        facts.hasProductionRule = !deployment.isRolling && pairs.contains { $0.alternate != nil }
        facts.hasTestRule =
            !deployment.isRolling && deployment.source != nil
            && pairs.contains { $0.testRule != nil }
        facts.observingSince = world.observingSince
        facts.isJudged = service.deploymentConfiguration.verdict != .off
        facts.hookAnswers = world.hookAnswers[deployment.id] ?? [:]
        for name in deployment.configuration.alarms?.alarmNames ?? [] {
            facts.alarms[name] = world.alarms[name]?.state
        }
        readBalancers(of: routes.loadBalancers(of: pairs), deployment, into: &facts)
        let tasks = world.tasks(of: path)
        facts.green = side(
            tasks.filter { $0.revision == deployment.target }, slots: service.desiredCount)
        if let source = deployment.source {
            facts.blue = side(tasks.filter { $0.revision == source }, slots: .max)
            facts.blue.isPublished = isPublished(source, in: facts.published.keys)
        }
        facts.green.isPublished = isPublished(deployment.target, in: facts.published.keys)
        readFailures(in: tasks, of: deployment, into: &facts)
        return facts
    }

    private func readBalancers(
        of names: [LoadBalancerName], _ deployment: ServiceDeployment,
        into facts: inout RolloutFacts
    ) {
        for name in names {
            facts.published[name] = world.configurations[name]?.generation ?? 0
            facts.applied[name] = view(of: name).applied
            if let source = deployment.source, deployment.productionWeight > 0, facts.isJudged {
                facts.outcomes += view(of: name).members.compactMap {
                    BalancerOutcomes($0, blue: source, green: deployment.target)
                }
            }
            // Only what this deployment wrote can be its fault.
            guard facts.refusal == nil, let own = deployment.generations[name] else { continue }
            facts.refusal = view(of: name).refusal(since: own)
        }
    }

    private func isPublished(
        _ revision: ServiceRevisionID, in names: some Sequence<LoadBalancerName>
    ) -> Bool {
        names.contains { name in
            world.configurations[name]?.targetGroups.contains { group in
                group.targets.contains { $0.revision == revision }
            } == true
        }
    }

    /// `slots` are those whose tasks count as healthy.
    private func side(_ tasks: [Task], slots: Int) -> RolloutFacts.Side {
        var side = RolloutFacts.Side()
        for task in tasks {
            let condition = condition(of: task)
            switch condition {
            case .gone: continue
            case .retiring:
                side.leaving += 1
                if !isReleased(task) { side.isDrained = false }
            case .starting, .healthy, .unhealthy:
                side.staying += 1
                if condition == .healthy, task.slot < slots { side.healthy += 1 }
                if condition.isSound { side.sound += 1 }
            }
        }
        return side
    }

    private func isReconciled(
        _ service: Service, _ pairs: [TargetGroupPair], _ deployment: ServiceDeployment
    ) -> Bool {
        guard let production = service.productionRevision else { return true }
        let strays = world.tasks(of: service.path).contains { task in
            task.revision != production && task.revision != deployment.target && !isGone(task)
        }
        return !strays && isUndivided(pairs)
    }

    /// ECS's sentence for a pair that no rule connects, or what else is missing.
    private func problem(
        with pairs: [TargetGroupPair], strategy: DeploymentStrategy
    ) -> String? {
        if let missing = missingGroup(in: pairs) { return missing }
        for pair in pairs {
            guard let alternate = pair.alternate, let name = pair.productionRule else {
                return "of invalid networking configuration. A \(strategy.rawValue) deployment "
                    + "needs an alternateTargetGroup and a productionListenerRule."
            }
            if let missing = pair.rules.first(where: { world.rules[$0] == nil }) {
                return "the listener rule \(missing) does not exist."
            }
            let rule = world.rules[name]
            guard rule?.action.shifted(0, to: alternate, from: pair.production) != nil else {
                return "of invalid networking configuration. Both targetGroup and "
                    + "alternateTargetGroup must be associated with the productionListenerRule or "
                    + "testListenerRule."
            }
        }
        return nil
    }

    private func missingGroup(in pairs: [TargetGroupPair]) -> String? {
        let missing = pairs.flatMap(\.groups).first { world.targetGroups[$0] == nil }
        return missing.map { "the target group \($0) does not exist." }
    }

    private func readFailures(
        in tasks: [Task], of deployment: ServiceDeployment, into facts: inout RolloutFacts
    ) {
        let failed = tasks.filter {
            $0.startedBy == deployment.id.text && $0.retirement?.failed == true
        }
        facts.failuresForgivenUntil = [
            deployment.failuresForgivenUntil, lastingHealth(in: tasks, of: deployment),
        ].compactMap(\.self).max()
        facts.failures = failed.count { task in
            guard let until = facts.failuresForgivenUntil, let end = task.retirement else {
                return true
            }
            return end.at > until
        }
        facts.failureDetail = failureDetail(failed) ?? placementDetail(tasks, of: deployment)
    }

    /// When a task of `deployment` had last been up for as long as an early failure takes, and
    /// well: one that only passes a check or two before it fails forgives nothing.
    private func lastingHealth(in tasks: [Task], of deployment: ServiceDeployment) -> Instant? {
        guard deployment.configuration.circuitBreaker.resetOnHealthyTask ?? true else { return nil }
        return tasks.compactMap { task -> Instant? in
            guard task.startedBy == deployment.id.text, condition(of: task) == .healthy,
                let started = world.taskStates[task.id]?.startedAt
            else { return nil }
            let lasting = started.advanced(milliseconds: policy.earlyFailureMilliseconds)
            return lasting <= now ? lasting : nil
        }.max()
    }

    /// The most common reason, with its count; on a tie the first in order.
    private func failureDetail(_ failed: [Task]) -> String? {
        let reasons = Dictionary(grouping: failed) { $0.retirement?.reason ?? "" }
        let most = reasons.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }
        guard let (reason, tasks) = most else { return nil }
        let count = "\(tasks.count) \(tasks.count == 1 ? "task" : "tasks")"
        // "Task failed ..." reads on after a count; other reasons stand for themselves.
        let prefix = "Task "
        return reason.hasPrefix(prefix)
            ? "\(count) \(reason.dropFirst(prefix.count))." : "\(count) stopped: \(reason)."
    }

    private func placementDetail(
        _ tasks: [Task], of deployment: ServiceDeployment
    ) -> String? {
        let count = tasks.count {
            $0.revision == deployment.target && $0.containerInstance == nil
                && $0.retirement == nil
        }
        guard count > 0 else { return nil }
        return "\(count) \(count == 1 ? "task" : "tasks") could not be placed: "
            + "no container instance met all of the requirements."
    }
}
