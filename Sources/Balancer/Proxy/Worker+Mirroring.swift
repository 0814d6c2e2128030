internal import Loop
internal import Model
internal import Routing

/// Copies of requests, whose answers are compared and thrown away. The client's own request goes
/// first, and nothing that happens here reaches it.
extension Worker {
    /// Copies under way at once; a request beyond is not copied.
    static let shadowsMax = 128
    /// What a copy has for all of its way.
    static let shadowMilliseconds = 10_000

    /// The copy of a request that is about to be dispatched, if there is to be one. It is sent
    /// after the request itself.
    func mirror(_ exchange: Ref<Exchange>, _ head: RequestHead) -> Ref<Shadow>? {
        guard let mirror = exchange.pointee.route?.pointee.mirror, head.isMirrorable,
            hot.pointee.generator.next() <= mirror.threshold
        else { return nil }
        guard shadows.count < Worker.shadowsMax, let target = shadowTarget(in: mirror.group) else {
            skippedShadows &+= 1
            return nil
        }
        let shadow = shadowSlab.make(Shadow(of: exchange, to: claim(target)))
        let request = exchange.pointee.outgoing.bytes
        if let start = request.baseAddress {
            shadow.pointee.outgoing.append(start, count: request.count, blocks)
        }
        exchange.pointee.shadow = shadow
        shadows.append(shadow)
        shadowDeadlines.set(shadow, shadowQueue, now: now)
        return shadow
    }

    /// None where a limit or a header is for clients' own requests, or where nobody is well.
    private func shadowTarget(in group: Ref<GroupSlot>) -> Ref<TargetSlot>? {
        guard group.pointee.rotation.isServing, group.pointee.concurrency.maximum == 0,
            group.pointee.proxyProtocol == nil
        else { return nil }
        return choose(in: group)
    }

    /// Sends it on its way.
    func dispatch(_ shadow: Ref<Shadow>) {
        let target = shadow.pointee.target
        guard let upstream = takeIdle(target, checked: true) ?? open(target) else {
            return end(shadow, failed: true)
        }
        upstream.pointee.shadow = shadow
        shadow.pointee.upstream = upstream
        target.pointee.busy.append(upstream)
        send(shadow, upstream)
    }

    private func send(_ shadow: Ref<Shadow>, _ upstream: Ref<Upstream>) {
        let rest = shadow.pointee.outgoing.bytes
        guard let base = rest.baseAddress, !rest.isEmpty else { return }
        switch Syscall.send(upstream.pointee.descriptor, base, count: rest.count) {
        case .moved(let moved):
            upstream.pointee.isEstablished = true
            shadow.pointee.outgoing.consume(moved, blocks)
            let isAll = shadow.pointee.outgoing.isEmpty
            loop.set(upstream.watcher, to: isAll ? .read : [.read, .write])
        case .blocked:
            loop.set(upstream.watcher, to: [.read, .write])
        case .failed:
            end(shadow, failed: true)
        }
    }

    /// Something came for it, or it may send.
    func shadowIsReady(_ shadow: Ref<Shadow>, _ upstream: Ref<Upstream>, _ ready: Readiness) {
        if ready.contains(.write) { send(shadow, upstream) }
        guard ready.contains(.read), !shadow.pointee.isOver else { return }
        switch Syscall.receive(
            upstream.pointee.descriptor, into: received, count: Worker.receiveBytesMax)
        {
        case .moved(0): end(shadow, failed: !shadow.pointee.body.endsWithConnection)
        case .moved(let count):
            take(UnsafeRawBufferPointer(start: received, count: count), shadow, upstream)
        case .blocked: break
        case .failed: end(shadow, failed: true)
        }
    }

    private func take(
        _ bytes: UnsafeRawBufferPointer, _ shadow: Ref<Shadow>, _ upstream: Ref<Upstream>
    ) {
        guard shadow.pointee.answer.status == 0 else { return takeBody(bytes, shadow) }
        upstream.pointee.input.append(bytes, blocks)
        do throws(HeadStop) {
            try takeHead(shadow, upstream)
        } catch {
            if error != .incomplete { end(shadow, failed: true) }
        }
    }

    /// Reads heads up to the final one, and what came of its body.
    private func takeHead(
        _ shadow: Ref<Shadow>, _ upstream: Ref<Upstream>
    ) throws(HeadStop) {
        while true {
            let bytes = upstream.pointee.input.bytes
            let head = try ResponseHead.parse(bytes, into: fields, limits: headLimits)
            guard head.isInterim else {
                shadow.pointee.answer.status = head.status
                shadow.pointee.persists = head.isPersistent
                let plan = ResponsePlan(head, to: shadow.pointee.method, minorVersion: 1)
                shadow.pointee.body = BodyReader(plan.incoming)
                return takeBody(
                    UnsafeRawBufferPointer(rebasing: bytes[head.length...]), shadow)
            }
            // Nobody asked to change to anything.
            guard head.status != 101 else { return end(shadow, failed: true) }
            upstream.pointee.input.consume(head.length, blocks)
        }
    }

    private func takeBody(_ bytes: UnsafeRawBufferPointer, _ shadow: Ref<Shadow>) {
        var offset = 0
        while true {
            switch shadow.pointee.body.next(bytes, at: &offset) {
            case .payload: continue
            case .starved:
                shadow.pointee.answer.bytes &+= bytes.count
                return
            case .end:
                shadow.pointee.answer.bytes &+= offset
                if offset < bytes.count { shadow.pointee.persists = false }
                return end(shadow, failed: false)
            case .malformed:
                return end(shadow, failed: true)
            }
        }
    }
}

/// The end of a copy: when both are over, the two answers are compared.
extension Worker {
    /// Its time is up, or its target's. A client that is still being answered is not waited for.
    func cut(_ shadow: Ref<Shadow>) {
        guard shadow.pointee.isOver else { return end(shadow, failed: true) }
        unlink(shadow)
        compare(shadow)
    }

    private func end(_ shadow: Ref<Shadow>, failed: Bool) {
        guard !shadow.pointee.isOver else { return }
        shadow.pointee.isOver = true
        shadow.pointee.answer.isWhole = !failed
        shadow.pointee.outgoing.clear(blocks)
        if let upstream = shadow.pointee.upstream {
            shadow.pointee.upstream = nil
            upstream.pointee.shadow = nil
            let isReusable = !failed && shadow.pointee.persists
            upstream.pointee.target.pointee.busy.remove(upstream)
            letGo(upstream, isReusable: isReusable && shadow.pointee.body.isComplete)
        }
        // There is nothing to compare then.
        if failed { unlink(shadow) }
        if shadow.pointee.exchange == nil { compare(shadow) }
    }

    private func unlink(_ shadow: Ref<Shadow>) {
        shadow.pointee.exchange?.pointee.shadow = nil
        shadow.pointee.exchange = nil
    }

    /// The client's own request is over; its target's answer is known as far as it came.
    func leave(_ shadow: Ref<Shadow>) {
        shadow.pointee.exchange = nil
        if shadow.pointee.isOver { compare(shadow) }
    }

    private func compare(_ shadow: Ref<Shadow>) {
        let target = shadow.pointee.target
        shadowDeadlines.clear(shadow)
        target.pointee.outcomes.pointee.count(shadow.pointee.verdict)
        shadows.remove(shadow)
        hot.pointee.hasRetired = true
        shadowSlab.retire(shadow)
        release(target)
    }

    /// All that are under way end, for the worker does.
    func endShadows() {
        for shadow in shadows.elements { cut(shadow) }
    }
}

extension Shadow {
    fileprivate var verdict: WritableKeyPath<MirrorOutcomes, Int> {
        if !answer.isWhole { return \.failures }
        if !real.isWhole { return \.uncompared }
        if answer.status / 100 != real.status / 100 { return \.otherStatus }
        return answer.isAboutAsLong(as: real) ? \.same : \.otherLength
    }
}

extension RequestHead {
    /// Whether a copy of it changes nothing (RFC 9110, 9.2.1) and is all here.
    fileprivate var isMirrorable: Bool {
        switch method {
        case .get, .head, .options: framing == .none && upgrade == .none
        default: false
        }
    }
}
