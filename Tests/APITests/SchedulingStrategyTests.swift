import Model
import Store
import Testing

@testable import API

/// `schedulingStrategy` on the wire and in files.
@Suite struct SchedulingStrategyTests {
    private func harness() async throws -> Harness {
        let harness = try await Harness()
        let container: JSON = ["name": "logs", "image": "host", "command": ["x"]]
        _ = try await harness.call(
            "RegisterTaskDefinition", ["family": "logs", "containerDefinitions": [container]])
        return harness
    }

    private static func service(_ extra: [String: JSON] = [:]) -> JSON {
        let fields: [String: JSON] = [
            "serviceName": "logs", "taskDefinition": "logs", "schedulingStrategy": "DAEMON",
        ]
        return .object(fields.merging(extra) { _, new in new })
    }

    @Test func aDaemonRollsWithinItsMachines() async throws {
        let harness = try await harness()
        let created = try await harness.call(
            "CreateService", SchedulingStrategyTests.service())["service"]
        #expect(created["schedulingStrategy"] == "DAEMON")
        #expect(created["desiredCount"] == 0)
        let configuration = created["deploymentConfiguration"]
        #expect(configuration["strategy"] == "ROLLING")
        #expect(configuration["minimumHealthyPercent"] == 0)
        #expect(configuration["maximumPercent"] == 100)
        // The same again is the same service, also when machines were counted meanwhile.
        let key = Key.service("logs", in: "default")
        var record = try #require(try await harness.store.value(at: key, as: Service.self)).value
        record.desiredCount = 3
        try await harness.store.commit(Transaction([.put(key, record)]))
        _ = try await harness.call("CreateService", SchedulingStrategyTests.service())
        let deleted = try await harness.call("DeleteService", ["service": "logs"])
        #expect(deleted["service"]["status"] == "DRAINING")
    }

    @Test(
        arguments: [
            (["desiredCount": 2], "desiredCount"),
            (["schedulingStrategy": "SOMETIMES"], "schedulingStrategy"),
            (["placementStrategy": [["type": "random"]]], "placementStrategy"),
            (
                ["deploymentConfiguration": ["strategy": "BLUE_GREEN"]],
                "deploymentConfiguration.strategy"
            ),
            (
                ["deploymentConfiguration": ["maximumPercent": 200]],
                "deploymentConfiguration.maximumPercent"
            ),
            (
                ["deploymentConfiguration": ["minimumHealthyPercent": 100]],
                "deploymentConfiguration.minimumHealthyPercent"
            ),
        ] as [([String: JSON], String)])
    func whatDoesNotGoWithItIsRefused(extra: [String: JSON], field: String) async throws {
        let answer = try await harness().answer(
            "CreateService", SchedulingStrategyTests.service(extra))
        #expect(answer.status == 400)
        #expect(answer.body["field"].text == field)
    }

    @Test func itNeverChanges() async throws {
        let harness = try await harness()
        _ = try await harness.call("CreateService", SchedulingStrategyTests.service())
        for (input, field) in [
            (["service": "logs", "schedulingStrategy": "REPLICA"], "schedulingStrategy"),
            (["service": "logs", "desiredCount": 1], "desiredCount"),
        ] as [(JSON, String)] {
            let answer = try await harness.answer("UpdateService", input)
            #expect(answer.body["field"].text == field)
        }
        _ = try await harness.call(
            "UpdateService", ["service": "logs", "schedulingStrategy": "DAEMON"])
    }

    @Test func servicesAreListedByIt() async throws {
        let harness = try await harness()
        _ = try await harness.call("CreateService", SchedulingStrategyTests.service())
        _ = try await harness.call(
            "CreateService",
            SchedulingStrategyTests.service([
                "serviceName": "web", "schedulingStrategy": "REPLICA",
            ]))
        for (input, count) in [
            ([:], 2), (["schedulingStrategy": "DAEMON"], 1), (["schedulingStrategy": "REPLICA"], 1),
        ] as [(JSON, Int)] {
            let answer = try await harness.call("ListServices", input)
            #expect(answer["serviceArns"].elements.count == count)
        }
        #expect(
            try await harness.fault("ListServices", ["schedulingStrategy": "x"])
                == "InvalidParameterException")
    }

    @Test func aFileSaysItOnce() async throws {
        let harness = try await Harness()
        func apply(_ extra: [String: JSON]) async throws -> JSON {
            let service: [String: JSON] = ["name": "logs", "command": ["x"]]
            let document: JSON = ["services": [.object(service.merging(extra) { $1 })]]
            return try await harness.answer(
                "ApplyConfiguration", ["configuration": document],
                target: TealService.table.target
            ).body
        }
        let daemon: [String: JSON] = ["scheduling_strategy": "DAEMON"]
        let counted = try await apply(daemon.merging(["desired_count": 2]) { $1 })
        #expect(counted["field"] == "services[0].desired_count")
        let strange = try await apply(["scheduling_strategy": "daemon"])
        #expect(strange["field"] == "services[0].scheduling_strategy")
        #expect(try await apply(daemon)["changes"].elements.isEmpty == false)
        #expect(try await apply(daemon)["changes"].elements.isEmpty)
        #expect(try await apply([:])["changes"].elements.isEmpty)
        let changed = try await apply(["scheduling_strategy": "REPLICA"])
        #expect(changed["field"] == "services[0].scheduling_strategy")
        let service = try await harness.store.value(
            at: .service("logs", in: "default"), as: Service.self)?.value
        #expect(service?.isDaemon == true)
    }
}
