internal import Loop
internal import Model
internal import Routing

/// Connections that changed to another protocol: bytes both ways, until both sides have ended.
extension Worker {
    /// Passes 101 on; `rest` is what the target said in the new protocol already.
    func beginTunnel(
        _ head: ResponseHead, _ bytes: UnsafeRawBufferPointer, _ rest: UnsafeRawBufferPointer,
        _ exchange: Ref<Exchange>
    ) {
        let latency = loop.microseconds &- exchange.pointee.startedAt
        exchange.pointee.target.pointee.outcomes.pointee.count(
            status: head.status, microseconds: latency)
        note(targetStatus: head.status, exchange)
        exchange.pointee.client.pointee.note?.pointee.record.isWebSocket =
            exchange.pointee.upgrade == .webSocket
        exchange.pointee.plan = .tunnel
        exchange.pointee.responseBody = BodyReader(.untilClose)
        exchange.pointee.requestBody = BodyReader(.untilClose)
        exchange.pointee.attempt.hasAnswered = true
        exchange.pointee.attempt.isReplayable = false
        exchange.pointee.outgoing.clear(blocks)
        exchange.pointee.sent = 0
        exchange.pointee.tunnel = Tunnel(
            isWebSocket: exchange.pointee.upgrade == .webSocket,
            share: UInt8(truncatingIfNeeded: hot.pointee.generator.next() >> 32))
        let client = exchange.pointee.client
        client.pointee.closesAfterResponse = true
        var writer = ByteWriter(composed, capacity: Worker.composeBytesMax)
        head.writeSwitching(to: &writer, fields: fieldsOf(head.fieldCount), bytes: bytes)
        guard send(writer, exchange) else { return }
        if !rest.isEmpty { relayTunnel(rest, exchange) }
        guard !exchange.pointee.isFinished else { return }
        if !client.pointee.input.isEmpty {
            // The client did not wait for the 101.
            let used = relayRequestBody(exchange, client.pointee.input.bytes)
            guard !exchange.pointee.isFinished else { return }
            client.pointee.input.consume(used, blocks)
        }
        if client.pointee.hasEnded, exchange.pointee.unsent == 0 { passClientEnd(exchange) }
    }

    /// Takes what the target sent, up to the end of a frame when that is to be the last one.
    func relayTunnel(_ bytes: UnsafeRawBufferPointer, _ exchange: Ref<Exchange>) {
        guard var tunnel = exchange.pointee.tunnel, tunnel.goodbye != .said else { return }
        var writer = ByteWriter(composed, capacity: Worker.composeBytesMax)
        if tunnel.goodbye == .due, let count = tunnel.frames.advanceToBoundary(bytes) {
            writer.append(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            writer.append(WebSocketFrames.goingAway)
            tunnel.goodbye = .said
        } else {
            writer.append(bytes)
            if tunnel.isWebSocket, tunnel.goodbye == .unsaid { tunnel.frames.advance(bytes) }
        }
        exchange.pointee.tunnel = tunnel
        guard writer.count > 0, send(writer, exchange) else { return }
        // The client is slower than the target: the target waits.
        guard !exchange.pointee.client.pointee.output.isEmpty else { return }
        setTargetReading(exchange, false)
    }

    /// Lets the target send on, now that the client has taken everything.
    func tunnelIsFlushed(_ exchange: Ref<Exchange>) {
        guard exchange.pointee.tunnel?.targetHasEnded == true else {
            return setTargetReading(exchange, true)
        }
        passTargetEnd(exchange)
    }

    func tunnelTargetEnded(_ exchange: Ref<Exchange>) {
        exchange.pointee.tunnel?.targetHasEnded = true
        setTargetReading(exchange, false)
        touch(exchange)
        if exchange.pointee.client.pointee.output.isEmpty { passTargetEnd(exchange) }
    }

    /// The end of one half is passed on; that of the second one ends the tunnel.
    private func passTargetEnd(_ exchange: Ref<Exchange>) {
        let client = exchange.pointee.client
        guard !client.pointee.hasEnded, exchange.pointee.tunnel?.goodbye != .said else {
            return endTunnel(exchange)
        }
        Syscall.shutdownWriting(client.pointee.descriptor)
    }

    func tunnelClientEnded(_ exchange: Ref<Exchange>) {
        settleReading(exchange.pointee.client)
        touch(exchange)
        if exchange.pointee.unsent == 0 { passClientEnd(exchange) }
    }

    /// All that the client sent is with the target.
    func passClientEnd(_ exchange: Ref<Exchange>) {
        let client = exchange.pointee.client
        if exchange.pointee.tunnel?.targetHasEnded == true {
            if client.pointee.output.isEmpty { endTunnel(exchange) }
            return
        }
        guard let upstream = exchange.pointee.upstream else { return }
        Syscall.shutdownWriting(upstream.pointee.descriptor)
    }

    /// Ends both connections in order.
    func endTunnel(_ exchange: Ref<Exchange>) {
        guard let upstream = exchange.pointee.upstream else { return }
        detach(upstream, from: exchange, isReusable: false)
        leaveTarget(exchange)
        let client = exchange.pointee.client
        finish(exchange)
        finishResponse(client)
    }

    private func setTargetReading(_ exchange: Ref<Exchange>, _ reads: Bool) {
        guard let upstream = exchange.pointee.upstream else { return }
        let interest = loop.interest(upstream.watcher)
        loop.set(
            upstream.watcher, to: reads ? interest.union(.read) : interest.subtracting(.read))
    }
}

/// Tunnels have no last response after which they could be closed: they are told to go.
extension Worker {
    /// Tells those whose turn it is; all of them when the worker ends, else those on targets that
    /// left.
    func endTunnels() {
        if let ending = hot.pointee.ending {
            for target in targets.values { endTunnels(on: target, ending) }
        }
        for target in leaving {
            guard let draining = target.pointee.draining else { continue }
            endTunnels(on: target, draining)
        }
    }

    private func endTunnels(on target: Ref<TargetSlot>, _ draining: Draining) {
        for upstream in target.pointee.busy.elements {
            guard let exchange = upstream.pointee.exchange, let tunnel = exchange.pointee.tunnel,
                tunnel.isWebSocket, tunnel.goodbye == .unsaid,
                draining.isTurn(ofShare: tunnel.share, at: now)
            else { continue }
            exchange.pointee.tunnel?.goodbye = .due
            // Between two frames it is said at once.
            relayTunnel(UnsafeRawBufferPointer(start: nil, count: 0), exchange)
        }
    }
}
