package import Model

/// What hooks are asked, and what becomes of their answers.
extension Rollout.Move {
    /// Whether a hook of the present stage has not answered yet.
    var isWaitingForHooks: Bool { record.hooks?.contains(where: \.isPending) == true }

    func hasHooks(_ stage: LifecycleHookStage) -> Bool {
        !record.configuration.hooks(at: stage).isEmpty
    }

    /// Whether every hook at `stage` lets the deployment go on; the first look begins to ask.
    mutating func passes(_ stage: LifecycleHookStage) -> Bool {
        let hooks = record.configuration.hooks(at: stage)
        guard !hooks.isEmpty else { return true }
        let reached = record.hooks?.filter { $0.stage == stage } ?? []
        guard reached.isEmpty else { return reached.allSatisfy { !$0.isPending } }
        for (index, hook) in hooks { ask(hook, index, at: stage) }
        return false
    }

    private mutating func ask(_ hook: LifecycleHook, _ index: Int, at stage: LifecycleHookStage) {
        let execution = HookExecution(
            id: id(of: index, at: stage), stage: stage, hook: index,
            status: hook.target == .pause ? .awaitingAction : .inProgress, at: now,
            expiresAt: now.advanced(
                milliseconds: hook.timeoutMilliseconds ?? LifecycleHook.timeoutMillisecondsByDefault
            ))
        record.hooks = (record.hooks ?? []) + [execution]
        wake(at: execution.expiresAt)
        if let target = hook.target.hookTargetArn {
            tell("Calls the hook \(execution.id): \(target)")
        } else {
            tell("Pauses at \(execution.id) until it is told to continue.")
        }
    }

    /// Unique within the deployment: shares of traffic only grow.
    private func id(of index: Int, at stage: LifecycleHookStage) -> String {
        let name = "\(stage.rawValue).\(index + 1)"
        let isRepeated = stage == .productionTrafficShift || stage == .preProductionTrafficShift
        return isRepeated ? "\(name).\(record.productionWeight)" : name
    }

    /// Takes in what hooks have answered, what users have decided, and what time has; returns
    /// whether there was anything.
    mutating func hear() -> Bool {
        var hooks = record.hooks ?? []
        for index in hooks.indices where hooks[index].isPending { hear(&hooks[index]) }
        guard hooks != record.hooks ?? [] else { return false }
        record.hooks = hooks
        // Time that was spent in hooks is no lack of progress.
        if !isWaitingForHooks { rearmProgress() }
        return true
    }

    private mutating func hear(_ execution: inout HookExecution) {
        if let decision = execution.decision {
            execution.status = decision == .continue ? .succeeded : .failed
            let who = execution.reason.map { " by \($0)" } ?? ""
            return tell("\(decision.rawValue) at \(execution.id)\(who).")
        }
        if let answer = facts.hookAnswers[execution.id], answer.attempt == execution.attempt {
            return hear(answer, of: &execution)
        }
        guard now >= execution.expiresAt else {
            wake(at: execution.expiresAt)
            return wake(at: execution.nextCallAt)
        }
        execution.status = .timedOut
        tell("The hook \(execution.id) has timed out: \(timeoutAction(of: execution).rawValue).")
    }

    private mutating func hear(_ answer: HookAnswer, of execution: inout HookExecution) {
        let words = answer.reason.map { ": \($0)" } ?? "."
        switch answer.status {
        case .succeeded:
            execution.status = .succeeded
            tell("The hook \(execution.id) has succeeded\(words)")
        case .inProgress:
            let delay =
                answer.callBackDelayMilliseconds ?? HookAnswer.callBackDelayMillisecondsByDefault
            // The story would be nothing but this otherwise.
            if execution.attempt == 1 {
                tell("The hook \(execution.id) is at work and will be called again\(words)")
            }
            execution.attempt += 1
            execution.nextCallAt = now.advanced(milliseconds: delay)
            execution.hookDetails = answer.hookDetails ?? execution.hookDetails
            wake(at: execution.nextCallAt)
        case .failed, .timedOut, .awaitingAction:
            execution.status = .failed
            execution.reason = answer.reason
            tell("The hook \(execution.id) has failed\(words)")
        }
    }

    /// Why hooks make the deployment go back, in ECS's words and the hook's own.
    var hookFailure: String? {
        guard let failed = record.hooks?.first(where: isFailure) else { return nil }
        let target = record.configuration.lifecycleHooks?[failed.hook].target.hookTargetArn
        let what =
            switch (failed.status, target) {
            case (.timedOut, let target?): "Lifecycle hook \(target) timed out."
            case (.timedOut, nil): "Nobody continued its pause in time."
            case (_, let target?):
                "Lifecycle hook \(target) returned FAILED status"
                    + (failed.reason.map { ": \($0)" } ?? ".")
            case (_, nil): "ROLLBACK was chosen at its pause" + (failed.byWhom ?? ".")
            }
        return "Service deployment rolled back because \(failed.stage.rawValue) lifecycle hook(s) "
            + "failed. \(what)"
    }

    private func isFailure(_ execution: HookExecution) -> Bool {
        execution.status == .failed
            || execution.status == .timedOut && timeoutAction(of: execution) == .rollback
    }

    private func timeoutAction(of execution: HookExecution) -> LifecycleHookAction {
        record.configuration.lifecycleHooks?[execution.hook].timeoutAction ?? .rollback
    }
}

extension HookExecution {
    /// Whether the deployment waits for it.
    package var isPending: Bool { status == .awaitingAction || status == .inProgress }

    fileprivate var byWhom: String? { reason.map { " by \($0)." } }
}
