import Model
import Proxy
import Routing
import Testing

private func key(_ port: UInt16) -> TargetKey { TargetKey(group: "blue", target: target(port)) }

@Test func whatTargetsAnswerIsCounted() async throws {
    let good = try ScriptedTarget.http { request in
        response("", status: request.start.contains("/bad") ? "500 No" : "200 OK")
    }
    defer { good.stop() }
    try await withPlane(configuration([good.port]), workers: 2) { plane, port in
        for path in ["/", "/bad", "/"] { _ = try get(port, path) }
        let traffic = await plane.traffic()
        let outcomes = try #require(traffic.targets[key(good.port)]).outcomes
        #expect(outcomes.responses(ofClass: 2) == 2)
        #expect(outcomes.responses(ofClass: 5) == 1)
        #expect(outcomes.requests == 3)
        #expect(outcomes.latencies.count == 3)
        #expect(traffic.groups["blue"]?.requests == 3)
        let listener = try #require(traffic.listeners["http"])
        #expect(listener.outcomes.requests == 3)
        #expect(listener.outcomes.connections == 3)
        #expect(listener.matches == [0: 3])
    }
}

private let failures: [(TargetFailure, @Sendable (RawSocket) -> Void)] = [
    (.reset, { socket in socket.resetOnClose() }),
    (.malformed, { socket in socket.send("HTTP/1.1 20O OK\r\n\r\n") }),
    (.incomplete, { socket in socket.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf") }),
]

@Test(arguments: failures.indices)
func howTargetsFailIsCounted(index: Int) async throws {
    let (kind, script) = failures[index]
    let bad = try ScriptedTarget { socket, _ in
        if try MessageReader(socket).next() != nil { script(socket) }
    }
    defer { bad.stop() }
    let alone = configuration([bad.port]) {
        $0.targetGroups[0].attributes = TargetGroupAttributes()
        $0.targetGroups[0].attributes?.rescues = false
    }
    try await withPlane(alone) { plane, port in
        let client = try RawSocket(connectedTo: port)
        // What may not be sent twice is tried once.
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
        try await eventually("the failure is not counted") {
            let outcomes = await plane.traffic().targets[key(bad.port)]?.outcomes
            return outcomes?.failures(kind) == 1
        }
        let outcomes = try #require(await plane.traffic().groups["blue"])
        #expect(outcomes.failed == 1)
        #expect(outcomes.requests == 1)
    }
}

@Test func aTargetThatLeavesTakesNoCountsWithIt() async throws {
    let old = try ScriptedTarget.http { _ in response("old") }
    let new = try ScriptedTarget.http { _ in response("new") }
    defer {
        old.stop()
        new.stop()
    }
    try await withPlane(configuration([old.port]), workers: 2) { plane, port in
        for _ in 0..<5 { _ = try get(port) }
        try await plane.apply(configuration(generation: 2, [new.port]))
        for _ in 0..<3 { _ = try get(port) }
        let traffic = await plane.traffic()
        #expect(Set(traffic.targets.keys) == [key(new.port)])
        #expect(traffic.targets[key(new.port)]?.outcomes.requests == 3)
        #expect(traffic.groups["blue"]?.requests == 8)
        let revision = key(new.port).revision
        #expect(traffic.revisions[revision]?.requests == 8)
        #expect(await plane.revisions()[revision]?.requests == 8)
    }
}

@Test func ofTooManyRevisionsOnlyTheCountsStay() async throws {
    let one = try ScriptedTarget.http { _ in response("") }
    defer { one.stop() }
    func revision(_ number: UInt64) -> LoadBalancerConfiguration {
        configuration(generation: number, [one.port]) {
            $0.targetGroups[0].targets[0].id = Identifier("target-\(number)")
            $0.targetGroups[0].targets[0].revision = Identifier("revision-\(number)")
        }
    }
    try await withPlane(revision(1)) { plane, port in
        for number in 2...300 as ClosedRange<UInt64> {
            if number <= 10 { _ = try get(port) }
            try await plane.apply(revision(number))
        }
        let traffic = await plane.traffic()
        #expect(traffic.departed.count <= 257)
        #expect(traffic.groups["blue"]?.requests == 9)
    }
}

@Test func rulesAndListenersKeepTheirCounts() async throws {
    let one = try ScriptedTarget.http { _ in response("") }
    defer { one.stop() }
    func ruled(_ generation: UInt64, priorities: [Int]) -> LoadBalancerConfiguration {
        configuration(generation: generation, [one.port]) {
            $0.listeners[0].rules = priorities.map { priority in
                Rule(
                    name: Identifier("rule-\(priority)"), listener: "http", priority: priority,
                    conditions: [.pathPattern(["/\(priority)"])],
                    action: .fixedResponse(statusCode: 418, contentType: "text/plain", body: ""))
            }
        }
    }
    try await withPlane(ruled(1, priorities: [10, 20])) { plane, port in
        for path in ["/10", "/20", "/20", "/"] { _ = try get(port, path) }
        try await plane.apply(ruled(2, priorities: [5, 20]))
        for path in ["/5", "/20", "/"] { _ = try get(port, path) }
        let listener = try #require(await plane.traffic().listeners["http"])
        #expect(listener.matches == [0: 2, 5: 1, 20: 3])
        #expect(listener.outcomes.requests == 7)
        #expect(listener.outcomes.fixedResponses == 5)
        #expect(listener.outcomes.evaluations >= 5)
        let before = await plane.traffic().outcomes.requests
        try await plane.apply(
            configuration(generation: 3, [one.port]) { $0.listeners[0].name = "other" })
        #expect(await plane.traffic().outcomes.requests == before)
    }
}
