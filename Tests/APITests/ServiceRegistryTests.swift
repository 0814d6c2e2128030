import Model
import Store
import Testing

@testable import API

/// ECS services that register their tasks with a service of Cloud Map.
@Suite struct ServiceRegistryTests {
    private struct Scene {
        let harness: Harness
        let registry: String

        func create(_ registry: [String: JSON], cluster: String = "default") async throws -> JSON {
            try await harness.answer("CreateService", input(registry, cluster)).body
        }

        func input(_ registry: [String: JSON], _ cluster: String) -> JSON {
            [
                "cluster": .string(cluster), "serviceName": "web", "taskDefinition": "web",
                "serviceRegistries": [.object(registry)],
            ]
        }

        func cloudMap(_ operation: String, _ input: JSON) async throws -> JSON {
            try await harness.answer(operation, input, target: CloudMap.table.target).body
        }
    }

    private func scene(record: String = "SRV") async throws -> Scene {
        let harness = try await Harness()
        _ = try await harness.call(
            "RegisterTaskDefinition",
            [
                "family": "web",
                "containerDefinitions": [
                    [
                        "name": "main", "image": "host", "command": ["web"],
                        "portMappings": [["containerPort": 80]],
                    ]
                ],
            ])
        var config: [String: JSON] = ["DnsRecords": [["Type": .string(record), "TTL": 60]]]
        if record == "CNAME" { config["RoutingPolicy"] = "WEIGHTED" }
        let created = try await harness.call(
            "CreateService",
            [
                "Name": "db",
                "NamespaceId": .string(Namespace(name: "default", createdAt: .zero).id),
                "DnsConfig": .object(config),
            ], target: CloudMap.table.target)
        return Scene(harness: harness, registry: created["Service"]["Arn"].text)
    }

    @Test func serviceIsDescribedWithItsRegistry() async throws {
        let scene = try await scene()
        let registry: [String: JSON] = [
            "registryArn": .string(scene.registry), "containerName": "main", "containerPort": 80,
        ]
        let created = try await scene.create(registry)
        #expect(created["service"]["serviceRegistries"] == [.object(registry)])
        let same = try await scene.create(registry)
        #expect(same["service"]["serviceArn"] == created["service"]["serviceArn"])
        let service = try #require(
            try await scene.harness.store.value(
                at: .service("web", in: "default"), as: Service.self)
        ).value
        #expect(service.serviceRegistries?.map(\.name) == ["db"])
        #expect(service.serviceRegistries?.map(\.namespace) == ["default"])
        let updated = try await scene.harness.call(
            "UpdateService", ["service": "web", "serviceRegistries": []])
        #expect(updated["service"]["serviceRegistries"] == [])
    }

    @Test func registryInUseIsNotDeleted() async throws {
        let scene = try await scene()
        _ = try await scene.create(["registryArn": .string(scene.registry)])
        let id: JSON = ["Id": .string(Reference.lastPart(of: scene.registry))]
        let refused = try await scene.cloudMap("DeleteService", id)
        #expect(refused["__type"] == "ResourceInUse")
        #expect(refused["message"].text.contains("web in cluster default"))
        _ = try await scene.harness.call(
            "UpdateService", ["service": "web", "serviceRegistries": []])
        #expect(try await scene.cloudMap("DeleteService", id)["__type"] == .null)
    }

    @Test func tasksAreInstancesOfTheRegistry() async throws {
        let scene = try await scene()
        var instance = DirectoryInstance(id: "t1", address: "10.0.0.7", port: 5000)
        instance.attributes = ["ECS_SERVICE_NAME": "web"]
        let entry = DirectoryEntry(
            service: "db", namespace: "default", ttlSeconds: 10, instances: [instance])
        try await scene.harness.store.commit(
            Transaction([try .put(.directory("db", in: "default"), entry)]))
        let id = JSON.string(Reference.lastPart(of: scene.registry))
        let attributes: JSON = [
            "AWS_INSTANCE_IPV4": "10.0.0.7", "AWS_INSTANCE_PORT": "5000",
            "ECS_SERVICE_NAME": "web",
        ]
        let list = try await scene.cloudMap("ListInstances", ["ServiceId": id])
        #expect(list["Instances"].elements.map { $0["Attributes"] } == [attributes])
        let one = try await scene.cloudMap(
            "GetInstance", ["ServiceId": id, "InstanceId": "t1"])
        #expect(one["Instance"]["Attributes"] == attributes)
        let service = try await scene.cloudMap("GetService", ["Id": id])
        #expect(service["Service"]["InstanceCount"] == 1)
        let found = try await scene.cloudMap(
            "DiscoverInstances", ["NamespaceName": "default", "ServiceName": "db"])
        #expect(found["Instances"].elements.map { $0["Attributes"] } == [attributes])
    }

    @Test(
        arguments: [
            ([:], "registryArn is missing"),
            (["registryArn": "srv-none"], "Cloud Map has no service"),
            (["port": 0], "port must be 1 to 65535"),
            (["port": 80, "containerName": "main", "containerPort": 80], "cannot stand beside"),
            (["containerPort": 80], "containerName is missing"),
            (["containerName": "main"], "containerPort is missing"),
            (["containerName": "side", "containerPort": 80], "container side does not exist"),
            (["containerName": "main", "containerPort": 81], "container port 81"),
        ] as [([String: JSON], String)])
    func badRegistriesAreRefused(registry: [String: JSON], problem: String) async throws {
        let scene = try await scene()
        var registry = registry
        if !registry.isEmpty, registry["registryArn"] == nil {
            registry["registryArn"] = .string(scene.registry)
        }
        let refused = try await scene.create(registry)
        #expect(refused["__type"] == "InvalidParameterException")
        #expect(refused["message"].text.contains("serviceRegistries[0]."))
        #expect(refused["message"].text.contains(problem))
    }

    @Test func aliasCannotNameTasks() async throws {
        let scene = try await scene(record: "CNAME")
        let refused = try await scene.create(["registryArn": .string(scene.registry)])
        #expect(refused["message"].text.contains("no A, AAAA or SRV records"))
    }

    @Test func oneRegistryIsTheMost() async throws {
        let scene = try await scene()
        let registry: JSON = ["registryArn": .string(scene.registry)]
        let refused = try await scene.harness.answer(
            "CreateService",
            [
                "serviceName": "web", "taskDefinition": "web",
                "serviceRegistries": [registry, registry],
            ])
        #expect(refused.body["message"].text.contains("1 element at most"))
    }

    @Test func clustersHaveNamespacesOfTheirOwn() async throws {
        let scene = try await scene()
        _ = try await scene.harness.call("CreateCluster", ["clusterName": "prod"])
        let registry: [String: JSON] = ["registryArn": .string(scene.registry)]
        for cluster in ["default", "prod"] {
            #expect(try await scene.create(registry, cluster: cluster)["__type"] == .null)
        }
        let store = scene.harness.store
        for cluster in ["default", "prod"] as [ClusterName] {
            let service = try await store.value(
                at: .service("web", in: cluster), as: Service.self)
            #expect(service?.value.namespaces == [NamespaceName(cluster.text)])
            let namespace = try await store.value(
                at: .namespace(cluster.namespace), as: Namespace.self)
            #expect(namespace != nil)
        }
    }

    @Test func namesOfAnotherClusterAreNotTaken() async throws {
        let scene = try await scene()
        _ = try await scene.harness.call("CreateCluster", ["clusterName": "prod"])
        let document: JSON = [
            "namespaces": ["shop.internal"],
            "services": [
                ["name": "web", "task_definition": "web", "namespaces": ["shop.internal"]],
                [
                    "name": "web", "cluster": "prod", "task_definition": "web",
                    "namespaces": ["shop.internal"],
                ],
            ],
        ]
        let refused = try await scene.harness.answer(
            "ApplyConfiguration", ["configuration": document], target: TealService.table.target)
        #expect(refused.body["field"] == "services[1].namespaces")
        #expect(refused.body["message"].text.contains("a service of cluster default"))
    }

    @Test func configurationsHaveRegistries() async throws {
        let scene = try await scene()
        let document: JSON = [
            "services": [
                [
                    "name": "web", "task_definition": "web",
                    "service_registries": [
                        [
                            "registry_arn": .string(scene.registry), "container_name": "main",
                            "container_port": 80,
                        ]
                    ],
                ]
            ]
        ]
        let target = TealService.table.target
        _ = try await scene.harness.call(
            "ApplyConfiguration", ["configuration": document], target: target)
        let services = try await scene.harness.call("DescribeServices", ["services": ["web"]])
        #expect(
            services["services"][0]["serviceRegistries"][0]["registryArn"].text == scene.registry)
        let again = try await scene.harness.call(
            "ApplyConfiguration", ["configuration": document], target: target)
        #expect(again["changes"] == [])
    }
}
