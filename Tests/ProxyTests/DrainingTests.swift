import Model
import Proxy
import Testing

/// Holds each request until it is let go.
private func holdingTarget(_ gate: Gate, _ seen: Counter) throws -> ScriptedTarget {
    try ScriptedTarget { socket, _ in
        let reader = MessageReader(socket)
        while let request = try reader.next() {
            if request.start.contains("/held") {
                seen.add()
                gate.wait()
            }
            socket.send(response("held"))
        }
    }
}

@Test func aTargetThatLeavesFinishesWhatItHas() async throws {
    let gate = Gate()
    let seen = Counter()
    let old = try holdingTarget(gate, seen)
    let new = try ScriptedTarget.http { _ in response("new") }
    defer {
        gate.open()
        old.stop()
        new.stop()
    }
    try await withPlane(configuration([old.port]), workers: 2) { plane, port in
        let client = try RawSocket(connectedTo: port)
        client.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\n")
        try await eventually("the request never arrived") { seen.value == 1 }
        try await plane.apply(configuration(generation: 2, [new.port]))
        #expect(await plane.inFlight() == [target(old.port).id: 1])
        for _ in 0..<10 { #expect(try get(port).text == "new") }
        gate.open()
        // Its connection goes on, and its next request goes to the new target.
        let reader = MessageReader(client)
        #expect(try reader.next()?.text == "held")
        try await eventually("it is still counted") { await plane.inFlight().isEmpty }
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try reader.next()?.text == "new")
    }
}

@Test func whatIsLeftAtTheEndOfTheDelayIsCutAndCounted() async throws {
    let gate = Gate()
    let seen = Counter()
    let old = try holdingTarget(gate, seen)
    defer {
        gate.open()
        old.stop()
    }
    let first = configuration([old.port]) { $0.targetGroups[0].deregistrationDelaySeconds = 0 }
    try await withPlane(first) { plane, port in
        let client = try RawSocket(connectedTo: port)
        client.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\n")
        try await eventually("the request never arrived") { seen.value == 1 }
        try await plane.apply(
            configuration(generation: 2, []) {
                $0.targetGroups[0].deregistrationDelaySeconds = 0
            })
        #expect(try MessageReader(client).next()?.status == 502)
        #expect(await plane.inFlight().isEmpty)
        let metrics = await plane.metrics()
        #expect(
            metrics.contains(
                "teal_forced_closes_total{target_group=\"blue\",service=\"\","
                    + "revision=\"revision-1\"} 1"))
    }
}

@Test func aBalancerThatEndsFinishesWhatItHas() async throws {
    let gate = Gate()
    let seen = Counter()
    let target = try holdingTarget(gate, seen)
    defer { target.stop() }
    try await withPlane(configuration([target.port])) { plane, port in
        let client = try RawSocket(connectedTo: port)
        client.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\n")
        let idle = try RawSocket(connectedTo: port)
        idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try MessageReader(idle).next()?.status == 200)
        try await eventually("the request never arrived") { seen.value == 1 }
        async let ended: Void = plane.end(milliseconds: 20_000)
        // Nobody new is let in.
        try await eventually("it still accepts") { (try? RawSocket(connectedTo: port)) == nil }
        gate.open()
        let answer = try #require(try MessageReader(client).next())
        #expect(answer.text == "held")
        // An idle client that asks once more is told that this was the last one.
        idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        let last = try MessageReader(idle).next()
        #expect(last == nil || last?.field("Connection") == "close")
        #expect(try idle.receive() == nil)
        await ended
    }
}

/// The listener of a new generation opens; that of the old one closes, with its idle clients.
@Test func listenersComeAndGo() async throws {
    let target = try ScriptedTarget.http { _ in response("ok") }
    defer { target.stop() }
    try await withPlane(configuration([target.port])) { plane, port in
        let idle = try RawSocket(connectedTo: port)
        idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        let reader = MessageReader(idle)
        #expect(try reader.next()?.status == 200)
        let other = try refusingPort()
        try await plane.apply(
            configuration(generation: 2, [target.port]) { $0.listeners[0].port = other })
        #expect(try get(other).status == 200)
        #expect(try reader.next() == nil)
        #expect(throws: RawSocket.Failure.self) { _ = try RawSocket(connectedTo: port) }
    }
}

/// A port that somebody else has refuses the configuration, and all stays as it was.
@Test func aPortThatIsTakenRefusesTheConfiguration() async throws {
    let target = try ScriptedTarget.http { _ in response("ok") }
    defer { target.stop() }
    try await withPlane(configuration([target.port])) { plane, port in
        let second = configuration(generation: 2, []) { configuration in
            var listener = configuration.listeners[0]
            listener.name = "second"
            listener.port = target.port
            configuration.listeners.append(listener)
        }
        let error = await #expect(throws: (any Error).self) { try await plane.apply(second) }
        #expect("\(error.map { "\($0)" } ?? "")".contains("listeners[second]"))
        let answer = try get(port)
        #expect(answer.text == "ok")
    }
}
