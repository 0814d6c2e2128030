import Model
import Store
import Testing

@testable import API

/// Services of Cloud Map whose instances are probed.
@Suite struct HealthCheckConfigTests {
    private func create(_ fields: [String: JSON]) async throws -> (harness: Harness, body: JSON) {
        let harness = try await Harness()
        var input: [String: JSON] = [
            "Name": "db", "NamespaceId": .string(Namespace(name: "default", createdAt: .zero).id),
            "DnsConfig": ["DnsRecords": [["Type": "A", "TTL": 7]]],
        ]
        input.merge(fields) { _, new in new }
        let answer = try await harness.answer(
            "CreateService", .object(input), target: CloudMap.table.target)
        return (harness, answer.body)
    }

    @Test func checkIsDescribedAndChanged() async throws {
        let check: JSON = ["Type": "HTTP", "ResourcePath": "/live", "FailureThreshold": 3]
        let (harness, created) = try await create(["HealthCheckConfig": check])
        #expect(created["Service"]["HealthCheckConfig"] == check)
        let id = created["Service"]["Id"]
        let target = CloudMap.table.target
        _ = try await harness.call(
            "UpdateService",
            ["Id": id, "Service": ["HealthCheckConfig": ["Type": "TCP"]]], target: target)
        let changed = try await harness.call("GetService", ["Id": id], target: target)
        #expect(
            changed["Service"]["HealthCheckConfig"] == ["Type": "TCP", "FailureThreshold": 1])
    }

    @Test func probesSayWhoIsHealthy() async throws {
        let (harness, created) = try await create(["HealthCheckConfig": ["Type": "HTTP"]])
        let id = created["Service"]["Id"]
        let target = CloudMap.table.target
        for instance in ["a", "b", "c"] {
            _ = try await harness.call(
                "RegisterInstance",
                [
                    "ServiceId": id, "InstanceId": .string(instance),
                    "Attributes": ["AWS_INSTANCE_IPV4": "10.0.0.1"],
                ], target: target)
        }
        let service = DiscoveryServiceID(id.text)
        for (instance, isHealthy) in [("a", true), ("b", false)] {
            let health = InstanceHealth(
                service: service, instance: instance, isHealthy: isHealthy)
            try await harness.store.commit(
                Transaction([try .put(.instanceHealth(instance, of: service), health)]))
        }
        let status = try await harness.call(
            "GetInstancesHealthStatus", ["ServiceId": id], target: target)
        // Nobody has probed the third one yet.
        #expect(status["Status"] == ["a": "HEALTHY", "b": "UNHEALTHY", "c": "UNHEALTHY"])
        let found = try await harness.call(
            "DiscoverInstances", ["NamespaceName": "default", "ServiceName": "db"], target: target)
        #expect(found["Instances"].elements.map { $0["InstanceId"] } == ["a"])
        _ = try await harness.call(
            "DeregisterInstance", ["ServiceId": id, "InstanceId": "a"], target: target)
        let left = try await harness.store.read([.instanceHealth(of: service)])
        #expect(left.records.map(\.key) == [.instanceHealth("b", of: service)])
    }

    @Test(
        arguments: [
            (["Type": "HTTPS"], "no certificate"),
            (["Type": "PING"], "HTTP or TCP"),
            (["Type": "TCP", "ResourcePath": "/"], "cannot be used with TCP"),
            (["Type": "HTTP", "ResourcePath": "live"], "begins with /"),
            (["Type": "HTTP", "ResourcePath": "/a\r\nb"], "visible ASCII"),
            (["Type": "HTTP", "FailureThreshold": 0], "1 to 10"),
            (["Type": "HTTP", "FailureThreshold": 11], "1 to 10"),
        ] as [([String: JSON], String)])
    func badChecksAreRefused(check: [String: JSON], problem: String) async throws {
        let (_, body) = try await create(["HealthCheckConfig": .object(check)])
        #expect(body["__type"] == "InvalidInput")
        #expect(body["message"].text.contains("HealthCheckConfig."))
        #expect(body["message"].text.contains(problem))
    }

    @Test func checksExcludeEachOther() async throws {
        let (_, body) = try await create([
            "HealthCheckConfig": ["Type": "TCP"], "HealthCheckCustomConfig": [:],
        ])
        #expect(body["message"].text.contains("exclude each other"))
    }

    @Test func probedInstanceMustSayWhereItIs() async throws {
        let (harness, created) = try await create(["HealthCheckConfig": ["Type": "TCP"]])
        let refused = try await harness.answer(
            "RegisterInstance",
            [
                "ServiceId": created["Service"]["Id"], "InstanceId": "a",
                "Attributes": ["AWS_INSTANCE_IPV4": "10.0.0.1"],
            ], target: CloudMap.table.target)
        #expect(refused.body["message"].text.contains("AWS_INSTANCE_PORT is missing"))
    }
}
