internal import Loop
internal import Routing

/// The client's connection: bytes in, requests cut out of them, the end.
extension Worker {
    func clientIsReady(_ client: Ref<Client>, _ ready: Readiness) {
        recycle()
        if ready.contains(.write) { flush(client) }
        guard ready.contains(.read), client.pointee.phase != .closed else { return }
        switch Syscall.receive(
            client.pointee.descriptor, into: received, count: Worker.receiveBytesMax)
        {
        case .moved(0): clientEnded(client)
        case .moved(let count):
            client.pointee.receivedBytes &+= count
            client.pointee.listener.pointee.outcomes.receivedBytes &+= count
            take(UnsafeRawBufferPointer(start: received, count: count), client)
        case .blocked: break
        case .failed: clientVanished(client)
        }
    }

    private func take(_ bytes: UnsafeRawBufferPointer, _ client: Ref<Client>) {
        switch client.pointee.phase {
        case .preface:
            takeProxyHeader(bytes, client)
        case .idle, .head:
            if client.pointee.input.isEmpty {
                serve(bytes, client)
            } else {
                client.pointee.input.append(bytes, blocks)
                // Only a line's end can complete a head.
                let isWorthIt = bytes.contains(UInt8(ascii: "\n"))
                if isWorthIt || client.pointee.input.count > headLimits.headBytesMax {
                    serveHeld(client)
                }
            }
        case .exchange, .flushing:
            guard let exchange = client.pointee.exchange,
                !exchange.pointee.requestBody.isComplete
            else { return hold(bytes, client) }
            let used = relayRequestBody(exchange, bytes)
            let rest = UnsafeRawBufferPointer(rebasing: bytes[used...])
            if client.pointee.phase != .closed, !rest.isEmpty { hold(rest, client) }
        case .lingering, .closed:
            break
        }
    }

    /// Keeps what came before its turn, up to a head's length; then the socket must keep it.
    private func hold(_ bytes: UnsafeRawBufferPointer, _ client: Ref<Client>) {
        client.pointee.input.append(bytes, blocks)
        settleReading(client)
    }

    /// Serves the requests in `bytes`, which are only lent: what is left of them is kept.
    func serve(_ bytes: UnsafeRawBufferPointer, _ client: Ref<Client>) {
        let used = serveOne(bytes, client)
        guard used < bytes.count, !client.pointee.isEnding else { return }
        client.pointee.input.append(UnsafeRawBufferPointer(rebasing: bytes[used...]), blocks)
        if used > 0 { serveHeld(client) }
    }

    /// Serves what was held back, one request after the other.
    func serveHeld(_ client: Ref<Client>) {
        guard !client.pointee.isServing else { return }
        while !client.pointee.input.isEmpty,
            client.pointee.phase == .idle || client.pointee.phase == .head
        {
            let used = serveOne(client.pointee.input.bytes, client)
            guard used > 0, !client.pointee.isEnding else { break }
            client.pointee.input.consume(used, blocks)
        }
        settleReading(client)
    }

    /// Begins the request at the start of `bytes`; returns how many of them belong to it.
    private func serveOne(_ bytes: UnsafeRawBufferPointer, _ client: Ref<Client>) -> Int {
        client.pointee.isServing = true
        defer { client.pointee.isServing = false }
        do throws(HeadStop) {
            let head = try RequestHead.parse(bytes, into: fields, limits: headLimits)
            return begin(head, bytes, client)
        } catch {
            guard case .invalid(let failure) = error else {
                waitForHead(client)
                return 0
            }
            refuse(client, failure, closes: true)
            return bytes.count
        }
    }

    /// A head has as long as an idle connection, however slowly its bytes come.
    private func waitForHead(_ client: Ref<Client>) {
        guard client.pointee.phase == .idle else { return }
        client.pointee.phase = .head
        clientDeadlines.set(client, client.pointee.listener.pointee.clientQueue, now: now)
    }

    /// The response is all handed over: what the client gets next, or the end.
    func finishResponse(_ client: Ref<Client>) {
        client.pointee.exchange = nil
        logRequest(client)
        guard client.pointee.output.isEmpty else {
            client.pointee.phase = .flushing
            clientDeadlines.set(client, client.pointee.listener.pointee.clientQueue, now: now)
            return
        }
        if client.pointee.closesAfterResponse || client.pointee.hasEnded {
            return linger(client)
        }
        client.pointee.phase = .idle
        clientDeadlines.set(client, client.pointee.listener.pointee.clientQueue, now: now)
        if !client.pointee.input.isEmpty { serveHeld(client) }
    }

    private func clientEnded(_ client: Ref<Client>) {
        client.pointee.hasEnded = true
        switch client.pointee.phase {
        case .preface, .idle, .head, .lingering:
            close(client)
        case .exchange, .flushing:
            // Who waits and ends its half gives up its place to others.
            if let exchange = client.pointee.exchange, exchange.pointee.isWaiting {
                return fail(exchange, .clientGone)
            }
            // It may have closed only its own half; the response is still wanted then.
            if let exchange = client.pointee.exchange,
                !exchange.pointee.requestBody.isComplete
            {
                if exchange.pointee.tunnel != nil { return tunnelClientEnded(exchange) }
                return fail(exchange, .malformedBody)
            }
            settleReading(client)
        case .closed:
            break
        }
    }

    private func clientVanished(_ client: Ref<Client>) {
        if let exchange = client.pointee.exchange { return fail(exchange, .clientGone) }
        close(client)
    }

    func clientIsOverdue(_ client: Ref<Client>) {
        switch client.pointee.phase {
        case .preface: reject(client, .proxyProtocol)
        case .idle: linger(client)
        case .head: refuse(client, .clientTooSlow, closes: true)
        case .flushing, .lingering: close(client)
        case .exchange, .closed: break
        }
    }

    /// Says that no more will come, and reads on until the client has seen it: closing with unread
    /// bytes would reset the connection, and the client might lose the response.
    func linger(_ client: Ref<Client>) {
        guard !client.pointee.hasEnded else { return close(client) }
        client.pointee.phase = .lingering
        client.pointee.input.clear(blocks)
        Syscall.shutdownWriting(client.pointee.descriptor)
        loop.set(client.watcher, to: .read)
        clientDeadlines.set(client, lingerQueue, now: now)
    }

    func close(_ client: Ref<Client>) {
        guard client.pointee.phase != .closed else { return }
        client.pointee.phase = .closed
        logRequest(client)
        loop.stop(client.watcher)
        Syscall.close(client.pointee.descriptor)
        clientDeadlines.clear(client)
        client.pointee.input.clear(blocks)
        client.pointee.output.clear(blocks)
        hot.pointee.allClients.remove(client)
        leaveCensus(client)
        let listener = client.pointee.listener
        listener.pointee.clientCount &-= 1
        hot.pointee.hasRetired = true
        clients.retire(client)
        if listener.pointee.isLeaving, listener.pointee.clientCount == 0 { forget(listener) }
        if hot.pointee.ending != nil, hot.pointee.allClients.count == 0 { tell(.ended) }
    }
}

/// Its output, and who may send how fast.
extension Worker {
    /// Sends to the client, or keeps what it does not take; then the target must wait.
    func deliver(_ bytes: UnsafeRawBufferPointer, to client: Ref<Client>) -> Bool {
        var rest = bytes
        note(sent: bytes.count, client)
        client.pointee.sentBytes &+= bytes.count
        client.pointee.listener.pointee.outcomes.sentBytes &+= bytes.count
        if client.pointee.output.isEmpty {
            guard let base = bytes.baseAddress else { return true }
            switch Syscall.send(client.pointee.descriptor, base, count: bytes.count) {
            case .moved(let count) where count == bytes.count: return true
            case .moved(let count): rest = UnsafeRawBufferPointer(rebasing: bytes[count...])
            case .blocked: break
            case .failed: return false
            }
        }
        client.pointee.output.append(rest, blocks)
        loop.set(client.watcher, to: interest(client).union(.write))
        return true
    }

    /// Sends what waits; the target may go on when it is all gone.
    private func flush(_ client: Ref<Client>) {
        guard let base = client.pointee.output.bytes.baseAddress else { return }
        let count = client.pointee.output.count
        switch Syscall.send(client.pointee.descriptor, base, count: count) {
        case .moved(let moved):
            client.pointee.output.consume(moved, blocks)
            if let exchange = client.pointee.exchange { touch(exchange) }
        case .blocked: return
        case .failed: return clientVanished(client)
        }
        guard client.pointee.output.isEmpty else { return }
        loop.set(client.watcher, to: interest(client).subtracting(.write))
        if client.pointee.phase == .flushing { return finishResponse(client) }
        if let exchange = client.pointee.exchange, exchange.pointee.tunnel != nil {
            return tunnelIsFlushed(exchange)
        }
        if let upstream = client.pointee.exchange?.pointee.upstream {
            loop.set(upstream.watcher, to: loop.interest(upstream.watcher).union(.read))
        }
    }

    private func interest(_ client: Ref<Client>) -> Readiness {
        loop.interest(client.watcher)
    }

    /// Reads on unless there is nothing to come, or no room for it.
    func settleReading(_ client: Ref<Client>) {
        guard !client.pointee.isEnding else { return }
        var isBlocked = client.pointee.input.count >= headLimits.headBytesMax
        if let exchange = client.pointee.exchange, exchange.pointee.unsent > 0 {
            isBlocked = isBlocked || !exchange.pointee.requestBody.isComplete
        }
        let interest = interest(client)
        let reads = !isBlocked && !client.pointee.hasEnded
        loop.set(
            client.watcher, to: reads ? interest.union(.read) : interest.subtracting(.read))
    }
}

extension Spill {
    mutating func append(_ bytes: UnsafeRawBufferPointer, _ blocks: Blocks) {
        guard let base = bytes.baseAddress else { return }
        append(base, count: bytes.count, blocks)
    }
}
