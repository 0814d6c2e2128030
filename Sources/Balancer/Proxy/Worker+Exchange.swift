internal import Loop
internal import Model
internal import Routing

/// A request's way to a target.
extension Worker {
    /// Serves the request that `head` begins; returns how many of `bytes` belong to it.
    func begin(_ head: RequestHead, _ bytes: UnsafeRawBufferPointer, _ client: Ref<Client>) -> Int {
        note(head, bytes, client)
        client.pointee.phase = .exchange
        clientDeadlines.clear(client)
        let listener = client.pointee.listener
        listener.pointee.outcomes.requests &+= 1
        client.pointee.requests &+= 1
        var isIsolated = false
        if head.desync != .compliant || listener.pointee.policy.contains(.isStrictest) {
            if head.desync != .compliant { listener.pointee.outcomes.nonCompliant &+= 1 }
            switch desyncVerdict(head, bytes, listener) {
            case .pass: break
            case .isolate: isIsolated = true
            case .refuse:
                refuse(client, .malformedRequest, closes: true)
                return bytes.count
            }
        }
        let age = now &- client.pointee.acceptedAt
        client.pointee.closesAfterResponse =
            !head.isPersistent || isIsolated || hot.pointee.ending != nil
            || listener.pointee.isLeaving
            || age > listener.pointee.lifetimeMilliseconds
            || client.pointee.requests >= listener.pointee.requestsMax
        if let group = listener.pointee.only {
            listener.pointee.matches.count(rule: 0)
            note(rule: 0, client)
            return forward(head, bytes, client, to: group, by: listener.pointee.onlyRoute)
        }
        let slot = action(for: head, bytes, client)
        switch slot.action {
        case .forward(let plan):
            guard plan.stickySeconds == 0 else {
                return forwardInPlace(head, bytes, client, by: plan, slot)
            }
            let turn = plan.pick(hot.pointee.generator.next())
            return forward(head, bytes, client, to: turn, by: plan, slot)
        case .fixedResponse(let response):
            return answer(head, bytes, client, response)
        case .redirect(let redirect):
            return answer(head, bytes, client, redirect)
        }
    }

    /// Forwards to the group whose index in the table `turn` is, if any.
    func forward(
        _ head: RequestHead, _ bytes: UnsafeRawBufferPointer, _ client: Ref<Client>, to turn: Int?,
        by plan: ForwardPlan, _ slot: ActionSlot
    ) -> Int {
        guard let turn, let group = group(turn, or: plan, slot) else {
            return answer(head, bytes, client, .noTargetGroup)
        }
        guard let rewrite = plan.rewrite else {
            return forward(head, bytes, client, to: group, by: slot.route)
        }
        return forward(head, bytes, client, to: group, by: slot.route, rewrite)
    }

    /// The group whose turn it is, or the one that steps in for it.
    private func group(
        _ index: Int, or plan: ForwardPlan, _ slot: ActionSlot
    ) -> Ref<GroupSlot>? {
        guard let group = slot.groups[index] else { return nil }
        guard plan.failsOver, !group.pointee.rotation.isServing else { return group }
        let other = plan.next(after: index) { slot.groups[$0]?.pointee.rotation.isServing == true }
        return other.flatMap { slot.groups[$0] } ?? group
    }

    private func desyncVerdict(
        _ head: RequestHead, _ bytes: UnsafeRawBufferPointer, _ listener: Ref<ListenerSlot>
    ) -> DesyncReason.Verdict {
        let mode = listener.pointee.compiled.desyncMitigationMode
        return head.desync(of: bytes, in: mode).verdict(in: mode)
    }

    private func action(
        for head: RequestHead, _ bytes: UnsafeRawBufferPointer, _ client: Ref<Client>
    ) -> ActionSlot {
        let listener = client.pointee.listener
        let view = view(head, bytes, client)
        let match = listener.pointee.compiled.index.firstRule(for: view)
        listener.pointee.outcomes.evaluations &+= match.evaluations
        listener.pointee.matches.count(rule: match.rule)
        note(rule: match.rule, client)
        return listener.pointee.actions[match.rule]
    }

    func view(
        _ head: RequestHead, _ bytes: UnsafeRawBufferPointer, _ client: Ref<Client>
    ) -> RequestView {
        RequestView(
            head: head, fields: fieldsOf(head.fieldCount), bytes: bytes,
            client: client.pointee.listener.pointee.looksAtSource
                ? IPAddress(client.pointee.address.text) ?? .v4(0) : .v4(0))
    }

    func fieldsOf(_ count: Int) -> UnsafeBufferPointer<Field> {
        UnsafeBufferPointer(start: fields.baseAddress, count: count)
    }

    /// The same with a host or URL that the rule changes.
    private func forward(
        _ head: RequestHead, _ bytes: UnsafeRawBufferPointer, _ client: Ref<Client>,
        to group: Ref<GroupSlot>, by route: Ref<ForwardSlot>?, _ rewrite: RequestRewrite
    ) -> Int {
        do throws(Failure) {
            let result = try rewrite.apply(to: view(head, bytes, client))
            return forward(head, bytes, client, to: group, by: route, as: result)
        } catch {
            return answer(head, bytes, client, error)
        }
    }

    private func forward(
        _ head: RequestHead, _ bytes: UnsafeRawBufferPointer, _ client: Ref<Client>,
        to group: Ref<GroupSlot>, by route: Ref<ForwardSlot>?,
        as rewritten: RequestRewrite.Result? = nil
    ) -> Int {
        let pinned = group.pointee.stickiness.isOn ? pinned(head, bytes, in: group) : nil
        guard let target = claim(in: group, by: route, pinned: pinned) else {
            return answer(head, bytes, client, .noTargets)
        }
        route?.pointee.users &+= 1
        let isReplayable =
            group.pointee.rescue.isOn
            && head.isReplayable(fields: fieldsOf(head.fieldCount), bytes: bytes)
        let exchange = exchanges.make(
            Exchange(
                client: client, target: target, route: route,
                attempt: Attempt(isReplayable: isReplayable), method: head.method,
                minorVersion: head.minorVersion,
                sendsChunked: head.isChunked, hasBody: head.framing != .none,
                upgrade: head.upgrade,
                requestBody: BodyReader(head.framing), startedAt: loop.microseconds))
        client.pointee.exchange = exchange
        if let pinned { exchange.pointee.pin = pinned.pointee.cookieName }
        exchange.pointee.isIsolated = head.desync.isAmbiguous && client.pointee.closesAfterResponse
        if let rewritten {
            rewritten.bytes.withUnsafeBytes {
                write(rewritten.head, $0, exchange, length: $0.count)
            }
        } else {
            write(head, bytes, exchange, length: head.length)
        }
        var used = head.length
        if !exchange.pointee.requestBody.isComplete, used < bytes.count {
            let body = UnsafeRawBufferPointer(rebasing: bytes[used...])
            guard let taken = collectRequestBody(exchange, body) else {
                fail(exchange, .malformedBody)
                return bytes.count
            }
            used += taken
            note(received: taken, client)
        }
        // Nearly no request is copied, and none waits for its copy.
        let shadow = exchange.pointee.route == nil ? nil : mirror(exchange, head)
        dispatch(exchange)
        if let shadow { dispatch(shadow) }
        return used
    }

    /// Writes the head as the target gets it; it is made of `length` bytes.
    private func write(
        _ head: RequestHead, _ bytes: UnsafeRawBufferPointer, _ exchange: Ref<Exchange>,
        length: Int
    ) {
        let client = exchange.pointee.client
        let capacity = length + RequestHead.growthBytesMax
        let place = exchange.pointee.outgoing.reserve(capacity, blocks)
        var writer = ByteWriter(place, capacity: capacity)
        let listener = client.pointee.listener
        let trace = trace()
        note(trace: trace, client)
        client.pointee.address.withBytes { address in
            head.write(
                to: &writer, fields: fieldsOf(head.fieldCount), bytes: bytes,
                RequestSurroundings(
                    client: address, forwarded: listener.pointee.forwarded.bytes,
                    hostEnd: listener.pointee.hostEnd.bytes, policy: listener.pointee.policy,
                    clientPort: client.pointee.port, trace: trace))
        }
        exchange.pointee.outgoing.commit(writer.count)
    }

    private func trace() -> TraceID {
        TraceID(
            seconds: hot.pointee.date.epochSeconds, random: hot.pointee.generator.next(),
            hot.pointee.generator.next())
    }

    /// Gives the request to its target, as soon as that may have it.
    func dispatch(_ exchange: Ref<Exchange>) {
        let isLimited = exchange.pointee.target.pointee.group.pointee.concurrency.maximum > 0
        if isLimited { admit(exchange) } else { connect(exchange) }
    }

    /// Gives the request to its target: on an idle connection the first time, then on a new one.
    func connect(_ exchange: Ref<Exchange>) {
        let target = exchange.pointee.target
        noteDispatch(exchange)
        // What cannot be sent twice is not sent to a connection that may have been closed.
        let isChecked = !exchange.pointee.attempt.isReplayable
        let isPrivate = target.pointee.group.pointee.proxyProtocol != nil
        if exchange.pointee.attempt.tries == 1, !isPrivate,
            let upstream = takeIdle(target, checked: isChecked)
        {
            attach(upstream, to: exchange)
            touch(exchange)
        } else {
            guard let upstream = open(target) else { return fail(exchange, .connectRefused) }
            attach(upstream, to: exchange)
            upstream.pointee.owesHeader = isPrivate
            if isPrivate { exchange.pointee.isIsolated = true }
            exchangeDeadlines.set(exchange, connectQueue, now: now)
        }
        sendRequest(exchange)
    }

    private func attach(_ upstream: Ref<Upstream>, to exchange: Ref<Exchange>) {
        upstream.pointee.exchange = exchange
        exchange.pointee.upstream = upstream
        exchange.pointee.target.pointee.busy.append(upstream)
    }

    /// Something moved: the time without progress begins anew.
    func touch(_ exchange: Ref<Exchange>) {
        let queue = exchange.pointee.client.pointee.listener.pointee.exchangeQueue
        exchangeDeadlines.set(exchange, queue, now: now)
    }

    func exchangeIsOverdue(_ exchange: Ref<Exchange>) {
        if exchange.pointee.tunnel != nil {
            endTunnel(exchange)
        } else if exchange.pointee.isWaiting {
            fail(exchange, .queueTimedOut)
        } else if exchange.pointee.upstream?.pointee.isEstablished == false {
            fail(exchange, .connectTimedOut)
        } else if !exchange.pointee.requestBody.isComplete, exchange.pointee.unsent == 0 {
            fail(exchange, .clientTooSlow)
        } else {
            fail(exchange, .responseTimedOut)
        }
    }

    /// Both sides are done with it.
    func finish(_ exchange: Ref<Exchange>) {
        exchangeDeadlines.clear(exchange)
        exchange.pointee.outgoing.clear(blocks)
        exchange.pointee.isFinished = true
        if let route = exchange.pointee.route { leave(route) }
        if let shadow = exchange.pointee.shadow { leave(shadow) }
        hot.pointee.hasRetired = true
        exchanges.retire(exchange)
    }
}
