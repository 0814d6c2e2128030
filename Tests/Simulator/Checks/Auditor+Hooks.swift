import Model
import Planning

/// Hooks are asked before a deployment goes on, and only by deployments that do.
extension Auditor {
    /// A controller calls a hook.
    func called(_ call: HookCall) {
        let known = books.deployments[call.id.deployment]?.hooks?.first {
            $0.id == call.id.execution
        }
        // A controller that is late may repeat an older call, but never foresee one.
        if let known, call.id.attempt > known.attempt {
            violate("I16", "the hook \(call.id.execution) is called before it was decided")
        }
    }

    /// I16: a place where hooks sit is left only when each of them has agreed.
    func checkHooks(from old: ServiceDeployment, to new: ServiceDeployment) {
        guard old.status == .inProgress, new.status == .inProgress, let stage = old.stage else {
            return
        }
        let isLeft = old.stage != new.stage
        let isWeighed = new.productionWeight > old.productionWeight && old.source != nil
        guard isLeft || isWeighed else { return }
        for point in hookStages(at: stage, isLeft: isLeft, isWeighed: isWeighed) {
            for (index, hook) in old.configuration.hooks(at: point) {
                let execution = old.hooks?.first { $0.stage == point && $0.hook == index }
                let hasAgreed =
                    execution?.status == .succeeded
                    || execution?.status == .timedOut && hook.timeoutAction == .continue
                if hasAgreed { continue }
                violate(
                    "I16",
                    "deployment \(new.id) leaves \(stage.rawValue) without hook "
                        + "\(index + 1) of \(point.rawValue)")
            }
        }
    }

    private func hookStages(
        at stage: LifecycleStage, isLeft: Bool, isWeighed: Bool
    ) -> [LifecycleHookStage] {
        var stages: [LifecycleHookStage] = []
        if let own = LifecycleHookStage(rawValue: stage.rawValue) { stages.append(own) }
        let isBeforeTheShift = stage == .postTestTrafficShift && isLeft
        if isBeforeTheShift || stage == .productionTrafficShift && isWeighed {
            stages.append(.preProductionTrafficShift)
        }
        return stages
    }
}
