import Model
import Proxy
import Testing

private func checked(_ ports: [UInt16]) -> LoadBalancerConfiguration {
    configuration(ports) {
        $0.targetGroups[0].healthCheck.intervalMilliseconds = 100
        $0.targetGroups[0].healthCheck.path = "/health"
        $0.targetGroups[0].healthCheck.unhealthyThresholdCount = 2
        $0.targetGroups[0].healthCheck.healthyThresholdCount = 2
    }
}

@Test func anUnhealthyTargetGetsNoRequestAndSaysWhy() async throws {
    let good = try ScriptedTarget.http { _ in response("good") }
    let isSick = Counter()
    let bad = try ScriptedTarget.http { request in
        isSick.value % 2 == 1 && request.start.contains("/health")
            ? response("sick", status: "503 Sick") : response("bad")
    }
    defer {
        good.stop()
        bad.stop()
    }
    try await withPlane(checked([good.port, bad.port])) { plane, port in
        let badID = target(bad.port).id
        try await eventually("both become healthy") {
            plane.health.values.allSatisfy { $0.state == .healthy }
        }
        isSick.add()
        try await eventually("the sick one is found") { plane.health[badID]?.state == .unhealthy }
        #expect(plane.health[badID]?.reason == "Target.ResponseCodeMismatch")
        #expect(
            plane.health[badID]?.description == "Health checks failed with these codes: [503]")
        for _ in 0..<10 { #expect(try get(port).text == "good") }
        isSick.add()
        try await eventually("it is found well again") { plane.health[badID]?.state == .healthy }
        try await eventually("it gets requests again") { try get(port).text == "bad" }
    }
}

/// Traffic goes to a new target only after it was seen healthy, while there is a healthy one.
@Test func aTargetIsSeenHealthyBeforeItIsUsed() async throws {
    let opened = Counter()
    let good = try ScriptedTarget.http { _ in response("good") }
    let late = try ScriptedTarget.http { request in
        opened.value == 0 && request.start.contains("/health")
            ? response("", status: "500 Not yet") : response("late")
    }
    defer {
        good.stop()
        late.stop()
    }
    try await withPlane(checked([good.port])) { plane, port in
        try await eventually("the first is healthy") {
            plane.health[target(good.port).id]?.state == .healthy
        }
        try await plane.apply(checked([good.port, late.port]))
        for _ in 0..<20 { #expect(try get(port).text == "good") }
        opened.add()
        try await eventually("the second is used") { try get(port).text == "late" }
    }
}

@Test func theHealthCheckAsksAsALBDoes() async throws {
    let heads = Counter()
    let target = try ScriptedTarget.http { request in
        let isRight =
            request.start == "GET /health HTTP/1.1"
            && request.field("User-Agent") == "ELB-HealthChecker/2.0"
            && request.field("Host")?.hasPrefix("127.0.0.1:") == true
        if isRight { heads.add() }
        return response("")
    }
    defer { target.stop() }
    try await withPlane(checked([target.port])) { _, _ in
        try await eventually("no proper check came") { heads.value > 1 }
    }
}

/// When none is healthy, all are tried: a wrong check must not be an outage.
@Test func aGroupWithoutAHealthyTargetStillServes() async throws {
    let target = try ScriptedTarget.http { request in
        request.start.contains("/health") ? response("", status: "500 No") : response("ok")
    }
    defer { target.stop() }
    try await withPlane(checked([target.port])) { plane, port in
        try await eventually("it is found sick") {
            plane.health.values.allSatisfy { $0.state == .unhealthy }
        }
        let answer = try get(port)
        #expect(answer.text == "ok")
    }
}

@Test func aGroupThatNobodyUsesIsNotChecked() async throws {
    let alone = try ScriptedTarget.http { _ in response("") }
    defer { alone.stop() }
    var unused = checked([])
    var green = unused.targetGroups[0]
    green.name = "green"
    green.targets = [target(alone.port)]
    unused.targetGroups.append(green)
    try await withPlane(unused) { plane, _ in
        #expect(plane.health[target(alone.port).id]?.state == .unused)
        #expect(plane.health[target(alone.port).id]?.reason == "Target.NotInUse")
    }
    #expect(alone.accepted == 0)
}
