import Model

/// Starting, replacing and retiring a service's tasks.
extension Draft {
    mutating func balanceReplicas(of path: ServicePath) {
        guard let service = world.services[path] else { return }
        let open = world.openDeployment(of: path)
        retireStrays(of: service, open)
        if service.isDaemon { return balanceDaemon(service, open) }
        if let open, open.isRolling, let source = open.source {
            return roll(service, open, from: source)
        }
        if let production = open?.source ?? service.productionRevision,
            production != open?.target
        {
            balance(production, of: service, for: goal(forSource: service, open))
        }
        if let open { balance(open.target, of: service, for: goal(forTarget: service, open)) }
    }

    /// Tasks of a revision that is neither in production nor being deployed.
    private mutating func retireStrays(of service: Service, _ open: ServiceDeployment?) {
        let wanted = [service.productionRevision, open?.source, open?.target]
        let reason =
            "Scaling activity initiated by "
            + "(deployment \(world.deployments(of: service.path).last?.id.text ?? "-"))"
        for task in world.tasks(of: service.path) where !wanted.contains(task.revision) {
            retire(task, .serviceSchedulerInitiated, reason)
        }
    }

    /// Blue keeps its capacity until the clean-up, and shrinks only outside of deployments, or when
    /// there is to be nothing at all.
    private func goal(forSource service: Service, _ open: ServiceDeployment?) -> ReplicaGoal {
        let isCleaningUp = open?.status == .inProgress && open?.stage == .cleanUp
        return ReplicaGoal(
            count: service.desiredCount, mayStart: !isCleaningUp,
            mayShrink: open == nil || service.desiredCount == 0,
            serves: true, countMax: countMax(service), healthyMin: healthyMin(service))
    }

    private func goal(forTarget service: Service, _ open: ServiceDeployment) -> ReplicaGoal {
        let isUp = open.status == .inProgress && (open.stage ?? .preScaleUp) >= .scaleUp
        return ReplicaGoal(
            count: service.desiredCount, mayStart: isUp, mayShrink: isUp,
            serves: open.productionWeight > 0 || open.testWeight > 0,
            countMax: countMax(service),
            healthyMin: healthyMin(service))
    }

    /// One more than may stop, even where the percentages forbid both: a task on a machine that
    /// drains must get a replacement before it may go.
    private func countMax(_ service: Service) -> Int {
        let percent = service.deploymentConfiguration.maximumPercent
        let count = max(service.desiredCount, service.desiredCount * percent / 100)
        return max(count, healthyMin(service) + 1)
    }

    private func healthyMin(_ service: Service) -> Int {
        let percent = service.deploymentConfiguration.minimumHealthyPercent
        return (service.desiredCount * percent + 99) / 100
    }

    private mutating func balance(
        _ id: ServiceRevisionID, of service: Service, for goal: ReplicaGoal
    ) {
        if goal.mayShrink { spareProtected(id, of: service, within: goal.count) }
        let replicas = replicas(of: id, service)
        wakeForProtection(replicas)
        let plan = Replicas.plan(replicas, for: goal, at: now, policy: policy)
        carryOut(plan, of: id, for: service)
    }

    /// A rolling deployment moves both revisions at once; backwards when it is withdrawn.
    private mutating func roll(
        _ service: Service, _ open: ServiceDeployment, from source: ServiceRevisionID
    ) {
        let isForward = open.status == .inProgress
        guard !isForward || (open.stage ?? .preScaleUp) >= .scaleUp else { return }
        let (arriving, departing) = isForward ? (open.target, source) : (source, open.target)
        let rolling = Rolling(
            desiredCount: service.desiredCount, configuration: open.configuration, at: now,
            policy: policy)
        let (incoming, outgoing) = (
            replicas(of: arriving, service), replicas(of: departing, service)
        )
        wakeForProtection(incoming + outgoing)
        let plan = rolling.plan(arriving: incoming, departing: outgoing)
        if rolling.isStuck {
            announceRarely(
                "was unable to stop or start tasks during a deployment because of the service "
                    + "deployment configuration. Update the minimumHealthyPercent or "
                    + "maximumPercent value and try again.", of: service.path)
        }
        carryOut(plan, of: arriving, for: service)
    }

    mutating func replicas(of id: ServiceRevisionID, _ service: Service) -> [Replica] {
        let replicas = world.tasks(of: service.path).filter { $0.revision == id }.map { task in
            Replica(
                task: task, condition: condition(of: task), mustMove: mustMove(task),
                isProtected: isProtected(task))
        }
        wakeForProbation(replicas)
        return replicas
    }

    mutating func carryOut(
        _ plan: ReplicaPlan, of id: ServiceRevisionID, for service: Service
    ) {
        guard let revision = world.revision(id, of: service.path) else { return }
        wake(at: plan.deadline)
        for retirement in plan.retirements { retire(retirement, of: service) }
        start(plan.starts, of: revision, for: service)
    }

    private func mustMove(_ task: Task) -> Bool {
        guard let id = task.containerInstance, let instance = world.containerInstances[id] else {
            return false
        }
        return instance.status != .active
    }

    /// A task that only has to run for a while gets healthy by time alone.
    private mutating func wakeForProbation(_ replicas: [Replica]) {
        for replica in replicas where replica.condition == .starting(isRunning: true) {
            let grace =
                replica.task.path.flatMap { world.services[$0] }
                .map { Int64($0.healthCheckGracePeriodSeconds) * 1000 } ?? 0
            let seen = world.runningSince(replica.task.id)
            let started = world.taskStates[replica.task.id]?.startedAt
            let ends = [
                started?.advanced(milliseconds: policy.probationMilliseconds),
                seen?.advanced(milliseconds: policy.startMilliseconds),
                seen?.advanced(milliseconds: grace),
            ]
            for due in ends.compactMap(\.self) where due > now { wake(at: due) }
        }
    }

    private mutating func retire(_ retirement: ReplicaPlan.Retire, of service: Service) {
        guard let task = world.tasks[retirement.task] else { return }
        guard let failure = retirement.failure else {
            let starter = task.startedBy ?? "-"
            return retire(
                task, .serviceSchedulerInitiated,
                "Scaling activity initiated by (deployment \(starter))")
        }
        announce("(task \(task.id)) is unhealthy. \(failure)", of: service.path)
        retire(task, .serviceSchedulerInitiated, failure, failed: true)
    }

    private mutating func start(
        _ starts: [ReplicaPlan.Start], of revision: ServiceRevision, for service: Service
    ) {
        let startedBy = world.deployments(of: service.path).last { $0.target == revision.id }?.id
        var started: [TaskID] = []
        for start in starts {
            guard startsLeft > 0 else {
                wake(at: now)
                break
            }
            startsLeft -= 1
            let task = newTask(of: revision, start, startedBy: startedBy)
            put(task)
            started.append(task.id)
            warn(of: start, service.path)
        }
        guard !started.isEmpty else { return }
        let list = started.map { "(task \($0))" }.joined(separator: " ")
        announce("has started \(started.count) tasks: \(list).", of: service.path)
    }

    private mutating func newTask(
        of revision: ServiceRevision, _ start: ReplicaPlan.Start, startedBy: ServiceDeploymentID?
    ) -> Task {
        let id = TaskID(generator.hexadecimal(digits: 32))
        var task = Task(
            id: id, arn: revision.taskArn(id), cluster: revision.cluster,
            taskDefinition: revision.taskDefinition, group: "service:\(revision.service)",
            createdAt: now)
        task.service = revision.service
        task.revision = revision.id
        task.startedBy = startedBy?.text
        task.slot = start.slot
        task.attempt = start.attempt
        task.containerInstance = start.instance
        return task
    }

    private mutating func warn(of start: ReplicaPlan.Start, _ path: ServicePath) {
        guard start.failures >= 3 else { return }
        let wait = Duration.milliseconds(policy.backOff(after: start.failures + 1))
        announce(
            "is unable to consistently start tasks successfully. Attempt \(start.attempt + 1) "
                + "starts now; if it fails, the next one waits \(wait).", of: path)
    }
}

extension ServiceRevision {
    /// In the realm of the revision itself.
    fileprivate func taskArn(_ id: TaskID) -> String {
        let own = ResourceName(parsing: arn)
        let realm = own.map { Realm(region: $0.region, account: $0.account) } ?? .local
        return realm.task(id, in: cluster)
    }
}
