import Model

/// The calls that hooks wait for, and the answers that nobody waits for.
extension Draft {
    /// The calls that are due, of what the store holds already: what this pass asks is called when
    /// it has been committed.
    func hookCalls() -> [HookCall] {
        world.services.keys.sorted().flatMap { path -> [HookCall] in
            guard let open = world.openDeployment(of: path), open.status == .inProgress,
                let stored = before.openDeployment(of: path)
            else { return [] }
            return (open.hooks ?? []).filter { execution in
                execution.status == .inProgress && execution.nextCallAt <= now
                    && stored.id == open.id && stored.hooks?.contains(execution) == true
            }.compactMap { call(of: $0, in: open) }
        }
    }

    private func call(of execution: HookExecution, in open: ServiceDeployment) -> HookCall? {
        guard let hooks = open.configuration.lifecycleHooks,
            hooks.indices.contains(execution.hook)
        else { return nil }
        let hook = hooks[execution.hook]
        let id = HookCall.ID(
            path: open.path, deployment: open.id, execution: execution.id,
            attempt: execution.attempt)
        let event = HookEvent(
            executionDetails: details(of: open), executionId: "\(open.id).\(execution.id)",
            lifecycleStage: execution.stage, resourceArn: open.arn,
            hookDetails: execution.hookDetails ?? hook.hookDetails)
        return HookCall(
            id: id, target: hook.target, event: event, expiresAt: execution.expiresAt)
    }

    private func details(of open: ServiceDeployment) -> HookEvent.Details {
        let own = ResourceName(parsing: open.arn)
        let realm = own.map { Realm(region: $0.region, account: $0.account) } ?? .local
        func weights(_ green: Int) -> [String: Double] {
            var weights: [String: Double] = [:]
            for (revision, weight) in [(open.source, Weight.all - green), (open.target, green)] {
                guard let revision else { continue }
                let arn = realm.serviceRevision(revision, of: open.service, in: open.cluster)
                weights[arn] = Double(weight) / 10
            }
            return weights
        }
        return HookEvent.Details(
            testTrafficWeights: weights(open.testWeight),
            productionTrafficWeights: weights(open.productionWeight),
            serviceArn: realm.service(open.service, in: open.cluster),
            targetServiceRevisionArn: realm.serviceRevision(
                open.target, of: open.service, in: open.cluster))
    }

    mutating func forgetHookAnswers() {
        for id in world.hookAnswers.keys.sorted() {
            let answers = (world.hookAnswers[id] ?? [:]).values.sorted {
                $0.execution < $1.execution
            }
            for answer in answers where !isAwaited(answer) { remove(answer) }
        }
    }

    private func isAwaited(_ answer: HookAnswer) -> Bool {
        let path = ServicePath(answer.service, in: answer.cluster)
        guard let deployment = world.deployments[path]?[answer.deployment],
            deployment.status == .inProgress
        else { return false }
        return deployment.hooks?.contains {
            $0.id == answer.execution && $0.attempt == answer.attempt && $0.isPending
        } == true
    }
}
