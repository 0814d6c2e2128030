import Model
import Store
import Testing

@testable import API

/// Alarms and the circuit breaker on the wire.
@Suite struct DeploymentMonitorTests {
    private func harness(_ configuration: JSON = [:]) async throws -> Harness {
        let harness = try await Harness()
        let container: JSON = ["name": "web", "image": "host", "command": ["x"]]
        _ = try await harness.call(
            "RegisterTaskDefinition", ["family": "web", "containerDefinitions": [container]])
        _ = try await harness.call(
            "CreateService",
            [
                "serviceName": "web", "taskDefinition": "web", "desiredCount": 10,
                "deploymentConfiguration": configuration,
            ])
        return harness
    }

    private func deployment(_ harness: Harness) async throws -> JSON {
        let records = try await harness.store.values(
            in: Key.deployments, as: ServiceDeployment.self)
        let arn = try #require(records.first?.value.arn)
        let answer = try await harness.call(
            "DescribeServiceDeployments", ["serviceDeploymentArns": [.string(arn)]])
        return answer["serviceDeployments"][0]
    }

    private func refusedField(_ configuration: JSON) async throws -> String {
        let answer = try await harness().answer(
            "UpdateService", ["service": "web", "deploymentConfiguration": configuration])
        #expect(answer.body["__type"] == "InvalidParameterException")
        return answer.body["field"].text
    }

    @Test func bothAreToldWithTheDeployment() async throws {
        let alarms: JSON = ["alarmNames": ["a", "b"], "enable": true, "rollback": false]
        let harness = try await harness([
            "alarms": alarms,
            "deploymentCircuitBreaker": [
                "enable": true, "rollback": true, "resetOnHealthyTask": false,
                "thresholdConfiguration": ["type": "UNBOUNDED_PERCENT", "value": 20],
            ],
        ])
        let described = try await deployment(harness)
        #expect(
            described["alarms"]
                == ["alarmNames": ["a", "b"], "status": "MONITORING", "triggeredAlarmNames": []])
        #expect(described["deploymentCircuitBreaker"]["threshold"] == 2)
        let configuration = described["deploymentConfiguration"]
        #expect(configuration["alarms"] == alarms)
        #expect(configuration["deploymentCircuitBreaker"]["resetOnHealthyTask"] == false)
        #expect(
            configuration["deploymentCircuitBreaker"]["thresholdConfiguration"]
                == ["type": "UNBOUNDED_PERCENT", "value": 20])
    }

    @Test func wrongOnesAreRefused() async throws {
        let names = JSON.array(Array(repeating: "a", count: DeploymentAlarms.countMax + 1))
        for (alarms, field) in [
            (["alarmNames": names, "enable": true, "rollback": true], ".alarms.alarmNames"),
            (["alarmNames": [], "enable": true, "rollback": true], ".alarms.alarmNames"),
            (["alarmNames": [""], "enable": true, "rollback": true], ".alarms.alarmNames[0]"),
        ] as [(JSON, String)] {
            #expect(
                try await refusedField(["alarms": alarms]) == "deploymentConfiguration\(field)")
        }
        for (type, value, field) in [
            ("COUNT", 0, "value"), ("COUNT", 5001, "value"), ("BOUNDED_PERCENT", 101, "value"),
            ("UNBOUNDED_PERCENT", 0, "value"), ("MANY", 5, "type"),
        ] as [(String, Int64, String)] {
            let breaker: JSON = [
                "enable": true, "rollback": true,
                "thresholdConfiguration": ["type": .string(type), "value": .integer(value)],
            ]
            #expect(
                try await refusedField(["deploymentCircuitBreaker": breaker])
                    == "deploymentConfiguration.deploymentCircuitBreaker.thresholdConfiguration."
                    + field)
        }
    }

    @Test func filesHaveThemToo() async throws {
        let harness = try await Harness()
        let deployment: JSON = [
            "alarms": ["names": ["a"]], "reset_on_healthy_task": false,
            "circuit_breaker_threshold": ["type": "COUNT", "value": 7],
        ]
        _ = try await harness.call(
            "ApplyConfiguration",
            [
                "configuration": [
                    "services": [["name": "web", "command": ["x"], "deployment": deployment]]
                ]
            ], target: TealService.table.target)
        let configuration = try await harness.store.value(
            at: .service("web", in: "default"), as: Service.self)?.value.deploymentConfiguration
        #expect(configuration?.alarms == DeploymentAlarms(alarmNames: ["a"]))
        #expect(configuration?.circuitBreaker.resetOnHealthyTask == false)
        #expect(configuration?.circuitBreaker.threshold(desiredCount: 1) == 7)
    }

    @Test func alarmsAreSetToldAndForgotten() async throws {
        let harness = try await Harness()
        func call(_ operation: String, _ input: JSON) async throws -> (status: Int, body: JSON) {
            try await harness.answer(operation, input, target: TealService.table.target)
        }
        let set = try await call(
            "SetAlarmState", ["alarmName": "a", "stateValue": "ALARM", "stateReason": "5 %"])
        #expect(set.body["stateValue"] == "ALARM")
        _ = try await call("SetAlarmState", ["alarmName": "b", "stateValue": "OK"])
        _ = try await call("SetAlarmState", ["alarmName": "a", "stateValue": "OK"])
        let all = try await call("DescribeAlarms", [:]).body["alarms"].elements
        #expect(all.map { $0["alarmName"].text } == ["a", "b"])
        #expect(all.allSatisfy { $0["stateValue"] == "OK" })
        let alarming = try await call("DescribeAlarms", ["stateValue": "ALARM"])
        #expect(alarming.body["alarms"] == [])
        #expect(try await call("DeleteAlarms", ["alarmNames": ["a"]]).status == 200)
        #expect(try await call("DeleteAlarms", ["alarmNames": ["a"]]).status == 400)
        for input in [
            ["alarmName": "", "stateValue": "OK"], ["alarmName": "a", "stateValue": "SO"],
            [
                "alarmName": "a", "stateValue": "OK",
                "stateReason": .string(
                    String(repeating: "x", count: Alarm.reasonCharactersMax + 1)),
            ],
        ] as [JSON] {
            #expect(try await call("SetAlarmState", input).status == 400)
        }
    }

    @Test func thereMayBeSoManyAlarms() async throws {
        let harness = try await Harness()
        var transaction = Transaction()
        for number in 1..<Alarm.countMax {
            let alarm = Alarm(name: AlarmName("a\(number)"), state: .ok, updatedAt: .zero)
            transaction.writes.append(try .put(.alarm(alarm.name), alarm))
        }
        try await harness.store.commit(transaction)
        func set(_ name: JSON) async throws -> Int {
            try await harness.answer(
                "SetAlarmState", ["alarmName": name, "stateValue": "OK"],
                target: TealService.table.target
            ).status
        }
        #expect(try await set("last") == 200)
        #expect(try await set("beyond") == 400)
        #expect(try await set("a1") == 200)
    }
}
