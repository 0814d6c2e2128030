import Foundation
import Model
import Store
import Testing

@testable import API

/// Whatever stands in the place of whichever field, the answer is an answer or the client's fault.
@Suite struct WrongInputTests {
    private static let wrong: [JSON] = [
        .null, true, -1, 0, .integer(.max), .integer(.min), .number(1e300), .number(0.5), "",
        "a", "arn:aws:ecs:us-east-1:000000000000:", "arn:aws:ecs:::task/default/x/y/z", "../..",
        "\u{0}\u{1F600}", .string(String(repeating: "x", count: 5000)), [], [[:]], [:], ["a": 1],
        [.null], ["x"],
    ]

    private static let service: JSON = [
        "serviceName": "web", "service": "web", "taskDefinition": "web", "desiredCount": 1,
        "healthCheckGracePeriodSeconds": 1, "cluster": "default", "forceNewDeployment": true,
        "deploymentConfiguration": [
            "strategy": "BLUE_GREEN", "bakeTimeInMinutes": 1, "minimumHealthyPercent": 100,
            "maximumPercent": 200, "deploymentCircuitBreaker": ["enable": true, "rollback": true],
            "canaryConfiguration": ["canaryPercent": 5, "canaryBakeTimeInMinutes": 10],
            "linearConfiguration": ["stepPercent": 10, "stepBakeTimeInMinutes": 6],
            "lifecycleHooks": [
                [
                    "targetType": "AWS_LAMBDA", "hookTargetArn": "/x", "roleArn": "r",
                    "lifecycleStages": ["PRE_SCALE_UP"], "hookDetails": ["a": 1],
                    "timeoutConfiguration": ["timeoutInMinutes": 1, "action": "CONTINUE"],
                ]
            ],
        ],
        "loadBalancers": [
            [
                "targetGroupArn": "a", "containerName": "web", "containerPort": 80,
                "advancedConfiguration": [
                    "alternateTargetGroupArn": "b", "productionListenerRule": "r",
                ],
            ]
        ],
        "tags": [["key": "a", "value": "b"]], "schedulingStrategy": "REPLICA",
    ]

    private static let list: JSON = [
        "cluster": "default", "maxResults": 1, "nextToken": "YQ==", "status": "ACTIVE",
        "service": "web", "serviceName": "web", "family": "web", "sort": "ASC",
        "desiredStatus": "RUNNING", "createdAt": ["before": 1, "after": 1],
    ]

    private static let inputs: [(operation: String, input: JSON)] = [
        (
            "RegisterTaskDefinition",
            [
                "family": "web", "cpu": "1", "memory": "6", "networkMode": "host",
                "placementConstraints": [["type": "memberOf", "expression": "attribute:a exists"]],
                "containerDefinitions": [
                    [
                        "name": "web", "image": "host", "command": ["web"], "cpu": 1, "memory": 6,
                        "portMappings": [["containerPort": 80, "hostPort": 0]], "stopTimeout": 1,
                        "environment": [["name": "A", "value": "b"]], "essential": true,
                        "healthCheck": ["command": ["CMD", "x"], "interval": 5, "retries": 1],
                        "dependsOn": [], "secrets": [],
                    ]
                ],
            ]
        ),
        ("CreateService", service), ("UpdateService", service), ("DeleteService", service),
        ("DescribeServices", ["services": ["web"], "cluster": "default", "include": ["TAGS"]]),
        ("ListServices", list), ("ListTasks", list), ("ListClusters", list),
        ("ListTaskDefinitions", list), ("ListTaskDefinitionFamilies", list),
        ("ListServiceDeployments", list), ("ListContainerInstances", list),
        (
            "RunTask",
            [
                "taskDefinition": "web", "count": 1, "clientToken": "a", "group": "a",
                "startedBy": "a", "placementStrategy": [["type": "spread", "field": "host"]],
                "placementConstraints": [["type": "memberOf", "expression": "attribute:a exists"]],
                "overrides": [
                    "containerOverrides": [
                        [
                            "name": "web", "command": ["a"],
                            "environment": [["name": "a", "value": "b"]],
                        ]
                    ]
                ],
            ]
        ),
        ("StopTask", ["task": "a", "reason": "b"]), ("DescribeTasks", ["tasks": ["a"]]),
        ("DescribeServiceDeployments", ["serviceDeploymentArns": ["a"]]),
        ("DescribeServiceRevisions", ["serviceRevisionArns": ["a"]]),
        (
            "ContinueServiceDeployment",
            ["serviceDeploymentArn": "a", "hookId": "b", "action": "CONTINUE"]
        ),
        (
            "UpdateTaskProtection",
            [
                "cluster": "default", "tasks": ["a"], "protectionEnabled": true,
                "expiresInMinutes": 1,
            ]
        ),
        ("GetTaskProtection", ["cluster": "default", "tasks": ["a"]]),
        ("StopServiceDeployment", ["serviceDeploymentArn": "a", "stopType": "ROLLBACK"]),
        ("DescribeTaskDefinition", ["taskDefinition": "web:1"]),
        ("DeregisterTaskDefinition", ["taskDefinition": "web:1"]),
        ("CreateCluster", ["clusterName": "a", "settings": [], "tags": []]),
        ("DescribeClusters", ["clusters": ["a"]]),
        ("DescribeContainerInstances", ["containerInstances": ["a"]]),
        (
            "ListContainerInstances",
            ["cluster": "default", "filter": "attribute:a == b", "status": "ACTIVE"]
        ),
        (
            "UpdateContainerInstancesState",
            ["cluster": "default", "containerInstances": ["a"], "status": "DRAINING"]
        ),
        (
            "DeregisterContainerInstance",
            ["cluster": "default", "containerInstance": "a", "force": true]
        ),
    ]

    private static let configuration: JSON = [
        "load_balancers": [
            [
                "name": "main", "idle_timeout": "1s", "client_keep_alive": "60s",
                "rule_limits": ["wildcards": 9],
                "listeners": [
                    [
                        "name": "http", "address": "0.0.0.0", "port": 80,
                        "default_action": ["fixed_response": ["status_code": 404, "body": "x"]],
                        "rules": [
                            [
                                "name": "r", "priority": 1,
                                "conditions": [["path_pattern_regex": ["^/a"]]],
                                "forward": [["target_group": "a", "weight": 1000]],
                                "failover": true,
                                "transforms": [
                                    ["url_rewrite": ["regex": "^/a", "replacement": "/b"]]
                                ],
                            ]
                        ],
                    ]
                ],
            ]
        ],
        "target_groups": [
            [
                "name": "a", "deregistration_delay": "1s", "upstream_idle": "1s",
                "health_check": [
                    "path": "/", "port": 80, "interval": "1s", "timeout": "1s",
                    "healthy_threshold": 2, "unhealthy_threshold": 2, "matcher": "200",
                ],
            ]
        ],
        "namespaces": ["a.b"],
        "services": [
            [
                "name": "s", "cluster": "default", "desired_count": 1, "command": ["a"],
                "environment": ["A": "b"], "cpu": 1, "memory": 6, "stop_timeout": "1s", "port": 1,
                "listener": "http", "path": "/", "host": "h.org", "priority": 2, "bake_time": "1s",
                "namespaces": ["a.b"], "record_ttl": "1s", "health_check_grace_period": "1s",
                "deployment": [
                    "strategy": "BLUE_GREEN", "minimum_healthy_percent": 1, "maximum_percent": 200,
                    "circuit_breaker": true, "rollback": true, "progress_deadline": "1s",
                    "hooks": [
                        [
                            "stages": ["PRE_SCALE_UP"], "url": "http://x/", "timeout": "1m",
                            "on_timeout": "CONTINUE", "details": ["a": 1],
                        ],
                        ["stages": ["POST_SCALE_UP"], "command": ["/x"]],
                        ["stages": ["POST_SCALE_UP"], "pause": true],
                    ],
                ],
            ]
        ],
    ]

    /// Tries each `stride`th change only, where there are many and each takes long.
    private func check(
        _ operation: String, _ input: JSON, target: String, stride: Int = 1
    ) async throws {
        let harness = try await Harness()
        _ = try await harness.call("RegisterTaskDefinition", WrongInputTests.inputs[0].input)
        let changes = input.withEachPartReplaced(by: WrongInputTests.wrong)
        for (index, changed) in changes.enumerated() where index.isMultiple(of: stride) {
            let answer = try await harness.answer(operation, changed, target: target)
            let isRight = answer.status == 200 || answer.status == 400
            #expect(isRight, "\(operation) \(changed) \(answer.body)")
        }
    }

    @Test(arguments: inputs.indices)
    func ofECS(index: Int) async throws {
        let (operation, input) = WrongInputTests.inputs[index]
        try await check(operation, input, target: ECS.table.target)
    }

    @Test func ofTheConfiguration() async throws {
        _ = try await Harness().call(
            "ApplyConfiguration", ["configuration": WrongInputTests.configuration],
            target: TealService.table.target)
        try await check(
            "ApplyConfiguration",
            ["configuration": WrongInputTests.configuration, "source": "a", "onlyIfChanged": true],
            // No divisor of the number of replacements: other ones come in each part.
            target: TealService.table.target, stride: 5)
    }

    @Test func everyOperationIsAsked() {
        #expect(
            Set(WrongInputTests.inputs.map(\.operation)) == Set(ECS.table.operations.keys))
    }
}

extension JSON {
    /// This value once for each part of it and each replacement, in a fixed order.
    fileprivate func withEachPartReplaced(by replacements: [JSON]) -> [JSON] {
        var results = replacements
        switch self {
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                results += element.withEachPartReplaced(by: replacements).map { part in
                    var changed = elements
                    changed[index] = part
                    return .array(changed)
                }
            }
        case .object(let fields):
            for name in fields.keys.sorted() {
                results += (fields[name] ?? .null).withEachPartReplaced(by: replacements).map {
                    .object(fields.merging([name: $0]) { _, new in new })
                }
            }
        case .null, .boolean, .integer, .number, .string: break
        }
        return results
    }
}
