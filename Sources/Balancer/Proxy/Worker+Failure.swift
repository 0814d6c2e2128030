internal import Loop
internal import Routing

/// What becomes of a request that went wrong, and the responses that we write ourselves.
extension Worker {
    /// Tries another target, answers in its stead, or cuts the response short.
    func fail(_ exchange: Ref<Exchange>, _ failure: Failure) {
        guard !exchange.pointee.isFinished else { return }
        if let upstream = exchange.pointee.upstream {
            detach(upstream, from: exchange, isReusable: false)
        }
        let target = exchange.pointee.target
        if let kind = TargetFailure(
            failure, hasAnswered: exchange.pointee.attempt.hasAnswered)
        {
            target.pointee.outcomes.pointee.count(kind)
            blame(target)
        }
        switch exchange.pointee.attempt.verdict(on: failure) {
        case .retry:
            if !rescue(exchange, mayStay: true) { answer(exchange, failure) }
        case .answer:
            answer(exchange, failure)
        case .cut:
            end(exchange)
            cut(exchange, failure)
        }
    }

    private func end(_ exchange: Ref<Exchange>) {
        noteTarget(exchange)
        leaveTarget(exchange)
        exchange.pointee.client.pointee.exchange = nil
        finish(exchange)
    }

    private func answer(_ exchange: Ref<Exchange>, _ failure: Failure) {
        end(exchange)
        let client = exchange.pointee.client
        note(failure, client)
        if !exchange.pointee.requestBody.isComplete {
            client.pointee.closesAfterResponse = true
        }
        respond(
            client, status: failure.status, to: exchange.pointee.method, text: failure.explanation)
    }

    /// Makes the client see that its response is not whole.
    private func cut(_ exchange: Ref<Exchange>, _ failure: Failure) {
        let client = exchange.pointee.client
        guard failure != .clientGone else {
            client.pointee.listener.pointee.outcomes.abortedByClient &+= 1
            return close(client)
        }
        // A tunnel has no end of its own: the time that it had is over.
        if exchange.pointee.tunnel != nil, failure == .deregistered {
            return finishResponse(client)
        }
        // Without framing the end of the connection would look like the end of the body.
        if exchange.pointee.plan?.outgoing == .untilClose {
            Syscall.resetOnClose(client.pointee.descriptor)
            return close(client)
        }
        client.pointee.closesAfterResponse = true
        finishResponse(client)
    }

    /// Answers a request that no exchange was begun for.
    func refuse(_ client: Ref<Client>, _ failure: Failure, closes: Bool) {
        clientDeadlines.clear(client)
        if closes { client.pointee.closesAfterResponse = true }
        if client.pointee.note == nil {
            note(nil, UnsafeRawBufferPointer(start: nil, count: 0), client)
        }
        note(failure, client)
        respond(client, status: failure.status, to: .get, text: failure.explanation)
    }

    func answer(
        _ head: RequestHead, _ bytes: UnsafeRawBufferPointer, _ client: Ref<Client>,
        _ failure: Failure
    ) -> Int {
        let used = skipBody(head, bytes, client)
        note(failure, client)
        respond(client, status: failure.status, to: head.method, text: failure.explanation)
        return used
    }

    func answer(
        _ head: RequestHead, _ bytes: UnsafeRawBufferPointer, _ client: Ref<Client>,
        _ response: FixedResponse
    ) -> Int {
        let used = skipBody(head, bytes, client)
        note(.fixedResponse, client)
        client.pointee.listener.pointee.outcomes.fixedResponses &+= 1
        response.body.withUnsafeBytes { body in
            respond(client, status: response.status, to: head.method, body: body) { writer in
                writer.append("Content-Type: ")
                writer.append(response.contentType)
                writer.append("\r\n")
            }
        }
        return used
    }

    func answer(
        _ head: RequestHead, _ bytes: UnsafeRawBufferPointer, _ client: Ref<Client>,
        _ redirect: Redirect
    ) -> Int {
        let port = client.pointee.listener.pointee.port
        let view = view(head, bytes, client)
        guard let location = redirect.location(for: view, scheme: "http", port: port) else {
            return answer(head, bytes, client, .badRedirect)
        }
        let used = skipBody(head, bytes, client)
        note(location: location, client)
        client.pointee.listener.pointee.outcomes.redirects &+= 1
        let body = UnsafeRawBufferPointer(start: nil, count: 0)
        respond(client, status: redirect.status, to: head.method, body: body) { writer in
            writer.append("Location: ")
            writer.append(location)
            writer.append("\r\n")
        }
        return used
    }

    /// Passes over a body that nobody reads; one that is not all here ends the connection.
    private func skipBody(
        _ head: RequestHead, _ bytes: UnsafeRawBufferPointer, _ client: Ref<Client>
    ) -> Int {
        var body = BodyReader(head.framing)
        var used = head.length
        while true {
            switch body.next(bytes, at: &used) {
            case .payload: continue
            case .end: return used
            case .starved, .malformed:
                client.pointee.closesAfterResponse = true
                return bytes.count
            }
        }
    }

    private func respond(
        _ client: Ref<Client>, status: Int, to method: Routing.Method, text: StaticString
    ) {
        client.pointee.listener.pointee.outcomes.count(failure: status)
        let body = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        respond(client, status: status, to: method, body: body) { writer in
            writer.append("Content-Type: text/plain; charset=utf-8\r\n")
        }
    }

    private func respond(
        _ client: Ref<Client>, status: Int, to method: Routing.Method,
        body: UnsafeRawBufferPointer, fields: (inout ByteWriter) -> Void
    ) {
        hot.pointee.ownResponses[status, default: 0] += 1
        note(status: status, client)
        client.pointee.phase = .exchange
        var writer = ByteWriter(composed, capacity: Worker.composeBytesMax)
        writer.append("HTTP/1.1 ")
        writer.append(decimal: status)
        writer.append(" ")
        writer.append(ReasonPhrase.of(status))
        writer.append("\r\n")
        writer.append(hot.pointee.date.line.bytes)
        fields(&writer)
        if let additions = additions(client.pointee.listener) { writer.append(additions.lines) }
        writer.append("Content-Length: ")
        writer.append(decimal: body.count)
        writer.append("\r\n")
        if client.pointee.closesAfterResponse { writer.append(ConnectionField.close.line) }
        writer.append("\r\n")
        if method != .head { writer.append(body) }
        guard deliver(writer.written, to: client) else { return close(client) }
        finishResponse(client)
    }
}
