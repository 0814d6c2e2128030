import Model
import Routing
import Testing

@testable import Proxy

/// Blue and green of one service, each at its port, the traffic in halves.
private func halves(_ blue: UInt16, _ green: UInt16) -> LoadBalancerConfiguration {
    configuration([blue]) { configuration in
        var other = configuration.targetGroups[0]
        other.name = "green"
        other.targets = [target(green)]
        other.targets[0].revision = "revision-2"
        configuration.targetGroups.append(other)
        for index in 0..<2 {
            configuration.targetGroups[index].service = "shop"
            configuration.targetGroups[index].healthCheck.path = "/health"
        }
        configuration.listeners[0].defaultAction = .forward([
            WeightedTargetGroup(targetGroup: "blue", weight: 500),
            WeightedTargetGroup(targetGroup: "green", weight: 500),
        ])
    }
}

@Test func revisionsBesideOneAnotherAreTold() async throws {
    let good = try ScriptedTarget.http { _ in response("fine") }
    // Healthy, or its requests would go to the other group.
    let bad = try ScriptedTarget.http { request in
        request.start.contains("/health") ? response("") : response("", status: "500 No")
    }
    defer {
        good.stop()
        bad.stop()
    }
    try await withPlane(halves(good.port, bad.port), workers: 2) { plane, port in
        for _ in 0..<10 { _ = try get(port) }
        let outcomes = try #require(await plane.outcomes())
        #expect(outcomes.map(\.targetGroup) == ["blue", "green"])
        #expect(outcomes.map(\.revision) == ["revision-1", "revision-2"])
        #expect(outcomes.map(\.requests).reduce(0, +) == 10)
        #expect(outcomes[0].errors == 0)
        #expect(outcomes[1].requests > 0)
        #expect(outcomes[1].errors == outcomes[1].requests)
        for one in outcomes { #expect(one.latencies.values.reduce(0, +) == one.requests) }
    }
}

@Test func aRevisionAloneIsNotTold() async throws {
    let good = try ScriptedTarget.http { _ in response("fine") }
    defer { good.stop() }
    let alone = configuration([good.port]) { $0.targetGroups[0].service = "shop" }
    try await withPlane(alone) { plane, port in
        _ = try get(port)
        #expect(await plane.outcomes() == nil)
    }
}

@Test func whatIsComparedHasALimit() throws {
    let many = configuration([]) { configuration in
        configuration.targetGroups = (0..<200).map { index in
            var group = TargetGroup(name: Identifier("group-\(1000 + index)"))
            group.service = Identifier("service-\(index / 2)")
            group.targets = [target(UInt16(index + 1))]
            group.targets[0].revision = Identifier("revision-\(index)")
            return group
        }
        configuration.listeners[0].defaultAction = .forward([
            WeightedTargetGroup(targetGroup: "group-1000", weight: 1000)
        ])
    }
    let compared = try RoutingTable(many).comparedRevisions
    #expect(compared.count == BalancerReport.outcomesMax)
    #expect(compared.first?.group == "group-1000")
}
