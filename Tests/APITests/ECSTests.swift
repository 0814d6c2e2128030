import Foundation
import Model
import Store
import Testing

@testable import API

/// What a client sees of each operation.
@Suite struct ECSTests {
    private static let container: JSON = [
        "name": "web", "image": "host", "command": ["web"],
        "portMappings": [["containerPort": 80]], "mountPoints": [["sourceVolume": "v"]],
    ]

    private static func registration(_ family: String = "web") -> JSON {
        ["family": .string(family), "containerDefinitions": [container]]
    }

    private func harness(service: [String: JSON]? = [:]) async throws -> Harness {
        let harness = try await Harness()
        _ = try await harness.call("RegisterTaskDefinition", ECSTests.registration())
        if let service {
            _ = try await harness.call("CreateService", ECSTests.service(service))
        }
        return harness
    }

    private static func service(_ extra: [String: JSON] = [:]) -> JSON {
        let fields: [String: JSON] = [
            "serviceName": "web", "taskDefinition": "web", "desiredCount": 2,
        ]
        return .object(fields.merging(extra) { _, new in new })
    }

    private func described(_ harness: Harness) async throws -> JSON {
        try await harness.call("DescribeServices", ["services": ["web"]])["services"][0]
    }

    @Test func taskDefinitionsAreNumberedAndKept() async throws {
        let harness = try await harness(service: nil)
        let second = try await harness.call("RegisterTaskDefinition", ECSTests.registration())
        #expect(second["taskDefinition"]["revision"] == 2)
        #expect(
            second["taskDefinition"]["containerDefinitions"][0]["mountPoints"][0]["sourceVolume"]
                == "v")
        _ = try await harness.call("DeregisterTaskDefinition", ["taskDefinition": "web:2"])
        let newest = try await harness.call("DescribeTaskDefinition", ["taskDefinition": "web"])
        #expect(newest["taskDefinition"]["revision"] == 1)
        let gone = try await harness.call("DescribeTaskDefinition", ["taskDefinition": "web:2"])
        #expect(gone["taskDefinition"]["status"] == "INACTIVE")
        let third = try await harness.call("RegisterTaskDefinition", ECSTests.registration())
        #expect(third["taskDefinition"]["revision"] == 3)
        let listed = try await harness.call("ListTaskDefinitions", ["sort": "DESC"])
        #expect(
            listed["taskDefinitionArns"].elements.map { $0.text.suffix(5) } == ["web:3", "web:1"])
        let families = try await harness.call("ListTaskDefinitionFamilies", [:])
        #expect(families["families"] == ["web"])
        #expect(
            try await harness.fault("CreateService", ECSTests.service(["taskDefinition": "web:2"]))
                == "ClientException")
    }

    @Test(
        arguments: [
            ["family": "a b", "containerDefinitions": [container]],
            ["family": "a", "containerDefinitions": []],
            ["family": "a", "containerDefinitions": [["name": "x", "image": "host"]]],
            ["family": "a", "containerDefinitions": [container, container]],
            [
                "family": "a",
                "containerDefinitions": [["name": "x", "image": "i", "essential": false]],
            ],
            ["family": "a", "containerDefinitions": [["name": "x", "image": "i", "memory": 5]]],
            [
                "family": "a",
                "containerDefinitions": [
                    ["name": "x", "image": "i", "secrets": [["name": "a", "valueFrom": "b"]]]
                ],
            ],
            [
                "family": "a",
                "containerDefinitions": [
                    [
                        "name": "x", "image": "i",
                        "dependsOn": [["containerName": "x", "condition": "START"]],
                    ]
                ],
            ],
            [
                "family": "a",
                "containerDefinitions": [
                    ["name": "x", "image": "i", "portMappings": [["containerPort": 70_000]]]
                ],
            ],
            [
                "family": "a",
                "containerDefinitions": [
                    [
                        "name": "x", "image": "i",
                        "healthCheck": ["command": ["CMD", "x"], "retries": 0],
                    ]
                ],
            ],
            ["family": "a", "networkMode": "awsvpc", "containerDefinitions": [container]],
        ] as [JSON])
    func badTaskDefinitionsAreRefused(registration: JSON) async throws {
        #expect(
            try await Harness().fault("RegisterTaskDefinition", registration) == "ClientException")
    }

    @Test func createServiceBeginsItsFirstDeployment() async throws {
        let harness = try await harness()
        let service = try await described(harness)
        #expect(service["status"] == "ACTIVE")
        #expect(service["desiredCount"] == 2)
        #expect(service["runningCount"] == 0)
        #expect(service["createdAt"] == .integer(Harness.now.milliseconds / 1000))
        #expect(service["deploymentConfiguration"]["strategy"] == "BLUE_GREEN")
        let deployment = service["deployments"][0]
        #expect(deployment["status"] == "PRIMARY")
        #expect(deployment["rolloutState"] == "IN_PROGRESS")
        #expect(deployment["id"].text.wholeMatch(of: /ecs-svc\/[0-9]{19}/) != nil)
        let arn = service["currentServiceDeployment"].text
        #expect(arn.wholeMatch(of: /.*:service-deployment\/default\/web\/[A-Za-z0-9]{21}/) != nil)
        let listed = try await harness.call("ListServiceDeployments", ["service": "web"])
        #expect(listed["serviceDeployments"][0]["status"] == "PENDING")
        let one = try await harness.call(
            "DescribeServiceDeployments", ["serviceDeploymentArns": [.string(arn)]])
        let target = one["serviceDeployments"][0]["targetServiceRevision"]
        #expect(target["requestedProductionTrafficWeight"] == 0)
        let revision = try await harness.call(
            "DescribeServiceRevisions", ["serviceRevisionArns": [target["arn"]]])
        #expect(revision["serviceRevisions"][0]["containerImages"][0]["image"] == "host")
    }

    @Test func creatingTheSameAgainIsTheSameAndAnotherIsNot() async throws {
        let harness = try await harness()
        let again = try await harness.call("CreateService", ECSTests.service())
        #expect(again["service"]["deployments"].elements.count == 1)
        #expect(
            try await harness.fault("CreateService", ECSTests.service(["desiredCount": 3]))
                == "InvalidParameterException")
    }

    @Test func onlyWhatRunsOtherwiseIsDeployed() async throws {
        let harness = try await harness()
        _ = try await harness.call("UpdateService", ["service": "web", "desiredCount": 3])
        #expect(try await described(harness)["deployments"].elements.count == 1)
        _ = try await harness.call("RegisterTaskDefinition", ECSTests.registration())
        let updated = try await harness.call(
            "UpdateService", ["service": "web", "taskDefinition": "web"])
        #expect(updated["service"]["taskDefinition"].text.hasSuffix("web:2"))
        #expect(updated["service"]["desiredCount"] == 3)
        let listed = try await harness.call("ListServiceDeployments", ["service": "web"])
        #expect(listed["serviceDeployments"].elements.count == 2)
        _ = try await harness.call(
            "UpdateService", ["service": "web", "forceNewDeployment": true])
        let sequences = try await harness.store.values(
            in: Key.deployments, as: ServiceDeployment.self
        ).map(\.value).sorted { $0.sequence < $1.sequence }
        #expect(sequences.map(\.want?.kind) == [.supersede, .supersede, nil])
    }

    @Test(
        arguments: [
            ["deploymentConfiguration": ["canaryConfiguration": ["canaryPercent": .number(100.1)]]],
            ["deploymentConfiguration": ["linearConfiguration": ["stepPercent": .number(2.9)]]],
            ["deploymentConfiguration": ["linearConfiguration": ["stepBakeTimeInMinutes": -1]]],
            ["deploymentConfiguration": ["strategy": "GREEN"]],
            ["deploymentConfiguration": ["bakeTimeInMinutes": 1441]],
            ["deploymentConfiguration": ["minimumHealthyPercent": 101]],
            ["deploymentConfiguration": ["strategy": "ROLLING", "maximumPercent": 100]],
            ["desiredCount": -1],
            [
                "loadBalancers": [
                    ["targetGroupArn": "x", "containerName": "web", "containerPort": 80]
                ]
            ],
            ["schedulingStrategy": "daemon"],
            ["deploymentController": ["type": "CODE_DEPLOY"]],
            ["serviceName": "a b"],
        ] as [[String: JSON]])
    func badServicesAreRefused(extra: [String: JSON]) async throws {
        let harness = try await harness(service: nil)
        #expect(
            try await harness.fault("CreateService", ECSTests.service(extra))
                == "InvalidParameterException")
    }

    @Test(arguments: [
        "serviceConnectConfiguration", "capacityProviderStrategy", "volumeConfigurations",
    ])
    func whatWouldChangeTheMeaningIsRefused(field: String) async throws {
        let harness = try await harness(service: nil)
        let service = ECSTests.service([field: [["a": "b"]]])
        #expect(try await harness.fault("CreateService", service) == "ClientException")
        _ = try await harness.call("CreateService", ECSTests.service([field: []]))
    }

    @Test func deleteNeedsForceAndLeavesADrainingService() async throws {
        let harness = try await harness()
        #expect(
            try await harness.fault("DeleteService", ["service": "web"])
                == "InvalidParameterException")
        let gone = try await harness.call("DeleteService", ["service": "web", "force": true])
        #expect(gone["service"]["status"] == "DRAINING")
        #expect(
            try await harness.fault("UpdateService", ["service": "web", "desiredCount": 1])
                == "ServiceNotActiveException")
        #expect(
            try await harness.fault("CreateService", ECSTests.service())
                == "InvalidParameterException")
        #expect(
            try await harness.fault("DeleteService", ["service": "x"]) == "ServiceNotFoundException"
        )
    }

    @Test func stoppingADeploymentIsIdempotentUntilItIsTooLate() async throws {
        let harness = try await harness()
        let arn = try await described(harness)["currentServiceDeployment"]
        let stop: JSON = ["serviceDeploymentArn": arn]
        for _ in 0..<2 {
            #expect(
                try await harness.call("StopServiceDeployment", stop)["serviceDeploymentArn"] == arn
            )
        }
        var record = try #require(
            try await harness.store.values(in: Key.deployments, as: ServiceDeployment.self).first
        ).value
        #expect(record.status == .rollbackRequested)
        #expect(record.want?.kind == .rollback)
        let key = Key.deployment(record.id, of: record.service, in: record.cluster)
        record.status = .inProgress
        record.want = nil
        record.stopIntentBlue = true
        try await harness.store.commit(Transaction([try .put(key, record)]))
        #expect(try await harness.fault("StopServiceDeployment", stop) == "ConflictException")
        record.status = .successful
        try await harness.store.commit(Transaction([try .put(key, record)]))
        #expect(try await harness.fault("StopServiceDeployment", stop) == "ConflictException")
        #expect(
            try await harness.fault(
                "StopServiceDeployment", ["serviceDeploymentArn": .string(arn.text + "x")])
                == "ServiceDeploymentNotFoundException")
    }

    @Test func tasksAreRunListedDescribedAndStopped() async throws {
        let harness = try await harness(service: nil)
        let overrides: JSON = [
            "containerOverrides": [
                ["name": "web", "environment": [["name": "A", "value": "1"]]]
            ]
        ]
        let ran = try await harness.call(
            "RunTask",
            ["taskDefinition": "web", "count": 3, "startedBy": "me", "overrides": overrides])
        #expect(ran["tasks"].elements.count == 3)
        let task = ran["tasks"][0]
        #expect(task["lastStatus"] == "PROVISIONING")
        #expect(task["group"] == "family:web")
        let listed = try await harness.call("ListTasks", ["startedBy": "me", "maxResults": 2])
        #expect(listed["taskArns"].elements.count == 2)
        let rest = try await harness.call(
            "ListTasks", ["startedBy": "me", "nextToken": listed["nextToken"]])
        #expect(rest["taskArns"].elements.count == 1)
        #expect(rest["nextToken"] == .null)
        let stopped = try await harness.call(
            "StopTask", ["task": task["taskArn"], "reason": "enough"])
        #expect(stopped["task"]["desiredStatus"] == "STOPPED")
        #expect(stopped["task"]["stoppedReason"] == "enough")
        #expect(stopped["task"]["stopCode"] == "UserInitiated")
        #expect(
            try await harness.call("ListTasks", ["desiredStatus": "STOPPED"])["taskArns"]
                == [task["taskArn"]])
        let described = try await harness.call(
            "DescribeTasks", ["tasks": [task["taskArn"], "0123"]])
        #expect(described["failures"][0]["reason"] == "MISSING")
        #expect(
            described["tasks"][0]["overrides"]["containerOverrides"][0]["environment"][0]["value"]
                == "1")
        #expect(try await harness.fault("StopTask", ["task": "x"]) == "InvalidParameterException")
        #expect(
            try await harness.fault("RunTask", ["taskDefinition": "web", "count": 11])
                == "InvalidParameterException")
    }

    @Test func clustersAreCreatedOnceAndOthersAreNotFound() async throws {
        let harness = try await harness(service: nil)
        _ = try await harness.call("CreateCluster", ["clusterName": "blue"])
        _ = try await harness.call("CreateCluster", ["clusterName": "blue"])
        #expect(try await harness.call("ListClusters", [:])["clusterArns"].elements.count == 2)
        let described = try await harness.call("DescribeClusters", ["clusters": ["blue", "red"]])
        #expect(described["clusters"][0]["status"] == "ACTIVE")
        #expect(described["failures"][0]["reason"] == "MISSING")
        #expect(
            try await harness.fault("ListTasks", ["cluster": "red"]) == "ClusterNotFoundException")
        let missing = try await harness.call("DescribeServices", ["services": ["none"]])
        #expect(missing["failures"][0]["reason"] == "MISSING")
    }

    @Test func aClientTokenRunsItsTasksOnce() async throws {
        let harness = try await harness(service: nil)
        let request: JSON = ["taskDefinition": "web", "count": 2, "clientToken": "once"]
        let first = try await harness.call("RunTask", request)
        let second = try await harness.call("RunTask", request)
        #expect(first["tasks"][0]["taskArn"] == second["tasks"][0]["taskArn"])
        #expect(try await harness.call("ListTasks", [:])["taskArns"].elements.count == 2)
        let other: JSON = ["taskDefinition": "web", "count": 3, "clientToken": "once"]
        #expect(try await harness.fault("RunTask", other) == "ConflictException")
    }

    @Test func aTaskDefinitionAtTheLimitIsTakenAndOneOverItIsNot() async throws {
        let harness = try await Harness()
        func registration(_ count: Int) -> JSON {
            [
                "family": "a",
                "containerDefinitions": [
                    [
                        "name": "a", "image": "i",
                        "environment": [
                            ["name": "A", "value": .string(String(repeating: "x", count: count))]
                        ],
                    ]
                ],
            ]
        }
        func bytes(_ input: JSON) throws -> Int {
            let request = try JSONDecoder().decode(
                RegisterTaskDefinitionRequest.self, from: try JSONEncoder().encode(input))
            return try Operation.encode(request).count
        }
        let room = TaskDefinitionRules.bytesMax - (try bytes(registration(0)))
        _ = try await harness.call("RegisterTaskDefinition", registration(room))
        #expect(
            try await harness.fault("RegisterTaskDefinition", registration(room + 1))
                == "ClientException")
    }

    @Test func taskStatusesAreWhatBothHalvesTell() {
        var task = Task(
            id: "t", arn: "", cluster: "default",
            taskDefinition: TaskDefinition(
                family: "a", revision: 1, taskDefinitionArn: "", containerDefinitions: [],
                registeredAt: .zero),
            group: "family:a", createdAt: .zero)
        func status(_ state: TaskStatus?) -> TaskStatus {
            let observed = state.map {
                TaskState(
                    task: "t", cluster: "default", containerInstance: "i", lastStatus: $0)
            }
            return ObservedTask(task: task, state: observed).lastStatus
        }
        #expect(status(nil) == .provisioning)
        task.containerInstance = "i"
        #expect(status(nil) == .pending)
        #expect(status(.running) == .running)
        task.retirement = Retirement(at: .zero, stopCode: .userInitiated, reason: "")
        #expect(status(.running) == .deactivating)
        #expect(status(.stopped) == .stopped)
        task.containerInstance = nil
        task.desiredStatus = .stopped
        #expect(status(nil) == .stopped)
    }
}
