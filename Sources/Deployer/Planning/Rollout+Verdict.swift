package import Model

/// When green is bad.
extension Rollout.Move {
    /// Why the deployment must not go on; `nil` while it may.
    mutating func failure() -> String? {
        guard !record.stopIntentBlue, let stage = record.stage else { return nil }
        if let refusal = facts.refusal { return rolledBack("because \(refusal)") }
        if let problem = facts.problem, stage < .scaleUp { return rolledBack("because \(problem)") }
        if isBroken {
            return rolledBack("because the circuit breaker threshold was exceeded.", detailed: true)
        }
        if hasProgressDeadline, let deadline = record.progressDeadline, now >= deadline {
            let limit = Duration.milliseconds(record.configuration.progressDeadlineMilliseconds)
            return rolledBack("because it made no progress within \(limit).", detailed: true)
        }
        return shiftFailure(stage)
    }

    private mutating func shiftFailure(_ stage: LifecycleStage) -> String? {
        guard stage >= .testTrafficShift, record.source != nil else { return nil }
        if facts.green.sound < (facts.desiredCount + 1) / 2 {
            return rolledBack("because fewer than half of its tasks are healthy.", detailed: true)
        }
        // A share that is watched was applied once; should that be lost, the wait begins then.
        let waits =
            stage == .testTrafficShift
            || stage == .productionTrafficShift && record.bakeObservedAt == nil
        guard waits, !isWaitingForHooks, !facts.applied.isEmpty, !isAcknowledged else { return nil }
        let patience = record.updatedAt.advanced(milliseconds: policy.acknowledgementMilliseconds)
        wake(at: patience)
        guard now >= patience else { return nil }
        return rolledBack("because a live balancer did not apply the shift in time.")
    }

    private var isBroken: Bool {
        let breaker = record.configuration.circuitBreaker
        return breaker.enable
            && record.failedTasks >= breaker.threshold(desiredCount: facts.desiredCount)
    }

    /// Tasks that are forgotten after a while still count; those that are forgiven do not.
    mutating func countFailures() {
        let isForgiving =
            facts.failuresForgivenUntil ?? .zero > record.failuresForgivenUntil ?? .zero
        if isForgiving, facts.failures < record.failedTasks {
            record.failuresForgivenUntil = facts.failuresForgivenUntil
            record.failedTasks = facts.failures
        } else {
            record.failedTasks = max(record.failedTasks, facts.failures)
        }
    }

    /// Not while hooks are asked, and not while a share of traffic is watched: that is over when
    /// its bake time is.
    var hasProgressDeadline: Bool {
        guard let stage = record.stage, stage < .bakeTime, !isWaitingForHooks else { return false }
        return stage != .productionTrafficShift
            || record.bakeAccruedMilliseconds >= stepWatchTime
    }

    /// ECS's sentence, and what a person needs to know besides.
    private func rolledBack(_ reason: String, detailed: Bool = false) -> String {
        let detail = detailed ? facts.failureDetail.map { " \($0)" } ?? "" : ""
        return "Service deployment rolled back \(reason)\(detail)"
    }
}

extension LifecycleStage: Comparable {
    package static func < (left: Self, right: Self) -> Bool {
        left.ordinal < right.ordinal
    }

    private var ordinal: Int {
        switch self {
        case .reconcileService: 0
        case .preScaleUp: 1
        case .scaleUp: 2
        case .postScaleUp: 3
        case .testTrafficShift: 4
        case .postTestTrafficShift: 5
        case .productionTrafficShift: 6
        case .postProductionTrafficShift: 7
        case .bakeTime: 8
        case .cleanUp: 9
        }
    }
}
