import Foundation
import Model
import Store
import Testing

@testable import API

/// What a client of Cloud Map sees of each operation.
@Suite struct CloudMapTests {
    private struct Registry {
        let harness: Harness
        let namespace: String
        let service: String

        func call(_ operation: String, _ input: JSON) async throws -> JSON {
            try await harness.call(operation, input, target: CloudMap.table.target)
        }

        func fault(_ operation: String, _ input: JSON) async throws -> String {
            try await harness.fault(operation, input, target: CloudMap.table.target)
        }

        func register(_ id: String, _ attributes: JSON) async throws {
            _ = try await call(
                "RegisterInstance",
                [
                    "ServiceId": .string(service), "InstanceId": .string(id),
                    "Attributes": attributes,
                ])
        }

        func discover(_ change: [String: JSON] = [:]) async throws -> Set<String> {
            var input: [String: JSON] = ["NamespaceName": "shop.internal", "ServiceName": "db"]
            input.merge(change) { _, new in new }
            let answer = try await call("DiscoverInstances", .object(input))
            return Set(answer["Instances"].elements.map { $0["InstanceId"].text })
        }

        func revision() async throws -> JSON {
            try await call(
                "DiscoverInstancesRevision",
                ["NamespaceName": "shop.internal", "ServiceName": "db"])["InstancesRevision"]
        }
    }

    private func registry(_ service: [String: JSON] = [:]) async throws -> Registry {
        let harness = try await Harness()
        let target = CloudMap.table.target
        let operation = try await harness.call(
            "CreatePrivateDnsNamespace", ["Name": "shop.internal", "Vpc": "vpc-1"], target: target)
        let done = try await harness.call(
            "GetOperation", ["OperationId": operation["OperationId"]], target: target)
        #expect(done["Operation"]["Status"] == "SUCCESS")
        let namespace = done["Operation"]["Targets"]["NAMESPACE"]
        var input: [String: JSON] = [
            "Name": "db", "NamespaceId": namespace,
            "DnsConfig": ["DnsRecords": [["Type": "A", "TTL": 7]]],
        ]
        input.merge(service) { _, new in new }
        let created = try await harness.call("CreateService", .object(input), target: target)
        return Registry(
            harness: harness, namespace: namespace.text, service: created["Service"]["Id"].text)
    }

    @Test func namesOfFieldsAreCloudMaps() async throws {
        let registry = try await registry()
        let service = try await registry.call("GetService", ["Id": .string(registry.service)])
        #expect(
            service["Service"]["Arn"].text
                == "arn:aws:servicediscovery:us-east-1:000000000000:service/\(registry.service)")
        #expect(service["Service"]["DnsConfig"]["DnsRecords"][0] == ["Type": "A", "TTL": 7])
        #expect(service["Service"]["DnsConfig"]["RoutingPolicy"] == "MULTIVALUE")
        #expect(service["Service"]["InstanceCount"] == 0)
        let namespace = try await registry.call("GetNamespace", ["Id": .string(registry.namespace)])
        #expect(namespace["Namespace"]["Properties"]["DnsProperties"]["SOA"]["TTL"] == 60)
        #expect(namespace["Namespace"]["ServiceCount"] == 1)
        let list = try await registry.call(
            "ListNamespaces", ["Filters": [["Name": "NAME", "Values": ["shop.internal"]]]])
        #expect(list["Namespaces"].elements.map { $0["Id"].text } == [registry.namespace])
    }

    @Test func createsOnceForOneToken() async throws {
        let registry = try await registry(["CreatorRequestId": "token"])
        let again: JSON = [
            "Name": "db", "NamespaceId": .string(registry.namespace), "CreatorRequestId": "token",
            "DnsConfig": ["DnsRecords": [["Type": "A", "TTL": 7]]],
        ]
        let same = try await registry.call("CreateService", again)
        #expect(same["Service"]["Id"].text == registry.service)
        let other = try await registry.harness.answer(
            "CreateService", ["Name": "db", "NamespaceId": .string(registry.namespace)],
            target: CloudMap.table.target)
        #expect(other.body["__type"] == "ServiceAlreadyExists")
        #expect(other.body["ServiceId"].text == registry.service)
    }

    @Test func discoversByAttributesAndHealth() async throws {
        let registry = try await registry(["HealthCheckCustomConfig": ["FailureThreshold": 1]])
        try await registry.register("a", ["AWS_INSTANCE_IPV4": "10.0.0.1", "zone": "eu"])
        try await registry.register(
            "b", ["AWS_INSTANCE_IPV4": "10.0.0.2", "zone": "us", "stage": "beta"])
        #expect(try await registry.discover() == ["a", "b"])
        #expect(try await registry.discover(["QueryParameters": ["zone": "eu"]]) == ["a"])
        #expect(try await registry.discover(["QueryParameters": ["zone": "xx"]]) == [])
        #expect(try await registry.discover(["OptionalParameters": ["zone": "us"]]) == ["b"])
        #expect(try await registry.discover(["OptionalParameters": ["zone": "xx"]]) == ["a", "b"])
        #expect(try await registry.discover(["MaxResults": 1]).count == 1)
        let before = try await registry.revision()
        _ = try await registry.call(
            "UpdateInstanceCustomHealthStatus",
            ["ServiceId": .string(registry.service), "InstanceId": "a", "Status": "UNHEALTHY"])
        // Health is no registration.
        #expect(try await registry.revision() == before)
        #expect(try await registry.discover() == ["b"])
        #expect(try await registry.discover(["HealthStatus": "UNHEALTHY"]) == ["a"])
        #expect(try await registry.discover(["HealthStatus": "ALL"]) == ["a", "b"])
        #expect(
            try await registry.discover(
                ["HealthStatus": "HEALTHY_OR_ELSE_ALL", "QueryParameters": ["zone": "eu"]])
                == ["a"])
        let health = try await registry.call(
            "GetInstancesHealthStatus", ["ServiceId": .string(registry.service)])
        #expect(health["Status"] == ["a": "UNHEALTHY", "b": "HEALTHY"])
        _ = try await registry.call(
            "DeregisterInstance", ["ServiceId": .string(registry.service), "InstanceId": "b"])
        #expect(try await registry.revision() != before)
    }

    @Test func showsTheTasksOfECSServices() async throws {
        let registry = try await registry()
        var instance = DirectoryInstance(id: "t1", address: "10.0.0.9", port: 8080)
        instance.attributes = ["ECS_SERVICE_NAME": "db"]
        let entry = DirectoryEntry(
            service: "db", namespace: "shop.internal", ttlSeconds: 5, instances: [instance])
        try await registry.harness.store.commit(
            Transaction([try .put(.directory("db", in: "shop.internal"), entry)]))
        try await registry.register("a", ["AWS_INSTANCE_IPV4": "10.0.0.1"])
        #expect(try await registry.discover() == ["a", "t1"])
        let query: [String: JSON] = ["QueryParameters": ["AWS_INSTANCE_PORT": "8080"]]
        #expect(try await registry.discover(query) == ["t1"])
    }

    @Test func waitsForTheNextChangeAndTellsHealth() async throws {
        let registry = try await registry(["HealthCheckCustomConfig": [:]])
        try await registry.register("a", ["AWS_INSTANCE_IPV4": "10.0.0.1", "TEAL_WEIGHT": "3"])
        func watch(_ change: [String: JSON] = [:]) async throws -> JSON {
            var input: [String: JSON] = ["namespaceName": "shop.internal", "serviceName": "db"]
            input.merge(change) { _, new in new }
            return try await registry.harness.call(
                "WatchInstances", .object(input), target: TealService.table.target)
        }
        let first = try await watch()
        #expect(first["instances"][0]["healthStatus"] == "HEALTHY")
        #expect(first["instances"][0]["weight"] == 3)
        let still = try await watch(["after": first["cursor"], "waitSeconds": 0])
        #expect(still["instances"] == first["instances"])
        async let next = watch(["after": first["cursor"]])
        _ = try await registry.call(
            "UpdateInstanceCustomHealthStatus",
            ["ServiceId": .string(registry.service), "InstanceId": "a", "Status": "UNHEALTHY"])
        #expect(try await next["instances"][0]["healthStatus"] == "UNHEALTHY")
    }

    @Test func refusesWhatCannotBeAnswered() async throws {
        let registry = try await registry()
        let service = JSON.string(registry.service)
        let wrong: [(JSON, JSON)] = [
            ("a", [:]), ("a", ["AWS_INSTANCE_IPV4": "10.0.0"]),
            ("a b", ["AWS_INSTANCE_IPV4": "1.2.3.4"]),
            ("a", ["AWS_INSTANCE_IPV4": "1.2.3.4", "AWS_INSTANCE_PORT": "0"]),
            ("a", ["AWS_INSTANCE_IPV4": "1.2.3.4", "TEAL_WEIGHT": "-1"]),
            (
                "a",
                [
                    "AWS_INSTANCE_IPV4": "1.2.3.4",
                    "long": .string(String(repeating: "x", count: 1025)),
                ]
            ),
        ]
        for (id, attributes) in wrong {
            let input: JSON = ["ServiceId": service, "InstanceId": id, "Attributes": attributes]
            #expect(try await registry.fault("RegisterInstance", input) == "InvalidInput")
        }
        let cases: [(String, JSON, String)] = [
            ("GetService", ["Id": "srv-none"], "ServiceNotFound"),
            ("GetNamespace", ["Id": "ns-none"], "NamespaceNotFound"),
            ("GetOperation", ["OperationId": "none"], "OperationNotFound"),
            ("GetInstance", ["ServiceId": service, "InstanceId": "x"], "InstanceNotFound"),
            ("GetService", [:], "InvalidInput"),
            ("CreatePrivateDnsNamespace", ["Name": "a..b", "Vpc": "v"], "InvalidInput"),
            ("CreatePrivateDnsNamespace", ["Name": "a.b"], "InvalidInput"),
            (
                "CreatePrivateDnsNamespace", ["Name": "shop.internal", "Vpc": "v"],
                "NamespaceAlreadyExists"
            ),
            ("DeleteNamespace", ["Id": .string(registry.namespace)], "ResourceInUse"),
            (
                "UpdateInstanceCustomHealthStatus",
                ["ServiceId": service, "InstanceId": "x", "Status": "HEALTHY"],
                "CustomHealthNotFound"
            ),
        ]
        for (operation, input, code) in cases {
            #expect(try await registry.fault(operation, input) == code, "\(operation)")
        }
        try await registry.register("a", ["AWS_INSTANCE_IPV4": "10.0.0.1"])
        #expect(try await registry.fault("DeleteService", ["Id": service]) == "ResourceInUse")
    }

    @Test func remembersABoundedNumberOfOperations() async throws {
        let registry = try await registry()
        let store = registry.harness.store
        let writes = try (0..<DiscoveryOperation.countMax).map { number in
            let id = "0-\(10_000 + number)"
            let operation = DiscoveryOperation(
                id: id, type: .updateService, targets: [:], createdAt: .zero)
            return try Write.put(.discoveryOperation(id), operation)
        }
        for start in stride(from: 0, to: writes.count, by: 50) {
            try await store.commit(Transaction(Array(writes[start..<(start + 50)])))
        }
        try await registry.register("a", ["AWS_INSTANCE_IPV4": "10.0.0.1"])
        try await registry.register("b", ["AWS_INSTANCE_IPV4": "10.0.0.2"])
        let kept = try await store.read([.discoveryOperations]).records
        #expect(kept.count == DiscoveryOperation.countMax)
        let list = try await registry.call(
            "ListOperations", ["Filters": [["Name": "TYPE", "Values": ["REGISTER_INSTANCE"]]]])
        #expect(list["Operations"].elements.count == 2)
    }
}
