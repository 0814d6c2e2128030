import Model
import Routing
import Testing

@testable import Proxy

private func limited(
    generation: UInt64 = 1, _ ports: [UInt16], _ maximum: Int = 1, queue: Int = 100,
    milliseconds: Int = 20_000
) -> LoadBalancerConfiguration {
    configuration(generation: generation, ports) {
        var attributes = TargetGroupAttributes()
        attributes.concurrencyMaximum = maximum
        attributes.concurrencyQueueLength = queue
        attributes.concurrencyQueueMilliseconds = milliseconds
        $0.targetGroups[0].attributes = attributes
    }
}

private func send(_ port: UInt16, _ path: String) throws -> RawSocket {
    let client = try RawSocket(connectedTo: port)
    client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
    return client
}

private func says(_ plane: DataPlane, _ line: String) async -> Bool {
    await plane.metrics().split(separator: "\n").contains { $0 == line }
}

private func areWaiting(_ count: Int, _ plane: DataPlane) async throws {
    try await eventually("\(count) requests wait") {
        await says(plane, "teal_requests_waiting \(count)")
    }
}

@Test func requestsBeyondTheLimitWaitTheirTurn() async throws {
    let target = try HeldTarget()
    defer { target.stop() }
    try await withPlane(limited([target.port])) { plane, port in
        var clients: [RawSocket] = []
        for number in 0..<6 {
            clients.append(try send(port, "/\(number)"))
            if number == 0 {
                try await eventually("the first is there") { target.paths == ["/0"] }
            }
            try await areWaiting(number, plane)
        }
        target.open()
        let answers = try clients.map { try MessageReader($0).next()?.text }
        #expect(answers == (0..<6).map { "/\($0)" })
        #expect(target.paths == (0..<6).map { "/\($0)" })
        #expect(target.most == 1)
        try await areWaiting(0, plane)
    }
}

@Test func theLimitHoldsForAllWorkersTogether() async throws {
    let targets = try (0..<2).map { _ in try HeldTarget() }
    defer { for target in targets { target.stop() } }
    try await withPlane(limited(targets.map(\.port), 2), workers: 4) { plane, port in
        let clients = try (0..<40).map { try send(port, "/\($0)") }
        try await areWaiting(36, plane)
        #expect(targets.map(\.most) == [2, 2])
        for target in targets { target.open() }
        for client in clients { #expect(try MessageReader(client).next()?.status == 200) }
        #expect(targets.map(\.most) == [2, 2])
        // Every place was given back.
        for _ in 0..<8 { #expect(try get(port).status == 200) }
        #expect(await says(plane, "teal_requests_in_flight 0"))
    }
}

@Test func aFullQueueTakesNoMore() async throws {
    let target = try HeldTarget()
    defer { target.stop() }
    try await withPlane(limited([target.port], queue: 2)) { plane, port in
        let clients = try (0..<3).map { try send(port, "/\($0)") }
        try await areWaiting(2, plane)
        let refused = try get(port)
        #expect(refused.status == 503)
        #expect(refused.text == "Too many requests wait for a target.")
        #expect(await says(plane, "teal_failures_total{listener=\"http\",reason=\"QueueFull\"} 1"))
        target.open()
        for client in clients { #expect(try MessageReader(client).next()?.status == 200) }
    }
}

@Test func nobodyWaitsForEver() async throws {
    let target = try HeldTarget()
    defer { target.stop() }
    try await withPlane(limited([target.port], milliseconds: 1)) { plane, port in
        let first = try send(port, "/first")
        try await eventually("it is there") { target.paths == ["/first"] }
        #expect(try get(port).status == 503)
        #expect(
            await says(plane, "teal_failures_total{listener=\"http\",reason=\"QueueTimedOut\"} 1"))
        try await areWaiting(0, plane)
        target.open()
        #expect(try MessageReader(first).next()?.text == "/first")
        #expect(try get(port).status == 200)
    }
}

@Test func whoLeavesTheQueueMakesRoom() async throws {
    let target = try HeldTarget()
    defer { target.stop() }
    try await withPlane(limited([target.port], queue: 2)) { plane, port in
        let first = try send(port, "/first")
        try await eventually("it is there") { target.paths == ["/first"] }
        let leaving = try (0..<2).map { _ in try send(port, "/leaving") }
        try await areWaiting(2, plane)
        leaving[0].endSending()
        try await areWaiting(1, plane)
        let second = try send(port, "/second")
        try await areWaiting(2, plane)
        target.open()
        #expect(try MessageReader(first).next()?.text == "/first")
        #expect(try MessageReader(second).next()?.text == "/second")
        #expect(try leaving[0].receive() == nil)
        #expect(target.paths.filter { $0 == "/leaving" }.count == 1)
    }
}

@Test func thoseWhoWaitFollowTheConfiguration() async throws {
    let held = try HeldTarget()
    let other = try HeldTarget()
    other.open()
    defer {
        held.stop()
        other.stop()
    }
    try await withPlane(limited([held.port])) { plane, port in
        let first = try send(port, "/first")
        try await eventually("it is there") { held.paths == ["/first"] }
        // A second target comes: who waits goes there.
        let second = try send(port, "/second")
        try await areWaiting(1, plane)
        try await plane.apply(limited(generation: 2, [held.port, other.port]))
        #expect(try MessageReader(second).next()?.text == "/second")
        // The limit goes, and those who waited with it.
        try await plane.apply(limited(generation: 3, [held.port]))
        let third = try send(port, "/third")
        try await areWaiting(1, plane)
        try await plane.apply(limited(generation: 4, [held.port], 0))
        try await eventually("it is let through") { held.paths.contains("/third") }
        // The target leaves while one is there: who waits goes to the one that comes.
        try await plane.apply(limited(generation: 5, [held.port]))
        let fourth = try send(port, "/fourth")
        try await areWaiting(1, plane)
        try await plane.apply(limited(generation: 6, [other.port]))
        #expect(try MessageReader(fourth).next()?.text == "/fourth")
        // And none comes at all.
        held.open()
        #expect(try MessageReader(first).next()?.text == "/first")
        #expect(try MessageReader(third).next()?.text == "/third")
    }
}

@Test func whoWaitsForAGroupThatGoesIsTold() async throws {
    let target = try HeldTarget()
    defer { target.stop() }
    try await withPlane(limited([target.port])) { plane, port in
        let first = try send(port, "/first")
        try await eventually("it is there") { target.paths == ["/first"] }
        let second = try send(port, "/second")
        try await areWaiting(1, plane)
        try await plane.apply(limited(generation: 2, []))
        #expect(try MessageReader(second).next()?.status == 503)
        target.open()
        #expect(try MessageReader(first).next()?.text == "/first")
    }
}

@Test func waitingWorkersHaveTheirTurns() {
    let workers = WaitingWorkers()
    #expect(workers.next(after: 0) == nil)
    for worker in [0, 5, 63] { #expect(workers.enter(worker)) }
    #expect(!workers.enter(5))
    #expect(workers.next(after: 0) == 5)
    #expect(workers.next(after: 5) == 63)
    #expect(workers.next(after: 63) == 0)
    #expect(workers.next(after: 62) == 63)
    workers.leave(5)
    workers.leave(63)
    #expect(workers.next(after: 0) == 0)
}

@Test func everyReasonIsCounted() {
    var outcomes = ListenerOutcomes()
    for failure in Failure.allCases { outcomes.count(failure) }
    for rejection in Rejection.allCases { outcomes.count(rejection) }
    #expect(Failure.allCases.allSatisfy { outcomes.failures(because: $0) == 1 })
    #expect(Rejection.allCases.allSatisfy { outcomes.rejected(for: $0) == 1 })
}
