internal import Loop
internal import Model
internal import Routing

/// A generation comes into force: slots are made, kept or let go; requests under way go on.
extension Worker {
    func apply(_ configuration: WorkerConfiguration) {
        let table = configuration.table
        generation = table.generation
        let current = table.targetGroups.map { group($0) }
        for (slot, group) in zip(current, table.targetGroups) {
            limitConcurrency(of: slot, group, configuration.concurrency)
            setTargets(of: slot, group.source.targets, configuration)
        }
        var waiting = current
        let names = Set(table.targetGroups.map(\.source.name))
        for (name, slot) in groups where !names.contains(name) {
            setTargets(of: slot, [], configuration)
            groups[name] = nil
            slot.pointee.isLeaving = true
            if slot.pointee.concurrency.waiting.count > 0 { waiting.append(slot) }
            forgetIfUnused(slot)
        }
        applyListeners(table, configuration.opened, current)
        foldDeparted()
        // Only now: what is served may lead anywhere that a listener leads.
        for slot in waiting { moveWaiting(in: slot) }
    }

    /// What the health checks found anew.
    func setHealth(_ healthy: [TargetKey: Bool]) {
        var changed: Set<Ref<GroupSlot>> = []
        for (key, isHealthy) in healthy {
            guard let target = targets[key] else { continue }
            setHealth(of: target, to: isHealthy)
            changed.insert(target.pointee.group)
        }
        for group in changed { refill(group) }
        for group in changed { moveWaiting(in: group) }
    }

    /// Requests in flight on each target, those that left included.
    var inFlight: [TargetKey: Int] {
        var counts: [TargetKey: Int] = [:]
        for target in leaving + Array(targets.values) where target.pointee.inFlight > 0 {
            counts[target.pointee.key, default: 0] += target.pointee.inFlight
        }
        return counts
    }

    /// Bytes that wait to be sent, or for their turn.
    var heldBytes: Int {
        hot.pointee.allClients.elements.reduce(0) { sum, client in
            sum + client.pointee.input.count + client.pointee.output.count
                + (client.pointee.exchange?.pointee.outgoing.count ?? 0)
        }
    }

    private func group(_ compiled: CompiledTargetGroup) -> Ref<GroupSlot> {
        let name = compiled.source.name
        if let slot = groups[name] {
            slot.pointee.change(compiled, key: cookieKey)
            return slot
        }
        let slot = Ref<GroupSlot>.allocate(capacity: 1)
        let start = Int(truncatingIfNeeded: hot.pointee.generator.next() >> 8)
        slot.initialize(to: GroupSlot(compiled, rotation: Rotation(start: start), key: cookieKey))
        groups[name] = slot
        return slot
    }

    private func limitConcurrency(
        of group: Ref<GroupSlot>, _ compiled: CompiledTargetGroup, _ shared: SharedConcurrency
    ) {
        let attributes = compiled.attributes
        group.pointee.concurrency.maximum = attributes.concurrencyMaximum
        group.pointee.concurrency.queueMax = attributes.concurrencyQueueLength
        group.pointee.concurrency.deadlines = exchangeDeadlines.queue(
            milliseconds: attributes.concurrencyQueueMilliseconds)
        group.pointee.concurrency.waitingWorkers = shared.waiting[compiled.source.name]
    }

    private func setTargets(
        of group: Ref<GroupSlot>, _ list: [Target], _ configuration: WorkerConfiguration
    ) {
        let keys = list.map { TargetKey(group: group.pointee.name, target: $0) }
        let wanted = Set(keys)
        for target in group.pointee.targets where !wanted.contains(target.pointee.key) {
            leave(target)
        }
        group.pointee.targets = keys.compactMap { key in
            let target = targets[key] ?? makeTarget(key, group)
            target?.pointee.isHealthy = configuration.healthy.contains(key)
            target?.pointee.places = configuration.concurrency.places[key]
            return target
        }
        for (index, target) in group.pointee.targets.enumerated() {
            target.pointee.index = index
        }
        nameTargets(of: group)
        refill(group)
    }

    /// The table has checked the address; a target without one would get no request.
    private func makeTarget(_ key: TargetKey, _ group: Ref<GroupSlot>) -> Ref<TargetSlot>? {
        guard let address = SocketAddress(key.target.address, port: key.target.port) else {
            return nil
        }
        let slot = Ref<TargetSlot>.allocate(capacity: 1)
        let outcomes = Ref<TargetOutcomes>.allocate(capacity: 1)
        outcomes.initialize(to: TargetOutcomes())
        lastTarget += 1
        slot.initialize(
            to: TargetSlot(
                key: key, address: address, group: group, outcomes: outcomes,
                place: PlainText("\(address)"), number: lastTarget))
        group.pointee.users += 1
        targets[key] = slot
        return slot
    }

    /// No new request from now on; those under way have until the end of the delay.
    private func leave(_ target: Ref<TargetSlot>) {
        targets[target.pointee.key] = nil
        target.pointee.index = -1
        target.pointee.draining = Draining(
            since: now, delaySeconds: target.pointee.group.pointee.deregistrationDelaySeconds)
        for upstream in target.pointee.idle.elements { close(upstream) }
        leaving.append(target)
        if target.pointee.inFlight == 0 { forget(target) }
    }

    /// Gives back the slot of a target that left, when nothing is in flight to it.
    func forget(_ target: Ref<TargetSlot>) {
        leaving.removeAll { $0 == target }
        depart(target)
        let group = target.pointee.group
        group.pointee.users -= 1
        target.pointee.place.deallocate()
        target.deinitialize(count: 1)
        target.deallocate()
        forgetIfUnused(group)
    }

    func forgetIfUnused(_ group: Ref<GroupSlot>) {
        guard group.pointee.isLeaving, group.pointee.users == 0 else { return }
        group.pointee.arn.deallocate()
        group.pointee.stickiness.deallocate()
        group.deinitialize(count: 1)
        group.deallocate()
    }
}

/// Listeners and what they do.
extension Worker {
    private func applyListeners(
        _ table: RoutingTable, _ opened: [Int: OpenedListener], _ groups: [Ref<GroupSlot>]
    ) {
        let before = listeners
        var kept: [Ref<ListenerSlot>] = []
        for (index, compiled) in table.listeners.enumerated() {
            let slot: Ref<ListenerSlot>
            if let new = opened[index] {
                slot = makeListener(compiled, new)
                startAccepting(slot)
            } else if let old = before.first(where: { $0.pointee.compiled.isAt(compiled) }) {
                slot = old
            } else {
                continue
            }
            configure(slot, compiled, groups)
            kept.append(slot)
        }
        listeners = kept
        for slot in before where !kept.contains(slot) {
            stopAccepting(slot)
            endIdleClients(of: slot)
            leavingListeners.append(slot)
            if slot.pointee.clientCount == 0 { forget(slot) }
        }
    }

    private func makeListener(
        _ compiled: CompiledListener, _ opened: OpenedListener
    ) -> Ref<ListenerSlot> {
        let forwarded = "\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Port: \(opened.port)\r\n"
        let slot = Ref<ListenerSlot>.allocate(capacity: 1)
        slot.initialize(
            to: ListenerSlot(
                worker: .passUnretained(self), descriptor: opened.descriptor, port: opened.port,
                census: opened.census, compiled: compiled, actions: [],
                forwarded: PlainText(forwarded),
                hostEnd: PlainText(RequestSurroundings.hostEnd(port: opened.port)), clientQueue: 0,
                exchangeQueue: 0, lifetimeMilliseconds: 0,
                matches: RuleMatches(priorities: [], after: nil)))
        return slot
    }

    private func configure(
        _ slot: Ref<ListenerSlot>, _ compiled: CompiledListener, _ groups: [Ref<GroupSlot>]
    ) {
        slot.pointee.compiled = compiled
        let matches = slot.pointee.matches
        slot.pointee.matches = RuleMatches(priorities: compiled.priorities, after: matches)
        matches.deallocate()
        let before = slot.pointee.actions.compactMap(\.route)
        var known = before
        slot.pointee.actions = compiled.actions.map { action in
            guard case .forward(let plan) = action else { return ActionSlot(action) }
            return ActionSlot(plan, groups, makeRoute(plan, groups, before: &known))
        }
        let only = compiled.isUnconditional ? slot.pointee.actions[0] : nil
        slot.pointee.only = only?.only
        slot.pointee.onlyRoute = only?.route
        for route in before { retire(route) }
        let idle = compiled.idleTimeoutSeconds * 1000
        slot.pointee.clientQueue = clientDeadlines.queue(milliseconds: idle)
        slot.pointee.exchangeQueue = exchangeDeadlines.queue(milliseconds: idle)
        let requests = compiled.connections.maximumRequests
        slot.pointee.requestsMax = requests == 0 ? .max : UInt32(requests)
        slot.pointee.policy = compiled.requests
        slot.pointee.changesResponses = compiled.responses != nil
        slot.pointee.lifetimeMilliseconds = Int64(compiled.clientKeepAliveSeconds) * 1000
    }

    private func endIdleClients(of listener: Ref<ListenerSlot>) {
        for client in hot.pointee.allClients.elements
        where client.pointee.listener == listener && client.pointee.isAtRest {
            linger(client)
        }
    }

    func forget(_ listener: Ref<ListenerSlot>) {
        listeners.removeAll { $0 == listener }
        leavingListeners.removeAll { $0 == listener }
        depart(listener)
        for action in listener.pointee.actions { action.route.map(retire) }
        listener.pointee.forwarded.deallocate()
        listener.pointee.hostEnd.deallocate()
        listener.deinitialize(count: 1)
        listener.deallocate()
    }
}

extension ActionSlot {
    init(_ action: CompiledAction) {
        self.action = action
        only = nil
        groups = [:]
        route = nil
    }

    init(_ plan: ForwardPlan, _ groups: [Ref<GroupSlot>], _ route: Ref<ForwardSlot>?) {
        action = .forward(plan)
        self.route = route
        only = plan.shares.count == 1 ? groups[plan.shares[0].group] : nil
        self.groups = Dictionary(
            uniqueKeysWithValues: plan.shares.map { ($0.group, groups[$0.group]) })
    }
}

extension CompiledListener {
    /// Whether both listen at the same place.
    func isAt(_ other: CompiledListener) -> Bool {
        address == other.address && port == other.port
    }
}
