internal import Loop
internal import Model
internal import Routing

/// Places at targets whose concurrency is limited, and requests that wait for one.
extension Worker {
    /// Targets that are asked for a place in one go.
    static let placesAskedMax = 64

    /// Gives the request to its target, or to another of the group that has a place, or lets it
    /// wait for one. Who came before it and waits is served before it.
    func admit(_ exchange: Ref<Exchange>) {
        let group = exchange.pointee.target.pointee.group
        let isFirst = group.pointee.concurrency.waiting.count == 0
        if isFirst, takePlace(exchange) { return connect(exchange) }
        guard group.pointee.concurrency.waiting.count < group.pointee.concurrency.queueMax else {
            return fail(exchange, .queueFull)
        }
        exchange.pointee.isWaiting = true
        group.pointee.concurrency.waiting.append(exchange)
        exchangeDeadlines.set(exchange, group.pointee.concurrency.deadlines, now: now)
        settleReading(exchange.pointee.client)
        // From the moment that others know of it no place can be missed; before, one could.
        if group.pointee.concurrency.waitingWorkers?.enter(index) == true {
            serveWaiting(in: group)
        }
    }

    /// Gives those who wait the places that there are, in their order.
    func serveWaiting(in group: Ref<GroupSlot>) {
        guard !group.pointee.concurrency.isServing else { return }
        group.pointee.concurrency.isServing = true
        // What happens to a request may let go the last that refers to its group.
        group.pointee.users += 1
        while let exchange = group.pointee.concurrency.waiting.first {
            if group.pointee.rotation.members.isEmpty {
                fail(exchange, .noTargets)
            } else if takePlace(exchange) {
                stopWaiting(exchange)
                exchange.pointee.startedAt = loop.microseconds
                connect(exchange)
            } else {
                break
            }
        }
        group.pointee.concurrency.isServing = false
        group.pointee.users -= 1
        forgetIfUnused(group)
    }

    /// The group's targets, or what they may have, are others now.
    func moveWaiting(in group: Ref<GroupSlot>) {
        guard group.pointee.concurrency.waiting.count > 0 else { return }
        for exchange in group.pointee.concurrency.waiting.elements {
            let target = exchange.pointee.target
            // A target that left must not wait for those who wait for it.
            guard target.pointee.draining != nil, let index = group.pointee.rotation.next() else {
                continue
            }
            exchange.pointee.target = claim(group.pointee.targets[index])
            release(target)
        }
        serveWaiting(in: group)
    }

    /// A place may be free at a target of the group; if nobody waits here any more, another worker
    /// is told.
    func placeIsFree(in name: TargetGroupName) {
        recycle()
        guard let group = groups[name] else { return }
        if group.pointee.concurrency.waiting.count > 0 {
            serveWaiting(in: group)
        } else {
            offerPlace(in: group)
        }
    }

    /// The exchange needs its target no longer.
    func leaveTarget(_ exchange: Ref<Exchange>) {
        let target = exchange.pointee.target
        if exchange.pointee.isWaiting { stopWaiting(exchange) }
        if exchange.pointee.holdsPlace {
            exchange.pointee.holdsPlace = false
            target.pointee.places?.give()
            offerPlace(in: target.pointee.group)
        }
        release(target)
    }

    /// Workers in which requests wait have their turns, so that none of them starves.
    private func offerPlace(in group: Ref<GroupSlot>) {
        guard let worker = group.pointee.concurrency.waitingWorkers?.next(after: index) else {
            return
        }
        if worker == index {
            serveWaiting(in: group)
        } else {
            tell(.placeFree(group.pointee.name, worker: worker))
        }
    }

    private func stopWaiting(_ exchange: Ref<Exchange>) {
        let group = exchange.pointee.target.pointee.group
        exchange.pointee.isWaiting = false
        exchangeDeadlines.clear(exchange)
        group.pointee.concurrency.waiting.remove(exchange)
        if group.pointee.concurrency.waiting.count == 0 {
            group.pointee.concurrency.waitingWorkers?.leave(index)
        }
    }

    /// Takes a place at the exchange's target, or at another one of its group, which it then has.
    private func takePlace(_ exchange: Ref<Exchange>) -> Bool {
        let target = exchange.pointee.target
        let group = target.pointee.group
        let isGood = target.pointee.isHealthy || group.pointee.rotation.isOpen
        if isGood, target.pointee.draining == nil, takePlace(at: target, exchange) { return true }
        for _ in 0..<min(group.pointee.rotation.members.count, Worker.placesAskedMax) {
            guard let index = group.pointee.rotation.next() else { break }
            let other = group.pointee.targets[index]
            guard other != target, takePlace(at: other, exchange) else { continue }
            exchange.pointee.target = claim(other)
            release(target)
            return true
        }
        return false
    }

    private func takePlace(at target: Ref<TargetSlot>, _ exchange: Ref<Exchange>) -> Bool {
        let most = target.pointee.group.pointee.concurrency.maximum
        guard most > 0, let places = target.pointee.places else { return true }
        guard places.take(upTo: most) else { return false }
        exchange.pointee.holdsPlace = true
        return true
    }
}
