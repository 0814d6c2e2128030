import Model
import Store
import Testing

@testable import API

/// A configuration and what exists become changes; the same again becomes none.
@Suite struct ApplyConfigurationTests {
    private static func document(
        version: String = "1", extra: [String: JSON] = [:]
    ) -> JSON {
        let service: [String: JSON] = [
            "name": "hello", "desired_count": 2, "command": ["teal-hello"],
            "environment": ["VERSION": .string(version)], "port": 8000, "listener": "http",
            "test_listener": "test", "health_check": ["path": "/health", "interval": "200ms"],
            "bake_time": "10s",
        ]
        return [
            "load_balancers": [
                [
                    "name": "main",
                    "listeners": [
                        ["name": "http", "port": 8080], ["name": "test", "port": 8081],
                    ],
                ]
            ],
            "services": [.object(service.merging(extra) { _, new in new })],
        ]
    }

    private func apply(_ document: JSON, to harness: Harness) async throws -> JSON {
        try await harness.call(
            "ApplyConfiguration", ["configuration": document], target: TealService.table.target)
    }

    private func error(_ document: JSON) async throws -> (field: String, message: String) {
        let answer = try await Harness().answer(
            "ApplyConfiguration", ["configuration": document], target: TealService.table.target)
        #expect(answer.status == 400)
        #expect(answer.body["__type"] == "InvalidParameterException")
        return (answer.body["field"].text, answer.body["message"].text)
    }

    @Test func theShortFormMakesEverythingAServiceNeeds() async throws {
        let harness = try await Harness()
        let answer = try await apply(ApplyConfigurationTests.document(), to: harness)
        #expect(answer["changes"].elements.count == 9)
        #expect(answer["serviceDeploymentArns"].elements.count == 1)

        let group = try await harness.store.value(
            at: .targetGroup("hello-green"), as: TargetGroup.self)?.value
        #expect(group?.healthCheck.path == "/health")
        #expect(group?.healthCheck.intervalMilliseconds == 200)
        let rule = try await harness.store.value(at: .rule("hello-test"), as: Rule.self)?.value
        #expect(rule?.listener == "test")
        #expect(
            rule?.action
                == .forward([
                    WeightedTargetGroup(targetGroup: "hello-blue", weight: 1000),
                    WeightedTargetGroup(targetGroup: "hello-green", weight: 0),
                ]))
        let service = try #require(
            try await harness.store.value(at: .service("hello", in: "default"), as: Service.self)
        ).value
        #expect(service.deploymentConfiguration.strategy == .blueGreen)
        #expect(service.deploymentConfiguration.bakeTimeMilliseconds == 10_000)
        #expect(service.deploymentSequence == 1)
        let pair = service.loadBalancers.first?.advancedConfiguration
        #expect(
            pair?.productionListenerRule == Realm.local.rule("hello-http", of: "http", on: "main"))
        #expect(pair?.alternateTargetGroupArn == Realm.local.targetGroup("hello-green"))
    }

    @Test func twiceChangesNothing() async throws {
        let harness = try await Harness()
        _ = try await apply(ApplyConfigurationTests.document(), to: harness)
        let before = try await harness.store.read(Inventory.folders)
        let again = try await apply(ApplyConfigurationTests.document(), to: harness)
        #expect(again["changes"] == [])
        let after = try await harness.store.read(Inventory.folders)
        #expect(before.records == after.records)
    }

    @Test func anotherEnvironmentIsAnotherRevisionAndADeployment() async throws {
        let harness = try await Harness()
        _ = try await apply(ApplyConfigurationTests.document(), to: harness)
        let answer = try await apply(ApplyConfigurationTests.document(version: "2"), to: harness)
        #expect(answer["changes"].elements.count == 2)
        let deployments = try await harness.store.values(
            in: Key.deployments, as: ServiceDeployment.self
        ).map(\.value).sorted { $0.sequence < $1.sequence }
        #expect(deployments.map(\.sequence) == [1, 2])
        #expect(deployments.first?.want?.kind == .supersede)

        // Going back finds the first revision again in place of making a third.
        let back = try await apply(ApplyConfigurationTests.document(), to: harness)
        #expect(back["changes"].elements.count == 1)
        let service = try await harness.store.value(
            at: .service("hello", in: "default"), as: Service.self)?.value
        #expect(service?.taskDefinition == Realm.local.taskDefinition(family: "hello", revision: 1))
    }

    @Test func weightsThatADeploymentHasShiftedStay() async throws {
        let harness = try await Harness()
        _ = try await apply(ApplyConfigurationTests.document(), to: harness)
        let key = Key.rule("hello-http")
        var rule = try #require(try await harness.store.value(at: key, as: Rule.self)).value
        rule.action = .forward([
            WeightedTargetGroup(targetGroup: "hello-blue", weight: 0),
            WeightedTargetGroup(targetGroup: "hello-green", weight: 1000),
        ])
        try await harness.store.commit(Transaction([try .put(key, rule)]))
        let again = try await apply(ApplyConfigurationTests.document(), to: harness)
        #expect(again["changes"] == [])
        let moved = try await apply(
            ApplyConfigurationTests.document(extra: ["path": "/shop/*"]), to: harness)
        #expect(moved["changes"].elements.count == 2)
        let after = try await harness.store.value(at: key, as: Rule.self)?.value
        #expect(after?.action == rule.action)
        #expect(after?.conditions == [.pathPattern(["/shop/*"])])
    }

    @Test func whatWasAppliedFromAFileIsNotAppliedAgainUnasked() async throws {
        let harness = try await Harness()
        func apply(_ version: String, onlyIfChanged: Bool) async throws -> JSON {
            try await harness.call(
                "ApplyConfiguration",
                [
                    "configuration": ApplyConfigurationTests.document(version: version),
                    "source": "a.yaml", "onlyIfChanged": .boolean(onlyIfChanged),
                ], target: TealService.table.target)["changes"]
        }
        #expect(try await apply("1", onlyIfChanged: true).elements.count == 9)
        _ = try await self.apply(ApplyConfigurationTests.document(version: "2"), to: harness)
        #expect(try await apply("1", onlyIfChanged: true) == [])
        #expect(try await apply("3", onlyIfChanged: true).elements.count == 2)
        #expect(try await apply("1", onlyIfChanged: false).elements.count == 1)
    }

    @Test func theLongFormNamesWhatIsDescribedElsewhere() async throws {
        let harness = try await Harness()
        let document: JSON = [
            "load_balancers": [
                [
                    "name": "main",
                    "listeners": [
                        [
                            "name": "http", "port": 8080,
                            "rules": [
                                [
                                    "name": "shop", "priority": 5,
                                    "conditions": [["path_pattern": ["/*"]]],
                                    "forward": [
                                        ["target_group": "a", "weight": 1000],
                                        ["target_group": "b", "weight": 0],
                                    ],
                                ]
                            ],
                        ]
                    ],
                ]
            ],
            "target_groups": [["name": "a"], ["name": "b", "deregistration_delay": "5s"]],
            "namespaces": ["shop.internal"],
            "task_definitions": [
                [
                    "family": "shop",
                    "containerDefinitions": [
                        [
                            "name": "main", "image": "host", "command": ["shop"],
                            "portMappings": [["containerPort": 80]], "dockerLabels": ["a": "b"],
                        ]
                    ],
                ]
            ],
            "services": [
                [
                    "name": "shop", "task_definition": "shop", "namespaces": ["shop.internal"],
                    "load_balancers": [
                        [
                            "target_group": "a", "alternate_target_group": "b",
                            "container_port": 80, "production_rule": "shop",
                        ]
                    ],
                ]
            ],
        ]
        #expect(try await apply(document, to: harness)["changes"].elements.count == 8)
        #expect(try await apply(document, to: harness)["changes"] == [])
        let definition = try await harness.call(
            "DescribeTaskDefinition", ["taskDefinition": "shop"])["taskDefinition"]
        #expect(definition["containerDefinitions"][0]["dockerLabels"]["a"] == "b")
    }

    @Test(
        arguments: [
            (["port": 0], "services[0].port", "1 to 65535"),
            (["listener": "https"], "services[0].listener", "https is no listener"),
            (["listener": .null], "services[0].test_listener", "needs listener"),
            (["health_check": ["interval": "1ms"]], "services[0].health_check.interval", "100"),
            (["health_check": ["matcher": "ok"]], "services[0].health_check.matcher", "200-299"),
            (["path": ""], "services[0].path", "1 to 128"),
            (["deregistration_delay": "2h"], "services[0].deregistration_delay", "3600"),
            (["bake_time": "25h"], "services[0].bake_time", "24h"),
            (["command": []], "services[0].command", "what to run"),
            (["desired_count": -1], "services[0].desired_count", "0 to 5000"),
            (["cluster": "other"], "services[0].cluster", "no active cluster"),
            (["namespaces": ["nowhere"]], "services[0].namespaces[0]", "no namespace"),
            (["task_definition": "hello"], "services[0].environment", "beside"),
            (
                ["deployment": ["strategy": "SIDEWAYS"]], "services[0].deployment.strategy",
                "LINEAR"
            ),
            (
                ["deployment": ["canary_percent": 0]], "services[0].deployment.canary_percent",
                "0.1 to 100.0"
            ),
            (
                ["deployment": ["step_percent": .number(2.9)]],
                "services[0].deployment.step_percent", "3.0 to 100.0"
            ),
            (
                ["deployment": ["step_bake_time": "25h"]],
                "services[0].deployment.step_bake_time", "24h"
            ),
            (["priority": 60_000], "services[0].priority", "1 to 50000"),
        ] as [([String: JSON], String, String)])
    func mistakesAreNamed(extra: [String: JSON], field: String, problem: String) async throws {
        let error = try await error(
            ApplyConfigurationTests.document(
                extra: extra.merging(
                    extra["task_definition"] != nil ? ["command": .null] : [:]
                ) { _, new in new }))
        #expect(error.field == field)
        #expect(error.message.contains(problem), "\(error.message)")
    }

    @Test func mistakesOfLoadBalancersAreNamed() async throws {
        func error(_ listener: [String: JSON]) async throws -> String {
            let listener = ["name": "http", "port": 80].merging(listener) { _, new in new }
            return try await self.error([
                "load_balancers": [["name": "main", "listeners": [.object(listener)]]]
            ]).field
        }
        let place = "load_balancers[0].listeners[0]"
        #expect(try await error(["port": 70_000]) == "\(place).port")
        #expect(try await error(["address": "localhost"]) == "\(place).address")
        #expect(try await error(["default_action": [:]]) == "\(place).default_action")
        let rule: [String: JSON] = ["priority": 1, "conditions": [["path_pattern": ["/*"]]]]
        let unknown = rule.merging(["forward": [["target_group": "x"]]]) { _, new in new }
        #expect(try await error(["rules": [.object(unknown)]]).hasPrefix("\(place).rules[0]"))
        let weights: [String: JSON] = ["forward": [["target_group": "x", "weight": 5]]]
        let unbalanced = rule.merging(weights) { _, new in new }
        #expect(
            try await error(["rules": [.object(unbalanced)]]) == "\(place).rules[0].forward")
        let twice = rule.merging(["fixed_response": ["status_code": 200]]) { _, new in new }
        #expect(
            try await error(["rules": [.object(twice), .object(twice)]])
                == "\(place).rules[1].name")
        let same = twice.merging(["name": "other"]) { _, new in new }
        #expect(
            try await error(["rules": [.object(twice), .object(same)]])
                == "\(place).rules[1].priority")
        let none: [String: JSON] = ["priority": 1, "conditions": [[:]]]
        #expect(
            try await error(["rules": [.object(none)]]) == "\(place).rules[0].conditions[0]")
    }
}
