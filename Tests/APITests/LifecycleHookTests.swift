import Model
import Store
import Testing

@testable import API

/// Lifecycle hooks on the wire: as they are set, as they are told, and how a pause is ended.
@Suite struct LifecycleHookTests {
    private static let hooks: JSON = [
        [
            "hookTargetArn": "https://ci.example.com/hook", "roleArn": "arn:aws:iam::1:role/x",
            "lifecycleStages": ["POST_TEST_TRAFFIC_SHIFT"], "hookDetails": ["suite": "smoke"],
        ],
        [
            "targetType": "AWS_LAMBDA", "hookTargetArn": "/usr/bin/smoke --fast",
            "lifecycleStages": ["PRE_SCALE_UP", "PRODUCTION_TRAFFIC_SHIFT"],
            "timeoutConfiguration": ["timeoutInMinutes": 5, "action": "CONTINUE"],
        ],
        ["targetType": "PAUSE", "lifecycleStages": ["POST_SCALE_UP"]],
    ]

    private func harness(_ configuration: JSON) async throws -> Harness {
        let harness = try await Harness()
        _ = try await harness.call(
            "RegisterTaskDefinition",
            [
                "family": "web",
                "containerDefinitions": [["name": "web", "image": "host", "command": ["x"]]],
            ])
        _ = try await harness.call(
            "CreateService",
            [
                "serviceName": "web", "taskDefinition": "web",
                "deploymentConfiguration": configuration,
            ])
        return harness
    }

    @Test func hooksAreKeptAndTold() async throws {
        let harness = try await harness(["lifecycleHooks": LifecycleHookTests.hooks])
        let described = try await harness.call("DescribeServices", ["services": ["web"]])
        let hooks = described["services"][0]["deploymentConfiguration"]["lifecycleHooks"]
        #expect(
            hooks.elements.map { $0["targetType"].text } == ["AWS_LAMBDA", "AWS_LAMBDA", "PAUSE"])
        #expect(hooks[0]["hookTargetArn"] == "https://ci.example.com/hook")
        #expect(hooks[0]["hookDetails"] == ["suite": "smoke"])
        #expect(hooks[0]["roleArn"] == "arn:aws:iam::1:role/x")
        #expect(
            hooks[0]["timeoutConfiguration"] == ["timeoutInMinutes": 1440, "action": "ROLLBACK"])
        #expect(hooks[1]["timeoutConfiguration"] == ["timeoutInMinutes": 5, "action": "CONTINUE"])
        let service = try await harness.store.value(
            at: .service("web", in: "default"), as: Service.self)?.value
        #expect(
            service?.deploymentConfiguration.lifecycleHooks?[1].target
                == .command(["/usr/bin/smoke", "--fast"]))
        _ = try await harness.call(
            "UpdateService",
            [
                "service": "web",
                "deploymentConfiguration": ["lifecycleHooks": [], "strategy": "ROLLING"],
            ])
    }

    @Test(
        arguments: [
            (["lifecycleStages": ["PRE_SCALE_UP"]], "hookTargetArn"),
            (
                ["hookTargetArn": "arn:aws:lambda:f", "lifecycleStages": ["PRE_SCALE_UP"]],
                "hookTargetArn"
            ),
            (["hookTargetArn": "http:///x", "lifecycleStages": ["PRE_SCALE_UP"]], "hookTargetArn"),
            (["hookTargetArn": "/", "lifecycleStages": ["PRE_SCALE_UP"]], "hookTargetArn"),
            (["hookTargetArn": "/x"], "lifecycleStages"),
            (["hookTargetArn": "/x", "lifecycleStages": []], "lifecycleStages"),
            (["hookTargetArn": "/x", "lifecycleStages": ["SCALE_UP"]], "lifecycleStages[0]"),
            (
                ["hookTargetArn": "/x", "lifecycleStages": ["PRE_SCALE_UP", "PRE_SCALE_UP"]],
                "lifecycleStages[1]"
            ),
            (
                ["targetType": "PAUSE", "lifecycleStages": ["TEST_TRAFFIC_SHIFT"]],
                "lifecycleStages[0]"
            ),
            (["targetType": "PIGEON", "lifecycleStages": ["PRE_SCALE_UP"]], "targetType"),
            (
                [
                    "hookTargetArn": "/x", "lifecycleStages": ["PRE_SCALE_UP"],
                    "timeoutConfiguration": ["timeoutInMinutes": 20161],
                ], "timeoutConfiguration.timeoutInMinutes"
            ),
            (
                [
                    "hookTargetArn": "/x", "lifecycleStages": ["PRE_SCALE_UP"],
                    "timeoutConfiguration": ["action": "SULK"],
                ], "timeoutConfiguration.action"
            ),
        ] as [(JSON, String)])
    func badHooksAreRefused(hook: JSON, field: String) async throws {
        let harness = try await harness([:])
        let answer = try await harness.answer(
            "UpdateService",
            ["service": "web", "deploymentConfiguration": ["lifecycleHooks": .array([hook])]])
        #expect(answer.body["__type"] == "InvalidParameterException")
        #expect(
            answer.body["field"].text == "deploymentConfiguration.lifecycleHooks[0].\(field)")
    }

    @Test func thereMayBeSoManyAndNoneWithROLLING() async throws {
        let harness = try await harness([:])
        let one: JSON = ["hookTargetArn": "/x", "lifecycleStages": ["PRE_SCALE_UP"]]
        func update(_ count: Int, _ strategy: JSON = "BLUE_GREEN") async throws -> Int {
            let hooks = JSON.array(Array(repeating: one, count: count))
            return try await harness.answer(
                "UpdateService",
                [
                    "service": "web",
                    "deploymentConfiguration": ["lifecycleHooks": hooks, "strategy": strategy],
                ]
            ).status
        }
        #expect(try await update(LifecycleHook.countMax) == 200)
        #expect(try await update(LifecycleHook.countMax + 1) == 400)
        #expect(try await update(1, "ROLLING") == 400)
    }

    @Test(arguments: [("CONTINUE", LifecycleHookAction.continue), ("ROLLBACK", .rollback)])
    func aPauseIsEndedOnce(action: String, expected: LifecycleHookAction) async throws {
        let harness = try await harness(["lifecycleHooks": LifecycleHookTests.hooks])
        let records = try await harness.store.values(
            in: Key.deployments, as: ServiceDeployment.self)
        var deployment = try #require(records.first?.value)
        let arn = JSON.string(deployment.arn)
        let key = Key.deployment(deployment.id, of: "web", in: "default")
        let input: JSON = [
            "serviceDeploymentArn": arn, "hookId": "POST_SCALE_UP.3", "action": .string(action),
        ]
        #expect(
            try await harness.fault("ContinueServiceDeployment", input)
                == "InvalidParameterException")

        deployment.status = .inProgress
        deployment.stage = .postScaleUp
        deployment.hooks = [
            HookExecution(
                id: "POST_SCALE_UP.3", stage: .postScaleUp, hook: 2, status: .awaitingAction,
                at: .zero, expiresAt: Instant(milliseconds: 60_000))
        ]
        try await harness.store.commit(Transaction([.put(key, deployment)]))
        let described = try await harness.call(
            "DescribeServiceDeployments", ["serviceDeploymentArns": .array([arn])])
        #expect(described["serviceDeployments"][0]["lifecycleStage"] == "POST_SCALE_UP")
        #expect(
            described["serviceDeployments"][0]["lifecycleHookDetails"] == [
                [
                    "hookId": "POST_SCALE_UP.3", "targetType": "PAUSE", "status": "AWAITING_ACTION",
                    "expiresAt": 60, "timeoutAction": "ROLLBACK",
                ]
            ])
        let answer = try await harness.call("ContinueServiceDeployment", input)
        #expect(answer["serviceDeploymentArn"] == arn)
        _ = try await harness.call(
            "ContinueServiceDeployment", ["serviceDeploymentArn": arn, "hookId": "POST_SCALE_UP.3"])
        let after = try await harness.store.value(at: key, as: ServiceDeployment.self)?.value
        #expect(after?.hooks?.first?.decision == expected)
        #expect(
            try await harness.fault(
                "ContinueServiceDeployment",
                ["serviceDeploymentArn": arn, "hookId": "POST_SCALE_UP.3", "action": "SULK"])
                == "InvalidParameterException")
    }

    @Test func filesHaveTheirOwnWords() async throws {
        func apply(_ hooks: JSON) async throws -> (answer: JSON, hooks: [LifecycleHook]?) {
            let harness = try await Harness()
            let answer = try await harness.answer(
                "ApplyConfiguration",
                [
                    "configuration": [
                        "services": [
                            ["name": "web", "command": ["x"], "deployment": ["hooks": hooks]]
                        ]
                    ]
                ], target: TealService.table.target)
            let service = try await harness.store.value(
                at: .service("web", in: "default"), as: Service.self)?.value
            return (answer.body, service?.deploymentConfiguration.lifecycleHooks)
        }
        let applied = try await apply([
            [
                "stages": ["PRE_SCALE_UP"], "command": ["/x", "a b"], "timeout": "90s",
                "on_timeout": "CONTINUE", "details": ["a": 1],
            ],
            ["stages": ["POST_SCALE_UP"], "pause": true],
        ])
        var expected = LifecycleHook(
            target: .command(["/x", "a b"]), lifecycleStages: [.preScaleUp])
        expected.timeoutMilliseconds = 90_000
        expected.timeoutAction = .continue
        expected.hookDetails = ["a": 1]
        #expect(
            applied.hooks == [
                expected, LifecycleHook(target: .pause, lifecycleStages: [.postScaleUp]),
            ])
        for (hook, field) in [
            (["stages": ["PRE_SCALE_UP"]], ""),
            (["stages": ["PRE_SCALE_UP"], "url": "ftp://x"], ".url"),
            (["stages": ["PRE_SCALE_UP"], "command": ["x"]], ".command"),
            (["stages": ["SCALE_UP"], "pause": true], ".stages[0]"),
            (["stages": ["PRE_SCALE_UP"], "pause": true, "timeout": "1s"], ".timeout"),
            (["stages": ["PRE_SCALE_UP"], "pause": true, "on_timeout": "x"], ".on_timeout"),
        ] as [(JSON, String)] {
            let refused = try await apply([hook])
            #expect(refused.answer["field"].text == "services[0].deployment.hooks[0]\(field)")
        }
    }
}
