import Model

/// The way back, for a rollback, a stop and a newer deployment alike: only the last status differs.
extension Rollout.Move {
    /// Turns around, unless blue has been told to stop: from there on it only goes forward.
    ///
    /// Where what found it bad may not roll back, a failed deployment ends STOPPED; it leaves
    /// users with blue all the same, which is warm and known to be good.
    mutating func withdraw(for want: DeploymentWant, rollsBack: Bool = true) {
        guard !record.stopIntentBlue else { return cleanUpAfterAll() }
        record.want = want
        record.statusReason = want.reason
        record.status =
            want.kind == .rollback && rollsBack ? .rollbackRequested : .stopRequested
        tell(want.reason)
        withdraw()
    }

    /// A wish that came too late is dropped; the next step goes on with the clean-up.
    private mutating func cleanUpAfterAll() {
        tell("Too late to go back: blue has been told to stop.")
        record.status = .inProgress
        record.want = nil
    }

    mutating func withdraw() {
        if record.statusReason == nil { record.statusReason = record.want?.reason }
        record.hooks?.removeAll(where: \.isPending)
        guard record.startedAt != nil else { return end(.stopped, "Stopped before it started.") }
        guard !record.stopIntentBlue else { return cleanUpAfterAll() }
        guard let source = record.source else { return keepWhatServes() }
        if record.rollbackStartedAt == nil { turn(backTo: source) }
        if record.configuration.strategy == .rolling { return rollBack() }
        guard record.productionWeight == 0, record.testWeight == 0 else { return shiftBack() }
        guard record.shiftedAt == nil || isAcknowledged else { return }
        guard !facts.green.isGone else { return withdrawn() }
        step.effects.append(.retire(record.target, reason: scalingReason))
        guard !record.stopIntentGreen, facts.green.staying == 0, facts.green.isDrained else {
            return
        }
        record.stopIntentGreen = true
        tell("Green has left every balancer, its requests have ended: it is told to stop.")
    }

    private mutating func turn(backTo source: ServiceRevisionID) {
        if record.status == .rollbackRequested { record.status = .rollbackInProgress }
        record.rollbackStartedAt = now
        record.bakeObservedAt = nil
        if record.stage == .cleanUp { step.effects.append(.revive(source)) }
    }

    /// The scheduler replaces the tasks in place; here is only waited for the end.
    private mutating func rollBack() {
        if facts.green.isGone, facts.blue.healthy >= facts.desiredCount, isAcknowledged {
            return withdrawn()
        }
        guard let late = giveUpAt, now >= late else { return wake(at: giveUpAt) }
        if facts.green.healthy > facts.blue.healthy {
            step.effects.append(.settle(record.target, swapped: false))
        }
        giveUp("The earlier revision did not get healthy again.")
    }

    /// When a way back counts as impossible.
    private var giveUpAt: Instant? {
        record.rollbackStartedAt?.advanced(
            milliseconds: record.configuration.progressDeadlineMilliseconds)
    }

    private mutating func giveUp(_ reason: String) {
        record.statusReason = [record.statusReason, reason].compactMap(\.self).joined(
            separator: " ")
        end(.rollbackFailed, reason)
    }

    /// One jump back, as soon as blue can carry it.
    private mutating func shiftBack() {
        if record.productionWeight == 0 || isBlueFit {
            weigh(production: 0, test: 0)
            return tell("All traffic goes back to blue.")
        }
        guard let late = giveUpAt, now >= late else { return wake(at: giveUpAt) }
        step.effects.append(.settle(record.target, swapped: facts.hasProductionRule))
        giveUp("Blue did not get healthy again, so green keeps the traffic.")
    }

    /// Never from a side that serves to one that does not; when neither does, blue on a tie. With
    /// no live balancer to ask, nobody knows.
    private var isBlueFit: Bool {
        guard facts.applied.count == facts.published.count else { return false }
        // What the clean-up took out of every balancer has to be found healthy there anew.
        guard record.stage != .cleanUp || isAcknowledged else { return false }
        return facts.blue.healthy >= facts.desiredCount
            || facts.blue.healthy >= facts.green.healthy && facts.blue.sound >= facts.green.sound
    }

    private mutating func withdrawn() {
        let isStop = record.status == .stopRequested
        step.effects.append(.settle(record.source, swapped: false))
        end(
            isStop ? .stopped : .rollbackSuccessful,
            "Revision \(record.source?.text ?? "-") is in production, green is gone.")
    }

    /// Nothing to go back to: what is healthy stays and becomes production.
    private mutating func keepWhatServes() {
        let isStop = record.status == .stopRequested
        let serves = facts.green.healthy > 0
        let rest =
            serves
            ? "There is no earlier revision to go back to: its \(facts.green.healthy) healthy "
                + "tasks stay."
            : "There is no earlier revision to go back to, and none of its tasks is healthy."
        record.statusReason = [record.statusReason, rest].compactMap(\.self).joined(separator: " ")
        if serves { step.effects.append(.settle(record.target, swapped: false)) }
        end(isStop ? .stopped : .rollbackFailed, rest)
    }
}
