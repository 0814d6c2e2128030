import Foundation
import Model
import Proxy
import Testing

private let asking =
    "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"

/// Reads until `bytes` have come in all; fails when the connection ends before.
private func expect(_ text: String, then bytes: [UInt8] = [], on socket: RawSocket) throws {
    let wanted = Array(text.utf8) + bytes
    var got: [UInt8] = []
    while got.count < wanted.count {
        guard let more = try socket.receive(max: wanted.count - got.count) else { break }
        got += more
    }
    #expect(got == wanted)
}

/// Changes to `protocol`, and then does what `script` says.
private func switchingTarget(
    to name: String = "websocket", _ script: @escaping @Sendable (RawSocket) throws -> Void
) throws -> ScriptedTarget {
    try ScriptedTarget { socket, _ in
        guard let request = try MessageReader(socket).next(), request.start.contains("/chat") else {
            return socket.send(response("healthy"))
        }
        socket.send(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: \(name)\r\n\r\n")
        try script(socket)
    }
}

private func switched(to name: String = "websocket") -> String {
    "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: \(name)\r\n\r\n"
}

private let goingAway: [UInt8] = [0x88, 2, 3, 0xE9]
/// The same as a client says it, masked with zeros.
private let maskedGoingAway: [UInt8] = [0x88, 0x82, 0, 0, 0, 0, 3, 0xE9]

private func without(_ targets: [UInt16], delaySeconds: Int) -> LoadBalancerConfiguration {
    configuration(generation: 2, []) {
        $0.targetGroups[0].deregistrationDelaySeconds = delaySeconds
    }
}

/// Close comes after a whole frame, and nothing of the target's after that.
@Test func aTargetThatLeavesLetsItsWebSocketsGo() async throws {
    let heard = Counter()
    let target = try switchingTarget { socket in
        socket.send([0x82, 5] + Array("hello".utf8))
        try expect("", then: maskedGoingAway, on: socket)
        heard.add()
        socket.send([0x82, 1, 0x41] + goingAway)
    }
    defer { target.stop() }
    let first = configuration([target.port]) { $0.targetGroups[0].deregistrationDelaySeconds = 4 }
    try await withPlane(first) { plane, port in
        let client = try RawSocket(connectedTo: port)
        client.send(asking)
        try expect(switched(), then: [0x82, 5] + Array("hello".utf8), on: client)
        try await plane.apply(without([target.port], delaySeconds: 4))
        #expect(await plane.inFlight().values.reduce(0, +) == 1)
        try expect("", then: goingAway, on: client)
        client.send(maskedGoingAway)
        #expect(try client.receive() == nil)
        #expect(heard.value == 1)
        try await eventually("it is still counted") { await plane.inFlight().isEmpty }
    }
}

@Test func anotherProtocolIsClosedWhenTheDelayIsOver() async throws {
    let target = try switchingTarget(to: "other") { socket in
        while try socket.receive() != nil {}
    }
    defer { target.stop() }
    let first = configuration([target.port]) { $0.targetGroups[0].deregistrationDelaySeconds = 0 }
    try await withPlane(first) { plane, port in
        let client = try RawSocket(connectedTo: port)
        client.send(asking.replacing("websocket", with: "other"))
        try expect(switched(to: "other"), on: client)
        try await plane.apply(without([target.port], delaySeconds: 0))
        #expect(try client.receive() == nil)
    }
}

@Test func webSocketsAreLetGoWhenTheBalancerEnds() async throws {
    let target = try switchingTarget { socket in
        while try socket.receive() != nil {}
    }
    defer { target.stop() }
    let plane = try DataPlane(workers: 1)
    try await plane.apply(configuration([target.port]))
    let port = try #require(await plane.port(of: "http"))
    let client = try RawSocket(connectedTo: port)
    client.send(asking)
    try expect(switched(), on: client)
    async let ending: Void = plane.end(milliseconds: 4000)
    try expect("", then: goingAway, on: client)
    client.endSending()
    #expect(try client.receive() == nil)
    await ending
}

/// Neither side can send more than the sockets and a bounded buffer take when nobody reads.
@Test(arguments: [true, false])
func aTunnelWaitsForWhoDoesNotRead(clientReads: Bool) async throws {
    let size = 24_000_000
    let gate = Gate()
    let target = try switchingTarget(to: "other") { socket in
        if clientReads {
            socket.send([UInt8](repeating: 7, count: size))
        } else {
            gate.wait()
            var count = 0
            while count < size, let bytes = try socket.receive() { count += bytes.count }
            socket.send("\(count)")
        }
    }
    defer {
        gate.open()
        target.stop()
    }
    try await withPlane(configuration([target.port])) { plane, port in
        let client = try RawSocket(connectedTo: port)
        client.send(asking.replacing("websocket", with: "other"))
        try expect(switched(to: "other"), on: client)
        if clientReads {
            try await eventually("nobody waits") { await plane.heldBytes() > 0 }
            #expect(await plane.heldBytes() < 1_000_000)
            var count = 0
            while count < size, let bytes = try client.receive() { count += bytes.count }
            #expect(count == size)
        } else {
            Thread.detachNewThread { client.send([UInt8](repeating: 7, count: size)) }
            try await eventually("nobody waits") { await plane.heldBytes() > 0 }
            #expect(await plane.heldBytes() < 1_000_000)
            gate.open()
            try expect("\(size)", on: client)
        }
    }
}
