import Model
import Proxy
import Testing

@Test func aTargetThatRefusesCostsNoRequest() async throws {
    let target = try ScriptedTarget.http { response($0.start) }
    defer { target.stop() }
    let refusing = try refusingPort()
    try await withPlane(configuration([refusing, target.port])) { _, port in
        for _ in 0..<20 {
            let answer = try get(port)
            #expect(answer.status == 200)
            // Nothing of it left us, so any request may go elsewhere.
            let client = try RawSocket(connectedTo: port)
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
            #expect(try MessageReader(client).next()?.status == 200)
        }
    }
}

@Test func nobodyToAskIsABadGateway() async throws {
    let refusing = try refusingPort()
    try await withPlane(configuration([refusing])) { _, port in
        let answer = try get(port)
        #expect(answer.status == 502)
    }
    try await withPlane(configuration([])) { _, port in
        let answer = try get(port)
        #expect(answer.status == 503)
    }
}

/// A target that closes its kept connection under a request, as servers do when they time out.
private func closingTarget(_ seen: Counter) throws -> ScriptedTarget {
    try ScriptedTarget { socket, _ in
        let reader = MessageReader(socket)
        guard let first = try reader.next(), first.start.contains("/app") else { return }
        seen.add()
        socket.send(response("ok"))
        // The second request is taken, and the connection reset under it.
        guard try reader.next() != nil else { return }
        seen.add()
        socket.resetOnClose()
    }
}

@Test func aSafeRequestOnAStaleConnectionIsTriedOnceMore() async throws {
    let seen = Counter()
    let target = try closingTarget(seen)
    defer { target.stop() }
    try await withPlane(configuration([target.port])) { plane, port in
        for _ in 0..<4 {
            let answer = try get(port, "/app")
            #expect(answer.status == 200)
        }
        #expect(await plane.metrics().contains("teal_target_retries_total"))
    }
}

@Test func anUnsafeRequestIsNeverSentTwice() async throws {
    let seen = Counter()
    let target = try closingTarget(seen)
    defer { target.stop() }
    try await withPlane(configuration([target.port])) { _, port in
        let answer = try get(port, "/app")
        #expect(answer.status == 200)
        #expect(seen.value == 1)
        let client = try RawSocket(connectedTo: port)
        client.send("POST /app HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
        #expect(try MessageReader(client).next()?.status == 502)
        #expect(seen.value == 2)
    }
}

/// What cannot be sent twice is not given to a connection that its target closed meanwhile.
@Test func aClosedIdleConnectionIsNotUsedForAPost() async throws {
    let target = try ScriptedTarget { socket, _ in
        let reader = MessageReader(socket)
        guard let request = try reader.next() else { return }
        socket.send(response(request.text))
    }
    defer { target.stop() }
    try await withPlane(configuration([target.port])) { _, port in
        let client = try RawSocket(connectedTo: port)
        let reader = MessageReader(client)
        for number in 0..<20 {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n\(number % 10)")
            let answer = try reader.next()
            // The close may cross with the request; then the client is told, and nobody else.
            #expect(answer?.text == "\(number % 10)" || answer?.status == 502)
        }
    }
}

@Test func aClientThatGoesAwayTakesItsRequestAlong() async throws {
    let ended = Counter()
    let target = try ScriptedTarget { socket, _ in
        let reader = MessageReader(socket)
        guard let request = try reader.next(hasBody: false), request.start.contains("/app") else {
            return
        }
        while try socket.receive() != nil {}
        ended.add()
    }
    defer { target.stop() }
    try await withPlane(configuration([target.port])) { plane, port in
        var client: RawSocket? = try RawSocket(connectedTo: port)
        client?.send("POST /app HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf")
        try await eventually("the request never reached its target") {
            await !plane.inFlight().isEmpty
        }
        client = nil
        try await eventually("the target was left alone with half a request") { ended.value == 1 }
        try await eventually("it is still counted") { await plane.inFlight().isEmpty }
    }
}
