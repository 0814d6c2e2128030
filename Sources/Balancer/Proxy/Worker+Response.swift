internal import Loop
internal import Routing

/// The response's bytes on their way to the client.
extension Worker {
    func upstreamIsReady(_ upstream: Ref<Upstream>, _ ready: Readiness) {
        recycle()
        guard let exchange = upstream.pointee.exchange else {
            if let shadow = upstream.pointee.shadow {
                return shadowIsReady(shadow, upstream, ready)
            }
            // Nobody asked: the target closed the connection, or is out of its mind.
            return close(upstream)
        }
        if ready.contains(.write) { sendRequest(exchange) }
        guard ready.contains(.read), upstream.pointee.exchange == exchange,
            !exchange.pointee.isFinished
        else { return }
        switch Syscall.receive(
            upstream.pointee.descriptor, into: received, count: Worker.receiveBytesMax)
        {
        case .moved(0): upstreamEnded(upstream, exchange)
        case .moved(let count):
            let bytes = UnsafeRawBufferPointer(start: received, count: count)
            if exchange.pointee.tunnel != nil {
                relayTunnel(bytes, exchange)
            } else if exchange.pointee.plan == nil {
                takeResponseHead(bytes, upstream, exchange)
            } else {
                relayResponseBody(bytes, upstream, exchange)
            }
            if upstream.pointee.exchange == exchange { touch(exchange) }
        case .blocked: break
        case .failed: fail(exchange, upstreamFailure(upstream))
        }
    }

    private func upstreamEnded(_ upstream: Ref<Upstream>, _ exchange: Ref<Exchange>) {
        if exchange.pointee.tunnel != nil { return tunnelTargetEnded(exchange) }
        guard exchange.pointee.responseBody.endsWithConnection else {
            return fail(exchange, upstreamFailure(upstream))
        }
        var writer = ByteWriter(composed, capacity: Worker.composeBytesMax)
        if exchange.pointee.plan?.isChunked == true { writer.append("0\r\n\r\n") }
        guard send(writer, exchange) else { return }
        complete(exchange, upstream, leftover: true)
    }

    private func upstreamFailure(_ upstream: Ref<Upstream>) -> Failure {
        if !upstream.pointee.isEstablished { return .connectRefused }
        return upstream.pointee.input.isEmpty ? .upstreamClosed : .malformedResponse
    }

    private func takeResponseHead(
        _ bytes: UnsafeRawBufferPointer, _ upstream: Ref<Upstream>, _ exchange: Ref<Exchange>
    ) {
        upstream.pointee.isEstablished = true
        guard !upstream.pointee.input.isEmpty else {
            let used = parseResponse(bytes, upstream, exchange)
            guard used < bytes.count, upstream.pointee.exchange == exchange else { return }
            upstream.pointee.input.append(
                UnsafeRawBufferPointer(rebasing: bytes[used...]), blocks)
            return
        }
        upstream.pointee.input.append(bytes, blocks)
        let used = parseResponse(upstream.pointee.input.bytes, upstream, exchange)
        guard upstream.pointee.exchange == exchange else { return }
        upstream.pointee.input.consume(used, blocks)
    }

    /// Relays the heads in `bytes`, interim ones and the final one with its body so far; returns
    /// how much was used.
    private func parseResponse(
        _ bytes: UnsafeRawBufferPointer, _ upstream: Ref<Upstream>, _ exchange: Ref<Exchange>
    ) -> Int {
        var used = 0
        while used < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[used...])
            do throws(HeadStop) {
                let head = try ResponseHead.parse(rest, into: fields, limits: headLimits)
                used += head.length
                guard head.isInterim else {
                    let body = UnsafeRawBufferPointer(rebasing: bytes[used...])
                    beginResponse(head, rest, body, upstream, exchange)
                    return bytes.count
                }
                if head.status == 101, head.upgrade != .none,
                    head.upgrade == exchange.pointee.upgrade
                {
                    let said = UnsafeRawBufferPointer(rebasing: bytes[used...])
                    beginTunnel(head, rest, said, exchange)
                    return bytes.count
                }
                guard relayInterim(head, rest, exchange) else { return bytes.count }
            } catch {
                if error == .incomplete { return used }
                fail(exchange, .malformedResponse)
                return bytes.count
            }
        }
        return used
    }

    /// A 101 that nobody asked for is no answer; HTTP/1.0 knows no interim ones.
    private func relayInterim(
        _ head: ResponseHead, _ bytes: UnsafeRawBufferPointer, _ exchange: Ref<Exchange>
    ) -> Bool {
        guard head.status != 101 else {
            fail(exchange, .malformedResponse)
            return false
        }
        guard exchange.pointee.minorVersion == 1 else { return true }
        exchange.pointee.attempt.hasSpoken = true
        var writer = ByteWriter(composed, capacity: Worker.composeBytesMax)
        head.writeInterim(to: &writer, fields: fieldsOf(head.fieldCount), bytes: bytes)
        return send(writer, exchange)
    }

    private func beginResponse(
        _ head: ResponseHead, _ bytes: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer,
        _ upstream: Ref<Upstream>, _ exchange: Ref<Exchange>
    ) {
        let plan = ResponsePlan(
            head, to: exchange.pointee.method, minorVersion: exchange.pointee.minorVersion)
        let latency = loop.microseconds &- exchange.pointee.startedAt
        exchange.pointee.target.pointee.outcomes.pointee.count(
            status: head.status, microseconds: latency)
        note(head.status, of: exchange.pointee.target)
        if head.status >= 500, rescue(exchange, from: head.status) { return }
        note(targetStatus: head.status, exchange)
        exchange.pointee.plan = plan
        exchange.pointee.responseBody = BodyReader(plan.incoming)
        exchange.pointee.upstreamPersists = head.isPersistent && !exchange.pointee.isIsolated
        exchange.pointee.attempt.hasAnswered = true
        exchange.pointee.shadow?.pointee.real.status = head.status
        let client = exchange.pointee.client
        // What is left of a body that nobody wants would be taken for the next request.
        if plan.closes || !exchange.pointee.requestBody.isComplete {
            client.pointee.closesAfterResponse = true
        }
        let connection: ConnectionField =
            client.pointee.closesAfterResponse
            ? .close : exchange.pointee.minorVersion == 0 ? .keepAlive : .unsaid
        var writer = ByteWriter(composed, capacity: Worker.composeBytesMax)
        let isSticky =
            exchange.pointee.target.pointee.group.pointee.stickiness.isOn
            || exchange.pointee.groupCookie != nil
        head.write(
            to: &writer, fields: fieldsOf(head.fieldCount), bytes: bytes, plan: plan,
            connection: connection, date: hot.pointee.date.line.bytes,
            additions: additions(client.pointee.listener),
            cookies: isSticky
                ? stickyFields(head, bytes, exchange) : UnsafeRawBufferPointer(start: nil, count: 0)
        )
        relay(body, after: writer, upstream, exchange)
    }

    func additions(_ listener: Ref<ListenerSlot>) -> ResponseAdditions? {
        listener.pointee.changesResponses ? listener.pointee.compiled.responses : nil
    }

    private func relayResponseBody(
        _ bytes: UnsafeRawBufferPointer, _ upstream: Ref<Upstream>, _ exchange: Ref<Exchange>
    ) {
        relay(
            bytes, after: ByteWriter(composed, capacity: Worker.composeBytesMax), upstream, exchange
        )
    }

    /// Sends the payload in `bytes` after what `head` holds already.
    private func relay(
        _ bytes: UnsafeRawBufferPointer, after head: ByteWriter, _ upstream: Ref<Upstream>,
        _ exchange: Ref<Exchange>
    ) {
        exchange.pointee.shadow?.pointee.real.bytes &+= bytes.count
        guard exchange.pointee.plan?.isChunked != true, exchange.pointee.responseBody.isPlain
        else { return reframe(bytes, after: head, upstream, exchange) }
        let count = exchange.pointee.responseBody.takePlain(bytes.count)
        let piece = join(head, UnsafeRawBufferPointer(start: bytes.baseAddress, count: count))
        guard send(piece, exchange) else { return }
        guard !exchange.pointee.responseBody.isComplete else {
            return complete(exchange, upstream, leftover: count < bytes.count)
        }
        waitForClient(exchange, upstream)
    }

    /// Head and payload in one piece. The head goes straight before a payload that lies where it
    /// was received, which is cheaper than to copy the payload.
    private func join(
        _ head: ByteWriter, _ payload: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer {
        guard head.count > 0, payload.count > 0, let start = payload.baseAddress else {
            return head.count > 0 ? head.written : payload
        }
        let offset = start - UnsafeRawPointer(received)
        guard (0..<Worker.receiveBytesMax).contains(offset),
            head.count <= offset &+ Worker.headroomBytes
        else {
            var whole = head
            whole.append(payload)
            return whole.written
        }
        let place = received + (offset &- head.count)
        place.copyMemory(from: composed, byteCount: head.count)
        return UnsafeRawBufferPointer(start: place, count: head.count &+ payload.count)
    }

    /// Sends the payload in `bytes` in chunks of our own, or without those that it came in.
    private func reframe(
        _ bytes: UnsafeRawBufferPointer, after head: ByteWriter, _ upstream: Ref<Upstream>,
        _ exchange: Ref<Exchange>
    ) {
        var writer = head
        var offset = 0
        let isChunked = exchange.pointee.plan?.isChunked == true
        while true {
            switch exchange.pointee.responseBody.next(bytes, at: &offset) {
            case .payload(let start, let count):
                let payload = UnsafeRawBufferPointer(rebasing: bytes[start..<(start + count)])
                if isChunked { writer.append(chunk: payload) } else { writer.append(payload) }
            case .starved:
                guard send(writer, exchange) else { return }
                return waitForClient(exchange, upstream)
            case .end:
                if isChunked { writer.append("0\r\n\r\n") }
                guard send(writer, exchange) else { return }
                return complete(exchange, upstream, leftover: offset < bytes.count)
            case .malformed:
                guard send(writer, exchange) else { return }
                return fail(exchange, .malformedResponse)
            }
        }
    }

    /// When the client is slower than the target, the target waits.
    private func waitForClient(_ exchange: Ref<Exchange>, _ upstream: Ref<Upstream>) {
        guard !exchange.pointee.client.pointee.output.isEmpty else { return }
        loop.set(upstream.watcher, to: loop.interest(upstream.watcher).subtracting(.read))
    }

    /// False when the client is gone, and the exchange with it.
    private func send(_ bytes: UnsafeRawBufferPointer, _ exchange: Ref<Exchange>) -> Bool {
        guard bytes.isEmpty || deliver(bytes, to: exchange.pointee.client) else {
            fail(exchange, .clientGone)
            return false
        }
        return true
    }

    func send(_ writer: ByteWriter, _ exchange: Ref<Exchange>) -> Bool {
        send(writer.written, exchange)
    }

    /// The response is all handed over; `leftover` says whether more came after it.
    private func complete(_ exchange: Ref<Exchange>, _ upstream: Ref<Upstream>, leftover: Bool) {
        let isReusable =
            exchange.pointee.upstreamPersists && !leftover && exchange.pointee.hasSentAll
            && !exchange.pointee.isBroken
        detach(upstream, from: exchange, isReusable: isReusable)
        exchange.pointee.shadow?.pointee.real.isWhole = true
        noteTarget(exchange)
        leaveTarget(exchange)
        let client = exchange.pointee.client
        finish(exchange)
        finishResponse(client)
    }
}
