package import Model

/// One deployment from revision to revision, as a state machine: `step` is its only entry.
///
/// A step makes at most one move. Weights in the record say what traffic should be; the move that
/// changes them promises the generation that will carry them, and the next move waits until every
/// live balancer has applied it. Blue is the source, green the target.
package enum Rollout {
    package static func step(
        _ record: ServiceDeployment, _ facts: RolloutFacts, at now: Instant,
        policy: Policy = Policy()
    ) -> RolloutStep {
        var move = Move(record, facts, at: now, policy: policy)
        switch record.status {
        case .pending: move.admit()
        case .inProgress: move.advance()
        case .rollbackRequested, .stopRequested, .rollbackInProgress: move.withdraw()
        case .successful, .stopped, .rollbackSuccessful, .rollbackFailed: break
        }
        return move.step
    }

    /// A step in the making.
    struct Move {
        var step: RolloutStep
        let facts: RolloutFacts
        let now: Instant
        let policy: Policy

        init(
            _ record: ServiceDeployment, _ facts: RolloutFacts, at now: Instant, policy: Policy
        ) {
            step = RolloutStep(record)
            self.facts = facts
            self.now = now
            self.policy = policy
        }

        var record: ServiceDeployment {
            get { step.record }
            set { step.record = newValue }
        }
    }
}

extension Rollout.Move {
    /// Whether every live balancer of each load balancer applied what this record last wrote.
    ///
    /// With nobody to ask it is false: hold, never advance. Without a load balancer it is true.
    var isAcknowledged: Bool {
        facts.published.keys.allSatisfy { name in
            guard let applied = facts.applied[name] else { return false }
            return applied >= record.generations[name, default: 0]
        }
    }

    /// Green's share of the production and the test traffic, in the next generation.
    mutating func weigh(production: Int, test: Int) {
        guard production != record.productionWeight || test != record.testWeight else { return }
        record.productionWeight = production
        record.testWeight = test
        record.analysis?.heard = [:]
        if production + test > 0, record.shiftedAt == nil { record.shiftedAt = now }
        for (name, current) in facts.published { record.generations[name] = current + 1 }
    }

    mutating func tell(_ message: String) {
        step.effects.append(.tell(message))
    }

    mutating func wake(at instant: Instant?) {
        guard let instant, instant > now else { return }
        step.deadline = min(step.deadline ?? instant, instant)
    }

    mutating func end(_ status: ServiceDeploymentStatus, _ message: String) {
        record.status = status
        record.finishedAt = now
        if status == .stopped { record.stoppedAt = now }
        step.deadline = nil
        tell(message)
    }
}
