import Model
import Proxy
import Testing

private func key(_ port: UInt16) -> TargetKey { TargetKey(group: "blue", target: target(port)) }

@Test func aDrainedTargetGetsNothingNewAndFinishesWhatItHas() async throws {
    let gate = Gate()
    let arrived = Counter()
    let old = try ScriptedTarget { socket, _ in
        let reader = MessageReader(socket)
        while let request = try reader.next() {
            if request.start.contains("/held") {
                arrived.add()
                gate.wait()
            }
            socket.send(response("old"))
        }
    }
    let new = try ScriptedTarget.http { _ in response("new") }
    defer {
        gate.open()
        old.stop()
        new.stop()
    }
    try await withPlane(configuration([old.port]), workers: 2) { plane, port in
        let client = try RawSocket(connectedTo: port)
        client.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\n")
        try await eventually("the request never arrived") { arrived.value == 1 }
        plane.weigh([key(old.port): 0])
        try await plane.apply(configuration(generation: 2, [old.port, new.port]))
        for _ in 0..<10 { #expect(try get(port).text == "new") }
        let view = await plane.trafficView()
        let one = try #require(view.targets.first { $0.port == old.port })
        #expect(one.weight == 0)
        #expect(one.inFlight == 1)
        gate.open()
        #expect(try MessageReader(client).next()?.text == "old")
        plane.weigh([:])
        try await plane.apply(configuration(generation: 3, [old.port]))
        #expect(try get(port).text == "old")
    }
}

@Test func aGroupWhoseTargetsAreAllDrainedAnswersNobody() async throws {
    let one = try ScriptedTarget.http { _ in response("") }
    defer { one.stop() }
    try await withPlane(configuration([one.port])) { plane, port in
        plane.weigh([key(one.port): 0])
        let answer = try get(port)
        #expect(answer.status == 503)
    }
}

@Test func aTargetGetsItsPartOfAFullShare() async throws {
    let less = try ScriptedTarget.http { _ in response("less") }
    let full = try ScriptedTarget.http { _ in response("full") }
    defer {
        less.stop()
        full.stop()
    }
    try await withPlane(configuration([less.port, full.port])) { plane, port in
        plane.weigh([key(less.port): 25])
        let answers = try (0..<50).map { _ in try get(port).text }
        #expect(answers.count { $0 == "less" } == 10)
    }
}
