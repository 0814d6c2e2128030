internal import Loop
internal import Model
internal import Routing

/// Which target of a group gets a request, and what its shares are made of.
extension Worker {
    /// By the group's algorithm; `nil` when it has no targets.
    func choose(in group: Ref<GroupSlot>) -> Ref<TargetSlot>? {
        switch group.pointee.algorithm {
        case .roundRobin:
            return group.pointee.rotation.next().map { group.pointee.targets[$0] }
        case .weightedRandom:
            return group.pointee.rotation.draw(hot.pointee.generator.next())
                .map { group.pointee.targets[$0] }
        case .leastOutstandingRequests:
            guard let pair = group.pointee.rotation.pair(hot.pointee.generator.next()) else {
                return nil
            }
            let one = group.pointee.targets[pair.0]
            let other = group.pointee.targets[pair.1]
            return TargetSlot.isBusier(one, than: other) ? other : one
        }
    }

    /// Takes the group's targets anew: who is healthy, and how much each may get.
    func refill(_ group: Ref<GroupSlot>) {
        let targets = undrained(group)
        let shares = targets.map { slowShare(of: $0) }
        // Without one that has its full share there is nobody to take the rest.
        let isShared = zip(targets, shares).contains {
            $0.pointee.isHealthy && $1 == SlowStart.full
        }
        var standings: [Standing] = []
        for (target, share) in zip(targets, shares) {
            let share = isShared ? share : SlowStart.full
            target.pointee.weight =
                share * target.pointee.mitigation.share / 100 * percent(of: target)
            standings.append(
                Standing(isHealthy: target.pointee.isHealthy, weight: target.pointee.weight))
        }
        group.pointee.rotation.refill(standings, needing: group.pointee.minimum)
        group.pointee.isWarming = isShared && shares.contains { $0 < SlowStart.full }
        if group.pointee.isWarming { isWarming = true }
    }

    private func slowShare(of target: Ref<TargetSlot>) -> UInt32 {
        guard target.pointee.isHealthy, let start = target.pointee.warmingSince else {
            return SlowStart.full
        }
        let share = target.pointee.group.pointee.slowStart.share(since: start, at: now)
        if share == SlowStart.full { target.pointee.warmingSince = nil }
        return share
    }

    /// A target's health is known anew. One that becomes healthy beside others starts slowly.
    func setHealth(of target: Ref<TargetSlot>, to isHealthy: Bool) {
        let group = target.pointee.group
        if isHealthy, !target.pointee.isHealthy, group.pointee.slowStart.isOn {
            let hasPeers = group.pointee.targets.contains {
                $0.pointee.isHealthy && $0.pointee.warmingSince == nil
            }
            target.pointee.warmingSince = hasPeers ? now : nil
        }
        target.pointee.isHealthy = isHealthy
    }

    /// Raises the shares of those that start slowly.
    func warmUp() {
        guard isWarming else { return }
        isWarming = false
        for group in groups.values where group.pointee.isWarming { refill(group) }
    }

    /// A window is over: what happened in it is judged, and fades.
    func turnWindows() {
        guard now - windowBegan >= RetryBudget.windowMilliseconds else { return }
        windowBegan = now
        for group in groups.values {
            group.pointee.rescue.budget.turn()
            judge(group)
        }
    }

    /// Cuts the shares of targets that do worse than their peers, and restores those of others.
    private func judge(_ group: Ref<GroupSlot>) {
        let healthy = group.pointee.targets.filter(\.pointee.isHealthy)
        let all = TargetRecord(healthy.map(\.pointee.record))
        let isJudged = group.pointee.mitigates && healthy.count >= TargetRecord.peersMin
        var hasChanged = false
        for target in group.pointee.targets {
            let record = target.pointee.record
            let isAnomalous =
                isJudged && target.pointee.isHealthy
                && record.isAnomalous(beside: all.without(record))
            if target.pointee.mitigation.absorb(isAnomalous: isAnomalous) { hasChanged = true }
            target.pointee.record.fade()
        }
        if hasChanged { refill(group) }
    }
}

/// What real requests tell of a target's health: they may hasten a check, and no more.
extension Worker {
    /// Between two hints about the same target.
    private static let suspicionMilliseconds: Int64 = 100

    /// A request got no answer there.
    func blame(_ target: Ref<TargetSlot>) {
        target.pointee.record.note(failed: true)
        if isComparing { tellOfError() }
        if isDoubtful(target) { suspect(target) }
    }

    /// An answer came; many of 500 and above, where the peers give few, are as bad as none.
    func note(_ status: Int, of target: Ref<TargetSlot>) {
        let isFailure = status >= 500
        target.pointee.record.note(failed: isFailure)
        guard isFailure else { return }
        if isComparing { tellOfError() }
        guard isDoubtful(target) else { return }
        let healthy = target.pointee.group.pointee.targets.filter(\.pointee.isHealthy)
        guard healthy.count >= TargetRecord.peersMin else { return }
        let peers = TargetRecord(healthy.map(\.pointee.record)).without(target.pointee.record)
        if target.pointee.record.isAnomalous(beside: peers) { suspect(target) }
    }

    /// While revisions are compared, those who do so hear of errors soon.
    private func tellOfError() {
        guard now - erredAt >= Worker.suspicionMilliseconds else { return }
        erredAt = now
        tell(.erred)
    }

    private func isDoubtful(_ target: Ref<TargetSlot>) -> Bool {
        target.pointee.isHealthy && target.pointee.draining == nil
            && now - target.pointee.suspectedAt >= Worker.suspicionMilliseconds
    }

    private func suspect(_ target: Ref<TargetSlot>) {
        target.pointee.suspectedAt = now
        tell(.suspected(target.pointee.key))
    }
}

extension TargetSlot {
    /// Whether `one` has more in hand than `other`, both compared with their shares.
    @inline(__always)
    static func isBusier(_ one: Ref<TargetSlot>, than other: Ref<TargetSlot>) -> Bool {
        let mine = (one.pointee.inFlight &+ 1) &* Int(other.pointee.weight)
        return mine > (other.pointee.inFlight &+ 1) &* Int(one.pointee.weight)
    }
}
