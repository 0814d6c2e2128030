import Foundation
import Model
import Proxy
import Testing

/// The interval between two checks is five minutes here: only real requests can be so quick.
@Test func requestsThatFailHastenTheCheckThatTells() async throws {
    let good = try ScriptedTarget.http { _ in response("good") }
    let bad = try ScriptedTarget.http { _ in response("bad") }
    defer { good.stop() }
    let ports = [good.port, bad.port]
    try await withPlane(configuration(ports)) { plane, port in
        try await eventually("both are healthy") {
            plane.health.values.allSatisfy { $0.state == .healthy }
        }
        bad.stop()
        try await eventually("the one that is gone is found out") {
            let answer = try get(port)
            #expect(answer.text == "good")
            return plane.health[target(bad.port).id]?.state == .unhealthy
        }
        #expect(plane.health[target(bad.port).id]?.reason == "Target.FailedHealthChecks")
        #expect(plane.health[target(good.port).id]?.state == .healthy)
    }
}

/// Its checks pass, so it stays; that it is worse than its peers is another matter.
@Test func aTargetThatOnlyAnswersBadlyStaysHealthy() async throws {
    let targets = try (0..<3).map { number in
        try ScriptedTarget.http { request in
            request.start.contains("/health") || number > 0
                ? response("") : response("", status: "500 No")
        }
    }
    defer { for one in targets { one.stop() } }
    let table = configuration(targets.map(\.port)) {
        $0.targetGroups[0].healthCheck.path = "/health"
    }
    try await withPlane(table) { plane, port in
        try await eventually("all are healthy") {
            plane.health.values.allSatisfy { $0.state == .healthy }
        }
        let statuses = try (0..<60).map { _ in try get(port).status }
        #expect(statuses.count { $0 == 500 } == 20)
        #expect(plane.health.values.allSatisfy { $0.state == .healthy })
    }
}

@Test func theOneWithFewerRequestsInHandIsChosen() async throws {
    let gate = Gate()
    let held = Counter()
    let targets = try (0..<2).map { _ in
        try ScriptedTarget { socket, _ in
            let reader = MessageReader(socket)
            while let request = try reader.next() {
                if request.start.contains("/slow") {
                    held.add()
                    gate.wait()
                }
                socket.send(response(request.start))
            }
        }
    }
    defer {
        gate.open()
        for one in targets { one.stop() }
    }
    let table = configuration(targets.map(\.port)) {
        var attributes = TargetGroupAttributes()
        attributes.algorithm = .leastOutstandingRequests
        $0.targetGroups[0].attributes = attributes
    }
    try await withPlane(table) { plane, port in
        let client = try RawSocket(connectedTo: port)
        client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        try await eventually("a target has it in hand") { held.value == 1 }
        let busy = await plane.inFlight().filter { $0.value == 1 }.map(\.key)
        for _ in 0..<20 { #expect(try await getAside(port, "/").status == 200) }
        // With one in hand it never wins, however the pairs are drawn.
        #expect(targets.filter { busy == [target($0.port).id] }.map(\.accepted) == [2])
        gate.open()
        let answer = try MessageReader(client).next()
        #expect(answer?.status == 200)
    }
}
