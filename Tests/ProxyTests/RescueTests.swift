import Foundation
import Model
import Proxy
import Routing
import Testing

/// Two groups of one action: green has all the requests, blue had them before.
private func shifted(
    generation: UInt64 = 1, blue: [UInt16], green: [UInt16], share: Int,
    change: (inout TargetGroupAttributes) -> Void = { _ in }
) -> LoadBalancerConfiguration {
    configuration(generation: generation, []) {
        var attributes = TargetGroupAttributes()
        change(&attributes)
        $0.targetGroups[0].healthCheck.path = "/health"
        $0.targetGroups[0].healthCheck.unhealthyThresholdCount = 10
        $0.targetGroups[0].attributes = attributes
        var other = $0.targetGroups[0]
        other.name = "green"
        $0.targetGroups[0].targets = blue.map { target($0) }
        other.targets = green.map { target($0) }
        $0.targetGroups.append(other)
        $0.listeners[0].defaultAction = .forward([
            WeightedTargetGroup(targetGroup: "blue", weight: 1000 - share),
            WeightedTargetGroup(targetGroup: "green", weight: share),
        ])
    }
}

/// Serves `body` after a shift from blue to green, both of which are healthy.
private func withShift(
    blue: [UInt16], green: [UInt16],
    change: (inout TargetGroupAttributes) -> Void = { _ in },
    _ body: (DataPlane, UInt16) async throws -> Void
) async throws {
    try await withPlane(shifted(blue: blue, green: green, share: 0, change: change)) {
        plane, port in
        try await eventually("all are healthy") {
            plane.health.values.allSatisfy { $0.state == .healthy }
        }
        try await plane.apply(
            shifted(generation: 2, blue: blue, green: green, share: 1000, change: change))
        try await body(plane, port)
    }
}

/// A target that is healthy, and closes each connection once `script` has seen to its request.
private func sick(
    _ seen: Counter = Counter(), _ script: @escaping @Sendable (RawSocket) -> Void
) throws -> ScriptedTarget {
    try ScriptedTarget { socket, _ in
        let reader = MessageReader(socket)
        while let request = try reader.next() {
            guard request.start.contains("/health") else {
                seen.add()
                return script(socket)
            }
            socket.send(response(""))
        }
    }
}

private func post(
    _ port: UInt16, _ body: String = "hi", _ fields: String = ""
) throws -> MessageReader.Message {
    let client = try RawSocket(connectedTo: port)
    client.send(
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)")
    return try #require(try MessageReader(client).next())
}

private let failures: [@Sendable (RawSocket) -> Void] = [
    { socket in socket.resetOnClose() },
    { _ in },
    { socket in socket.send("HTTP/1.1 20O OK\r\n\r\n") },
    { socket in socket.send("HTTP/1.1 200 OK\r\nContent-Le") },
    { socket in socket.send(response("no", status: "502 Bad Gateway")) },
    { socket in socket.send(response("no", status: "503 Unavailable")) },
    { socket in socket.send(response("no", status: "504 Timeout")) },
]

@Test(arguments: failures.indices)
func aSafeRequestThatGreenFailsIsAnsweredByBlue(kind: Int) async throws {
    let seen = Counter()
    let bad = try sick(seen, failures[kind])
    let good = try ScriptedTarget.http { response($0.text) }
    defer {
        bad.stop()
        good.stop()
    }
    try await withShift(blue: [good.port], green: [bad.port]) { plane, port in
        for _ in 0..<10 {
            let answer = try get(port)
            #expect(answer.status == 200)
        }
        let sent = seen.value
        #expect(sent >= 10)
        // What may have had an effect is not sent twice.
        #expect(try post(port).status >= 502)
        #expect(seen.value == sent + 1)
        // Unless its client says that this does no harm.
        let answer = try post(port, "again", "idempotency-key: 7\r\n")
        #expect(answer.status == 200)
        #expect(answer.text == "again")
        let metrics = await plane.metrics()
        #expect(metrics.contains("teal_target_retries_total"))
        #expect(!metrics.contains("refused_retries_total{target_group=\"green\"} 1"))
    }
}

@Test func aTargetOfTheSameGroupComesFirst() async throws {
    let bad = try sick { socket in socket.resetOnClose() }
    let good = try ScriptedTarget.http { _ in response("green") }
    let blue = try ScriptedTarget.http { _ in response("blue") }
    defer {
        bad.stop()
        good.stop()
        blue.stop()
    }
    try await withShift(blue: [blue.port], green: [bad.port, good.port]) { _, port in
        let answers = try (0..<10).map { _ in try get(port).text }
        #expect(Set(answers) == ["green"])
    }
}

@Test func aGroupWhoseTargetsAllFailIsStoodInForByTheOther() async throws {
    let all = try (0..<3).map { _ in try sick { socket in socket.resetOnClose() } }
    let blue = try ScriptedTarget.http { _ in response("blue") }
    defer {
        for one in all { one.stop() }
        blue.stop()
    }
    try await withShift(blue: [blue.port], green: all.map(\.port)) { plane, port in
        for _ in 0..<10 { #expect(try get(port).text == "blue") }
        // None of it left us, so any request may go.
        try await plane.apply(
            shifted(generation: 3, blue: [blue.port], green: [], share: 1000))
        for _ in 0..<10 { #expect(try post(port).text == "blue") }
    }
}

/// Nothing of it left us, but that is no reason to go on asking those who are gone.
@Test func aGroupThatIsGoneAsAWholeIsStoodInForByTheOther() async throws {
    let all = try (0..<4).map { _ in try ScriptedTarget.http { _ in response("green") } }
    let blue = try ScriptedTarget.http { _ in response("blue") }
    defer { blue.stop() }
    try await withShift(blue: [blue.port], green: all.map(\.port)) { _, port in
        for one in all { one.stop() }
        for _ in 0..<10 {
            let answers = [try get(port), try post(port)]
            #expect(answers.map(\.text) == ["blue", "blue"])
        }
    }
}

/// Whoever tries a revision by itself must see it fail.
@Test func whereARevisionIsLookedAtByItselfNobodyStandsInForIt() async throws {
    let bad = try sick { socket in socket.resetOnClose() }
    let blue = try ScriptedTarget.http { _ in response("blue") }
    defer {
        bad.stop()
        blue.stop()
    }
    var before = shifted(blue: [blue.port], green: [bad.port], share: 0)
    var after = shifted(generation: 2, blue: [blue.port], green: [bad.port], share: 1000)
    before.listeners[0].defaultForwarding = ForwardOptions(rescue: false)
    after.listeners[0].defaultForwarding = ForwardOptions(rescue: false)
    try await withPlane(before) { plane, port in
        try await eventually("all are healthy") {
            plane.health.values.allSatisfy { $0.state == .healthy }
        }
        try await plane.apply(after)
        let statuses = try (0..<5).map { _ in try get(port).status }
        #expect(Set(statuses) == [502])
    }
}

/// A revision that waits for its first request must go on waiting.
@Test func aGroupThatNeverHadARequestGetsNoneFromOthers() async throws {
    let bad = try sick { socket in socket.resetOnClose() }
    let seen = Counter()
    let green = try sick(seen) { socket in socket.send(response("green")) }
    defer {
        bad.stop()
        green.stop()
    }
    let before = shifted(blue: [bad.port], green: [green.port], share: 0)
    try await withPlane(before) { plane, port in
        try await eventually("all are healthy") {
            plane.health.values.allSatisfy { $0.state == .healthy }
        }
        for _ in 0..<5 { #expect(try get(port).status == 502) }
        #expect(seen.value == 0)
        try await plane.apply(
            shifted(generation: 2, blue: [bad.port], green: [green.port], share: 1))
        for _ in 0..<5 { #expect(try get(port).text == "green") }
    }
}

@Test func whatMayNotBeSentAgainIsAnsweredAsItIs() async throws {
    // It says that it closes: a connection that is gone would be another reason to try again.
    let bad = try sick { socket in
        socket.send(response("no", status: "503 Unavailable", "Connection: close\r\n"))
    }
    let blue = try ScriptedTarget.http { _ in response("blue") }
    defer {
        bad.stop()
        blue.stop()
    }
    let ports = (blue: [blue.port], green: [bad.port])
    try await withShift(blue: ports.blue, green: ports.green) {
        $0.rescues = false
    } _: { _, port in
        let answer = try get(port)
        #expect(answer.status == 503)
        #expect(answer.text == "no")
    }
    try await withShift(blue: ports.blue, green: ports.green) {
        $0.rescuedStatuses = [502]
    } _: { _, port in
        let answer = try get(port)
        #expect(answer.status == 503)
    }
    // Two in all, and then the budget is spent.
    try await withShift(blue: ports.blue, green: ports.green) {
        $0.rescueBudgetMinimum = 2
        $0.rescueBudgetPercentage = 0
    } _: { plane, port in
        let statuses = try (0..<4).map { _ in try get(port).status }
        #expect(statuses == [200, 200, 503, 503])
        let metrics = await plane.metrics()
        #expect(
            metrics.contains(
                "teal_target_refused_retries_total"
                    + "{target_group=\"green\",service=\"\",revision=\"revision-1\"} 2"))
    }
}

@Test func aBodyIsKeptForAnotherTryUpToItsLimit() async throws {
    let bad = try sick { socket in socket.resetOnClose() }
    let blue = try ScriptedTarget.http { response("\($0.text.utf8.count)") }
    defer {
        bad.stop()
        blue.stop()
    }
    try await withShift(blue: [blue.port], green: [bad.port]) {
        $0.rescueBodyBytes = 4000
    } _: { _, port in
        let key = "Idempotency-Key: 1\r\n"
        let kept = try post(port, String(repeating: "x", count: 3000), key)
        #expect(kept.text == "3000")
        let long = try post(port, String(repeating: "x", count: 4000), key)
        #expect(long.status == 502)
    }
}

/// What a small canary fails is more than its own budget, and little to the group that takes over.
@Test func aCanaryThatFailsEverythingIsStoodInForByTheOther() async throws {
    let bad = try sick { socket in socket.send(response("no", status: "503 Unavailable")) }
    let good = try ScriptedTarget.http { _ in response("blue") }
    defer {
        bad.stop()
        good.stop()
    }
    let canary = { (generation: UInt64, share: Int) in
        shifted(generation: generation, blue: [good.port], green: [bad.port], share: share) {
            $0.rescueBudgetMinimum = 40
            $0.rescueBudgetPercentage = 20
        }
    }
    try await withPlane(canary(1, 0)) { plane, port in
        try await eventually("all are healthy") {
            plane.health.values.allSatisfy { $0.state == .healthy }
        }
        try await plane.apply(canary(2, 100))
        let client = try RawSocket(connectedTo: port)
        let reader = MessageReader(client)
        var failures = 0
        for _ in 0..<1500 {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            if try reader.next()?.status != 200 { failures += 1 }
        }
        #expect(failures == 0)
        let outcomes = await plane.traffic().groups["green"]
        #expect((outcomes?.retries ?? 0) > 40)
    }
}
