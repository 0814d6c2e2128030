import Model

/// From PENDING to SUCCESSFUL.
extension Rollout.Move {
    mutating func admit() {
        if record.want?.kind == .supersede || facts.isSuperseded {
            record.statusReason = record.want?.reason ?? "Superseded by a newer deployment."
            return end(.stopped, "Superseded before it started.")
        }
        if let want = record.want {
            record.statusReason = want.reason
            return end(.stopped, "Stopped before it started: \(want.reason)")
        }
        guard facts.mayStart else { return }
        start()
    }

    private mutating func start() {
        record.status = .inProgress
        record.startedAt = now
        record.source = facts.production == record.target ? nil : facts.production
        record.progressDeadline = now.advanced(
            milliseconds: record.configuration.progressDeadlineMilliseconds)
        let from = record.source.map { "from revision \($0) " } ?? ""
        tell("Started: \(from)to revision \(record.target).")
        beginAlarmWatch()
        if facts.isReconciled {
            enter(.preScaleUp, "One revision is in production.")
        } else {
            for (name, current) in facts.published { record.generations[name] = current + 1 }
            enter(.reconcileService, "More than one revision is active.")
        }
    }

    mutating func advance() {
        countFailures()
        if let want = record.want { return withdraw(for: want) }
        let hasHeard = hear()
        if let reason = hookFailure {
            return withdraw(for: DeploymentWant(kind: .rollback, reason: reason, at: now))
        }
        if let reason = alarmFailure() {
            let want = DeploymentWant(kind: .rollback, reason: reason, at: now)
            return withdraw(for: want, rollsBack: record.configuration.alarms?.rollback ?? true)
        }
        if let reason = failure() {
            let want = DeploymentWant(kind: .rollback, reason: reason, at: now)
            return withdraw(for: want, rollsBack: record.configuration.circuitBreaker.rollback)
        }
        if judge() { return }
        wake(at: hasProgressDeadline ? record.progressDeadline : nil)
        if !hasHeard { goOn() }
    }

    private mutating func goOn() {
        switch record.stage {
        case .reconcileService: reconcile()
        case .preScaleUp, nil: prepare()
        case .scaleUp: scaleUp()
        case .postScaleUp: lookAtGreen()
        case .testTrafficShift: shiftTest()
        case .postTestTrafficShift: lookAtTest()
        case .productionTrafficShift: shiftProduction()
        case .postProductionTrafficShift: lookAtProduction()
        case .bakeTime: bake()
        case .cleanUp: cleanUp()
        }
    }

    private mutating func enter(_ stage: LifecycleStage, _ guardText: String) {
        record.stage = stage
        record.hooks = nil
        tell(guardText)
    }

    private mutating func reconcile() {
        guard facts.isReconciled, isAcknowledged, passes(.reconcileService) else { return }
        enter(.preScaleUp, "Revision \(record.source?.text ?? "-") alone is in production.")
    }

    private mutating func prepare() {
        guard passes(.preScaleUp) else { return }
        enter(.scaleUp, "The service's configuration allows the deployment.")
    }

    private mutating func scaleUp() {
        // Without a source there is nobody whose traffic could suffer.
        if record.source == nil, record.productionWeight == 0, facts.green.healthy > 0 {
            weigh(production: Weight.all, test: record.testWeight)
            tell("The first healthy task takes all traffic: nothing else serves.")
            return
        }
        guard isGreenReady, isAcknowledged else { return }
        let text = "\(facts.green.healthy) of \(facts.desiredCount) green tasks are healthy."
        if record.configuration.strategy == .rolling { return enter(.cleanUp, text) }
        if hasHooks(.postScaleUp) { return enter(.postScaleUp, text) }
        beginTest(text)
    }

    private mutating func lookAtGreen() {
        guard passes(.postScaleUp), isGreenReady, isAcknowledged else { return }
        beginTest("Every hook after the scale-up lets it go on.")
    }

    /// Without a test rule and hooks there is nothing to do here.
    private mutating func beginTest(_ guardText: String) {
        guard facts.hasTestRule || hasHooks(.testTrafficShift) else { return endTest(guardText) }
        if facts.hasTestRule { weigh(production: record.productionWeight, test: Weight.all) }
        enter(.testTrafficShift, guardText)
    }

    private mutating func shiftTest() {
        guard isGreenReady, isAcknowledged, passes(.testTrafficShift) else { return }
        endTest("Every live balancer has shifted test traffic.")
    }

    private mutating func endTest(_ guardText: String) {
        let isAsked = hasHooks(.postTestTrafficShift) || hasHooks(.preProductionTrafficShift)
        if isAsked { enter(.postTestTrafficShift, guardText) } else { shift(guardText) }
    }

    /// PRE_PRODUCTION_TRAFFIC_SHIFT is no stage that a deployment is reported in.
    private mutating func lookAtTest() {
        guard passes(.postTestTrafficShift), passes(.preProductionTrafficShift), isGreenReady,
            isAcknowledged
        else { return }
        shift("Every hook before the shift lets it go on.")
    }

    private mutating func shift(_ guardText: String) {
        enter(.productionTrafficShift, guardText)
        shiftFurther()
    }

    /// Share by share: each is acknowledged and has been watched before the next one.
    private mutating func shiftProduction() {
        guard isAcknowledged else {
            record.bakeObservedAt = nil
            return
        }
        guard passes(.productionTrafficShift), hasBaked(for: stepWatchTime) else { return }
        guard record.productionWeight < Weight.all else {
            let text = "Every live balancer has shifted production traffic."
            let isAsked = hasHooks(.postProductionTrafficShift)
            return isAsked ? enter(.postProductionTrafficShift, text) : beginBake(text)
        }
        guard isGreenReady else {
            record.bakeObservedAt = record.bakeObservedAt ?? now
            return
        }
        guard passes(.preProductionTrafficShift) else { return }
        tellVerdict()
        shiftFurther()
    }

    private mutating func lookAtProduction() {
        guard passes(.postProductionTrafficShift), isAcknowledged else { return }
        beginBake("Every hook after the shift lets it go on.")
    }

    private mutating func beginBake(_ guardText: String) {
        enter(.bakeTime, guardText)
        record.bakeAccruedMilliseconds = 0
        record.bakeObservedAt = now
        wakeForBake(bakeTime)
    }

    /// Where there is nothing to weigh, or nothing to serve, there is nothing to watch either.
    private mutating func shiftFurther() {
        let isWeighed =
            record.source != nil && facts.hasProductionRule && facts.desiredCount > 0
        let weight =
            isWeighed
            ? TrafficPlan(record.configuration).weight(after: record.productionWeight) : Weight.all
        weigh(production: weight, test: record.testWeight)
        record.hooks = nil
        record.bakeAccruedMilliseconds = 0
        record.bakeObservedAt = nil
        guard hasSteps, record.source != nil else { return }
        rearmProgress()
        tell("Green gets \(Weight.percent(weight)) % of production traffic.")
    }

    /// Time that is taken on purpose is no lack of progress.
    mutating func rearmProgress() {
        record.progressDeadline = now.advanced(
            milliseconds: record.configuration.progressDeadlineMilliseconds)
    }

    private var hasSteps: Bool {
        [.canary, .linear].contains(record.configuration.strategy)
    }

    private mutating func cleanUp() {
        if let source = record.source, !record.stopIntentBlue {
            step.effects.append(.retire(source, reason: scalingReason))
        }
        if facts.blue.isGone {
            // Blue may have crashed: then some balancer may not yet have been told.
            guard isAcknowledged else { return }
            return succeed()
        }
        guard !record.stopIntentBlue, facts.blue.staying == 0, facts.blue.isDrained else { return }
        record.stopIntentBlue = true
        tell("Blue has left every balancer, its requests have ended: it is told to stop.")
    }

    private mutating func succeed() {
        let swapped = record.source != nil && facts.hasProductionRule
        step.effects.append(.settle(record.target, swapped: swapped))
        step.effects.append(.announce("(deployment \(record.id)) deployment completed."))
        end(.successful, "Revision \(record.target) is in production.")
    }

    /// ECS's `stoppedReason` for tasks that a deployment ends.
    var scalingReason: String { "Scaling activity initiated by (deployment \(record.id))" }

    /// A service that was scaled to nothing first ends what serves; only then its traffic moves.
    private var isGreenReady: Bool {
        facts.desiredCount > 0
            ? facts.green.healthy >= facts.desiredCount : facts.blue.isGone
    }
}

// MARK: - Bake

extension Rollout.Move {
    private mutating func bake() {
        guard isAcknowledged, !awaitsAlarmData(bakeTime: bakeTime) else {
            record.bakeObservedAt = nil
            return
        }
        if hasBaked(for: bakeTime) { finishBake() }
    }

    /// Counts only time during which this leader saw every live balancer at the present weights: a
    /// crash or a jump of the clock can lengthen a bake and never shortens it.
    private mutating func hasBaked(for time: Int64) -> Bool {
        guard record.bakeAccruedMilliseconds < time else { return true }
        guard let since = record.bakeObservedAt, since >= facts.observingSince, since <= now else {
            record.bakeObservedAt = now
            wakeForBake(time)
            return false
        }
        let observed = now.milliseconds(since: since)
        if record.bakeAccruedMilliseconds + observed >= time {
            record.bakeAccruedMilliseconds += observed
            record.bakeObservedAt = nil
            if record.stage == .productionTrafficShift { rearmProgress() }
            return true
        }
        if observed >= policy.bakeCheckpointMilliseconds {
            record.bakeAccruedMilliseconds += observed
            record.bakeObservedAt = now
        }
        wakeForBake(time)
        return false
    }

    private mutating func finishBake() {
        guard let source = record.source else {
            return enter(.cleanUp, "There is nothing to go back to, so nothing to bake for.")
        }
        record.bakeObservedAt = nil
        tellVerdict()
        let time = Duration.milliseconds(record.bakeAccruedMilliseconds)
        enter(.cleanUp, "Green has served for \(time) without a fault.")
        step.effects.append(.retire(source, reason: scalingReason))
    }

    /// Without a source there is nothing to go back to, so nothing to wait for.
    private var bakeTime: Int64 {
        record.source == nil ? 0 : record.configuration.bakeTimeMilliseconds
    }

    /// How long the present share is watched before green gets more; with no task wanted there is
    /// nothing to watch.
    var stepBakeTime: Int64 {
        guard facts.desiredCount > 0 else { return 0 }
        return TrafficPlan(record.configuration)
            .bakeTimeMilliseconds(at: record.productionWeight)
    }

    private mutating func wakeForBake(_ time: Int64) {
        guard let since = record.bakeObservedAt else { return }
        let left = time - record.bakeAccruedMilliseconds
        wake(
            at: since.advanced(
                milliseconds: min(max(left, 0), policy.bakeCheckpointMilliseconds)))
    }
}
