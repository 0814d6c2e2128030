import Model
import Store
import Testing

@testable import API

/// Teal's own operations: what people look at when they want to know how things are.
@Suite struct TealServiceTests {
    private func call(_ operation: String, _ input: JSON, _ harness: Harness) async throws -> JSON {
        try await harness.call(operation, input, target: TealService.table.target)
    }

    private func put(_ value: some Encodable, _ key: Key, in harness: Harness) async throws {
        let lease = key.isLive ? try await harness.store.grantLease(milliseconds: 60_000) : nil
        try await harness.store.commit(Transaction([try .put(key, value, lease: lease)]))
    }

    /// One target, registered by a generation, that two balancers see differently.
    private func balanced(_ harness: Harness) async throws {
        var group = TargetGroup(name: "web-blue")
        try await put(group, .targetGroup(group.name), in: harness)
        group.targets = [Target(id: "t-80", address: "10.0.0.1", port: 3000, revision: "1")]
        try await put(group, .part("abc", of: "main"), in: harness)
        try await put(
            LoadBalancer(name: "main", createdAt: Harness.now), .loadBalancer("main"), in: harness)
        try await put(
            Generation(
                loadBalancer: "main", number: 7, term: 2, listeners: "def",
                targetGroups: ["web-blue": "abc"]), .generation("main"), in: harness)
        for (id, generation, state) in [("a", 7, TargetHealthState.healthy), ("b", 6, .unhealthy)] {
            var report = BalancerReport(
                id: BalancerID(id), loadBalancer: "main", incarnation: 1,
                appliedGeneration: UInt64(generation), fenced: false)
            report.health["t-80"] = TargetHealth(
                state: state, reason: state == .unhealthy ? "Target.Timeout" : nil)
            report.inFlight["t-80"] = 2
            try await put(report, .liveBalancer(BalancerID(id), of: "main"), in: harness)
        }
        try await put(
            BalancerRegistration(id: "c", loadBalancer: "main", address: "10.0.0.9"),
            .balancer("c", of: "main"), in: harness)
    }

    @Test func aTargetIsAsWellAsTheWorstBalancerSays() async throws {
        let harness = try await Harness()
        try await balanced(harness)
        let answer = try await call("DescribeTargetHealth", ["targetGroup": "web-blue"], harness)
        let target = answer["targetGroups"][0]["targets"][0]
        #expect(target["state"] == "unhealthy")
        #expect(target["reason"] == "Target.Timeout")
        #expect(target["inFlight"] == 4)
        #expect(target["port"] == 3000)
        let unknown = try await harness.answer(
            "DescribeTargetHealth", ["targetGroup": "x"], target: TealService.table.target)
        #expect(unknown.status == 400)
    }

    @Test func statusTellsWhichBalancersRunTheCurrentGeneration() async throws {
        let harness = try await Harness()
        try await balanced(harness)
        try await put(Leader(term: 3, holder: "here"), Key.leader, in: harness)
        let status = try await call("DescribeStatus", [:], harness)
        let states = status["balancers"].elements.map { $0["state"].text }
        #expect(states == ["current", "behind", "away"])
        #expect(status["loadBalancers"][0]["currentGeneration"] == 7)
        #expect(status["leader"]["isLive"] == false)
    }

    @Test func historyIsToldInItsOrder() async throws {
        let harness = try await Harness()
        let deployment = ServiceDeployment(
            id: "d1", arn: Realm.local.serviceDeployment("d1", of: "web", in: "default"),
            service: "web", cluster: "default", sequence: 1, target: "1",
            configuration: DeploymentConfiguration(), createdAt: Harness.now)
        try await put(deployment, .deployment("d1", of: "web", in: "default"), in: harness)
        for (index, message) in ["first", "second", "third"].enumerated() {
            try await put(
                HistoryEntry(
                    at: Harness.now, stage: .scaleUp, status: .inProgress, message: message),
                .history("d1", entry: index), in: harness)
        }
        for reference in ["d1", deployment.arn] {
            let story = try await call(
                "DescribeHistory", ["serviceDeploymentArn": .string(reference)], harness)
            #expect(
                story["entries"].elements.map { $0["message"].text } == [
                    "first", "second", "third",
                ])
        }
    }
}
