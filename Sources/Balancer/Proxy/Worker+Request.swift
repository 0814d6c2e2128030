internal import Loop
internal import Routing

/// The request's bytes on their way to the target.
extension Worker {
    /// Sends what waits of the request; the client may go on when it is all gone.
    func sendRequest(_ exchange: Ref<Exchange>) {
        guard let upstream = exchange.pointee.upstream, !exchange.pointee.isBroken else { return }
        if upstream.pointee.owesHeader, !sendProxyHeader(exchange, upstream) { return }
        let count = exchange.pointee.unsent
        guard count > 0, let base = exchange.pointee.outgoing.bytes.baseAddress else { return }
        let start = base + exchange.pointee.sent
        switch Syscall.send(upstream.pointee.descriptor, start, count: count) {
        case .moved(let moved):
            wasSent(moved, exchange, upstream)
        case .blocked:
            loop.set(upstream.watcher, to: loop.interest(upstream.watcher).union(.write))
        case .failed:
            sendingFailed(exchange, upstream)
        }
    }

    private func wasSent(_ moved: Int, _ exchange: Ref<Exchange>, _ upstream: Ref<Upstream>) {
        if !upstream.pointee.isEstablished {
            upstream.pointee.isEstablished = true
            touch(exchange)
        }
        exchange.pointee.attempt.hasSent = true
        exchange.pointee.sent &+= moved
        guard exchange.pointee.unsent == 0 else {
            return loop.set(
                upstream.watcher, to: loop.interest(upstream.watcher).union(.write))
        }
        // Kept only as long as another try is thinkable, and no longer than we may.
        if exchange.pointee.outgoing.count > replayBytesMax(exchange) {
            exchange.pointee.attempt.isReplayable = false
        }
        if !exchange.pointee.attempt.isReplayable {
            exchange.pointee.outgoing.clear(blocks)
            exchange.pointee.sent = 0
        }
        let interest = loop.interest(upstream.watcher)
        if interest.contains(.write) {
            loop.set(upstream.watcher, to: interest.subtracting(.write))
        }
        if !exchange.pointee.requestBody.isComplete { settleReading(exchange.pointee.client) }
        if exchange.pointee.tunnel != nil, exchange.pointee.client.pointee.hasEnded {
            passClientEnd(exchange)
        }
    }

    /// How long a request may be to be kept for another try. One without a body is kept anyway.
    private func replayBytesMax(_ exchange: Ref<Exchange>) -> Int {
        guard exchange.pointee.hasBody else { return .max }
        return exchange.pointee.target.pointee.group.pointee.rescue.bytesMax
    }

    /// A target may answer and close before it has read everything; its answer is still wanted.
    private func sendingFailed(_ exchange: Ref<Exchange>, _ upstream: Ref<Upstream>) {
        guard exchange.pointee.attempt.hasSent, upstream.pointee.isEstablished else {
            let failure: Failure =
                upstream.pointee.isEstablished ? .upstreamClosed : .connectRefused
            return fail(exchange, failure)
        }
        exchange.pointee.isBroken = true
        loop.set(upstream.watcher, to: .read)
    }

    /// Takes what came of the request's body; returns how much of it belongs to it.
    func relayRequestBody(_ exchange: Ref<Exchange>, _ bytes: UnsafeRawBufferPointer) -> Int {
        guard let used = collectRequestBody(exchange, bytes) else {
            fail(exchange, .malformedBody)
            return bytes.count
        }
        note(received: used, exchange.pointee.client)
        if !exchange.pointee.isWaiting { touch(exchange) }
        sendRequest(exchange)
        if !exchange.pointee.isFinished { settleReading(exchange.pointee.client) }
        return used
    }

    /// Frames the payload in `bytes` anew, to be sent; `nil` when it is malformed.
    func collectRequestBody(
        _ exchange: Ref<Exchange>, _ bytes: UnsafeRawBufferPointer
    ) -> Int? {
        var offset = 0
        while true {
            switch exchange.pointee.requestBody.next(bytes, at: &offset) {
            case .payload(let start, let count):
                guard !exchange.pointee.isBroken else { continue }
                collect(UnsafeRawBufferPointer(rebasing: bytes[start..<(start + count)]), exchange)
            case .starved:
                return offset
            case .end:
                if exchange.pointee.sendsChunked, !exchange.pointee.isBroken {
                    exchange.pointee.outgoing.append("0\r\n\r\n", blocks)
                }
                return offset
            case .malformed:
                return nil
            }
        }
    }

    private func collect(_ payload: UnsafeRawBufferPointer, _ exchange: Ref<Exchange>) {
        guard exchange.pointee.sendsChunked else {
            return exchange.pointee.outgoing.append(sendAtOnce(payload, exchange), blocks)
        }
        let capacity = payload.count + Worker.chunkOverheadBytesMax
        let place = exchange.pointee.outgoing.reserve(capacity, blocks)
        var writer = ByteWriter(place, capacity: capacity)
        writer.append(chunk: payload)
        exchange.pointee.outgoing.commit(writer.count)
    }

    /// Sends what the socket takes of a payload that is never sent again; returns what is left.
    ///
    /// So a large body goes through without being copied.
    private func sendAtOnce(
        _ payload: UnsafeRawBufferPointer, _ exchange: Ref<Exchange>
    ) -> UnsafeRawBufferPointer {
        guard exchange.pointee.unsent == 0, !exchange.pointee.attempt.isReplayable,
            let upstream = exchange.pointee.upstream, upstream.pointee.isEstablished,
            let base = payload.baseAddress,
            case .moved(let moved) = Syscall.send(
                upstream.pointee.descriptor, base, count: payload.count)
        else { return payload }
        return UnsafeRawBufferPointer(rebasing: payload[moved...])
    }

    /// Size line and line end of one chunk.
    static let chunkOverheadBytesMax = 24
}

extension ByteWriter {
    mutating func append(chunk payload: UnsafeRawBufferPointer) {
        append(hexadecimal: payload.count)
        append("\r\n")
        append(payload)
        append("\r\n")
    }
}

extension Spill {
    mutating func append(_ text: StaticString, _ blocks: Blocks) {
        append(text.utf8Start, count: text.utf8CodeUnitCount, blocks)
    }
}
