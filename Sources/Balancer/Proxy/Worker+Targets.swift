internal import Loop
internal import Routing

/// Targets, the requests counted on them, and the connections to them.
extension Worker {
    /// Chooses a target and counts the request on it, in one step: a target cannot leave between.
    /// `pinned` is the one that the client stays with, if any.
    func claim(
        in group: Ref<GroupSlot>, by route: Ref<ForwardSlot>?, pinned: Ref<TargetSlot>?
    ) -> Ref<TargetSlot>? {
        group.pointee.rescue.budget.note()
        if let pinned { return claim(pinned) }
        // Where nobody is well, whoever is well elsewhere comes first.
        if let route, !group.pointee.rotation.isServing,
            let other = stranger(on: route, to: group)
        {
            return claim(other)
        }
        return choose(in: group).map { claim($0) }
    }

    func claim(_ target: Ref<TargetSlot>) -> Ref<TargetSlot> {
        target.pointee.inFlight &+= 1
        return target
    }

    /// The request's response has ended, or its try has.
    func release(_ target: Ref<TargetSlot>) {
        target.pointee.inFlight &-= 1
        guard target.pointee.draining != nil, target.pointee.inFlight == 0 else { return }
        forget(target)
        tell(.drained)
    }

    /// The connection used last: it is the likeliest to be alive.
    func takeIdle(_ target: Ref<TargetSlot>, checked: Bool) -> Ref<Upstream>? {
        while let upstream = target.pointee.idle.last {
            guard !checked || Syscall.isQuiet(upstream.pointee.descriptor) else {
                close(upstream)
                continue
            }
            target.pointee.idle.remove(upstream)
            return upstream
        }
        return nil
    }

    /// A new connection, on its way; `nil` when there cannot be one.
    func open(_ target: Ref<TargetSlot>) -> Ref<Upstream>? {
        guard let descriptor = try? Descriptor.connecting(to: target.pointee.address) else {
            return nil
        }
        let number = descriptor.release()
        let upstream = upstreams.make(
            Upstream(worker: .passUnretained(self), target: target, descriptor: number))
        loop.prepare(upstream.watcher, number) { watcher, events in
            let upstream = watcher.assumingMemoryBound(to: Upstream.self)
            // The loop outlives its watchers, and its worker the loop: nothing need be retained.
            upstream.pointee.worker._withUnsafeGuaranteedRef {
                $0.upstreamIsReady(upstream, Readiness(rawValue: events & 3))
            }
        }
        loop.set(upstream.watcher, to: .read)
        return upstream
    }

    /// Takes the connection back from the exchange: to its pool, or to its end.
    func detach(_ upstream: Ref<Upstream>, from exchange: Ref<Exchange>, isReusable: Bool) {
        upstream.pointee.target.pointee.busy.remove(upstream)
        upstream.pointee.exchange = nil
        exchange.pointee.upstream = nil
        letGo(upstream, isReusable: isReusable)
    }

    /// Nobody has it any more.
    func letGo(_ upstream: Ref<Upstream>, isReusable: Bool) {
        let target = upstream.pointee.target
        guard isReusable, target.pointee.draining == nil, hot.pointee.ending == nil else {
            return end(upstream)
        }
        if target.pointee.idle.count >= Worker.idlePerTargetMax,
            let oldest = target.pointee.idle.first
        {
            close(oldest)
        }
        loop.set(upstream.watcher, to: .read)
        upstream.pointee.input.clear(blocks)
        target.pointee.idle.append(upstream)
        upstream.pointee.idleSince = now
    }

    /// Closes an idle connection.
    func close(_ upstream: Ref<Upstream>) {
        guard !upstream.pointee.isClosed else { return }
        upstream.pointee.target.pointee.idle.remove(upstream)
        end(upstream)
    }

    /// Closes what was idle for too long: the first ones of each chain, which is in that order.
    func closeOldIdle() {
        for target in targets.values {
            let oldest = now &- target.pointee.group.pointee.idleMilliseconds
            while let upstream = target.pointee.idle.first, upstream.pointee.idleSince <= oldest {
                close(upstream)
            }
        }
    }

    private func end(_ upstream: Ref<Upstream>) {
        upstream.pointee.isClosed = true
        loop.stop(upstream.watcher)
        Syscall.close(upstream.pointee.descriptor)
        upstream.pointee.input.clear(blocks)
        hot.pointee.hasRetired = true
        upstreams.retire(upstream)
    }

    /// Ends what is left on targets whose deregistration delay is over.
    func cutOverdueTargets() {
        for target in leaving {
            guard let draining = target.pointee.draining,
                draining.verdict(inFlight: target.pointee.inFlight, at: now) == .cut
            else { continue }
            for upstream in target.pointee.busy.elements {
                if let shadow = upstream.pointee.shadow { cut(shadow) }
                guard let exchange = upstream.pointee.exchange else { continue }
                target.pointee.outcomes.pointee.countForcedClose()
                fail(exchange, .deregistered)
            }
        }
    }
}
