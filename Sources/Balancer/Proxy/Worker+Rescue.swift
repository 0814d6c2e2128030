internal import Loop
internal import Routing

/// Requests that their target failed, and who takes them over.
extension Worker {
    /// Targets of another group that are looked at for one that may take a request over.
    static let rescuersSeenMax = 16

    /// Gives the request to somebody else, or to the same target on a new connection when that
    /// `mayStay`; false when nobody may have it.
    func rescue(_ exchange: Ref<Exchange>, mayStay: Bool) -> Bool {
        guard exchange.pointee.attempt.mayGoOn,
            let next = rescuer(of: exchange, mayStay: mayStay)
        else { return false }
        let failed = exchange.pointee.target
        if exchange.pointee.attempt.hasSent {
            guard affords(failed.pointee.group, next.pointee.group) else {
                failed.pointee.outcomes.pointee.countRefusedRetry()
                return false
            }
        }
        failed.pointee.outcomes.pointee.countRetry()
        if let upstream = exchange.pointee.upstream {
            detach(upstream, from: exchange, isReusable: false)
        }
        // The other one is claimed first: a request is never counted nowhere.
        let other = claim(next)
        if next.pointee.group != failed.pointee.group {
            exchange.pointee.attempt.isElsewhere = true
        }
        leaveTarget(exchange)
        exchange.pointee.target = other
        exchange.pointee.attempt.tries &+= 1
        exchange.pointee.startedAt = loop.microseconds
        exchange.pointee.sent = 0
        exchange.pointee.isBroken = false
        dispatch(exchange)
        return true
    }

    /// Whether one more request of `group` may go to `other`. All that a small canary fails is
    /// little to the group that takes it over: then it is a share of that one's requests.
    private func affords(_ group: Ref<GroupSlot>, _ other: Ref<GroupSlot>) -> Bool {
        if group.pointee.rescue.budget.take() { return true }
        return other != group && other.pointee.rescue.budget.takeOver()
    }

    /// An answer that is as bad as none is kept from the client when another target may do better.
    func rescue(_ exchange: Ref<Exchange>, from status: Int) -> Bool {
        guard exchange.pointee.target.pointee.group.pointee.rescue.covers(status) else {
            return false
        }
        return rescue(exchange, mayStay: false)
    }

    /// At first one who is well in the same group, else in another group of the action, else the
    /// group's next one as it is.
    private func rescuer(of exchange: Ref<Exchange>, mayStay: Bool) -> Ref<TargetSlot>? {
        let failed = exchange.pointee.target
        let group = failed.pointee.group
        let attempt = exchange.pointee.attempt
        if attempt.tries == 1, group.pointee.rotation.isServing,
            let other = next(in: group, after: failed), other != failed
        {
            return other
        }
        if !attempt.isElsewhere, let route = exchange.pointee.route,
            let other = stranger(on: route, to: group)
        {
            return other
        }
        guard attempt.mayStay, let other = next(in: group, after: failed) else { return nil }
        return mayStay || other != failed ? other : nil
    }

    private func next(
        in group: Ref<GroupSlot>, after failed: Ref<TargetSlot>
    ) -> Ref<TargetSlot>? {
        group.pointee.rotation.next(avoiding: failed.pointee.index)
            .map { group.pointee.targets[$0] }
    }

    /// A healthy target of another group of the action, of those that have had its requests.
    func stranger(on route: Ref<ForwardSlot>, to group: Ref<GroupSlot>) -> Ref<TargetSlot>? {
        guard group.pointee.rescue.isOn else { return nil }
        for branch in route.pointee.branches where branch.group != group {
            let other = branch.group
            guard other.pointee.rotation.isServing else { continue }
            let count = other.pointee.rotation.members.count
            for _ in 0..<min(count, Worker.rescuersSeenMax) {
                guard let index = other.pointee.rotation.next() else { break }
                let target = other.pointee.targets[index]
                if target.pointee.isHealthy, target.pointee.number <= branch.trusted {
                    return target
                }
            }
        }
        return nil
    }
}

/// The routes themselves.
extension Worker {
    /// The slot of an action that forwards to `groups`; what `before` trusted it goes on to trust.
    func makeRoute(
        _ plan: ForwardPlan, _ groups: [Ref<GroupSlot>], before: inout [Ref<ForwardSlot>]
    ) -> Ref<ForwardSlot>? {
        let rescues = plan.rescues && plan.groups.count > 1
        let mirror = plan.mirror.map {
            ForwardSlot.Mirror(group: groups[$0.group], threshold: $0.threshold)
        }
        guard rescues || mirror != nil else { return nil }
        let named = rescues ? plan.groups.map { groups[$0] } : []
        let place = before.firstIndex { $0.pointee.branches.map(\.group) == named }
        let old = place.map { before.remove(at: $0) }
        let weighted = Set(plan.shares.map { groups[$0.group] })
        let branches = named.enumerated().map { index, group in
            ForwardSlot.Branch(
                group: group,
                trusted: weighted.contains(group)
                    ? lastTarget : old?.pointee.branches[index].trusted ?? 0)
        }
        let route = Ref<ForwardSlot>.allocate(capacity: 1)
        route.initialize(to: ForwardSlot(branches: branches, mirror: mirror))
        for group in route.pointee.groups { group.pointee.users += 1 }
        return route
    }

    /// The action is no more; requests by it go on.
    func retire(_ route: Ref<ForwardSlot>) {
        route.pointee.isLeaving = true
        forgetIfUnused(route)
    }

    /// A request by it is over.
    func leave(_ route: Ref<ForwardSlot>) {
        route.pointee.users &-= 1
        if route.pointee.isLeaving { forgetIfUnused(route) }
    }

    private func forgetIfUnused(_ route: Ref<ForwardSlot>) {
        guard route.pointee.users == 0 else { return }
        let groups = route.pointee.groups
        route.deinitialize(count: 1)
        route.deallocate()
        for group in groups {
            group.pointee.users -= 1
            forgetIfUnused(group)
        }
    }
}
