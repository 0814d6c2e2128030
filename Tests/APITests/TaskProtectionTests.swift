import Model
import Store
import Testing

@testable import API

/// UpdateTaskProtection and GetTaskProtection on the wire.
@Suite struct TaskProtectionTests {
    private func harness() async throws -> Harness {
        let harness = try await Harness()
        let definition = TaskDefinition(
            family: "web", revision: 1, taskDefinitionArn: "web:1", containerDefinitions: [],
            registeredAt: .zero)
        for (id, service) in [("a", "web"), ("b", "web"), ("c", nil)] as [(TaskID, ServiceName?)] {
            var task = Task(
                id: id, arn: Realm.local.task(id, in: "default"), cluster: "default",
                taskDefinition: definition, group: "service:web", createdAt: .zero)
            task.service = service
            if id == "b" {
                task.retirement = Retirement(at: .zero, stopCode: .userInitiated, reason: "")
            }
            try await harness.store.commit(
                Transaction([.put(.task(id, in: "default"), task)]))
        }
        return harness
    }

    private func update(_ harness: Harness, _ extra: [String: JSON] = [:]) async throws -> JSON {
        let input: [String: JSON] = [
            "cluster": "default", "tasks": ["a", "b", "c", "d"], "protectionEnabled": true,
        ]
        return try await harness.call(
            "UpdateTaskProtection", .object(input.merging(extra) { _, new in new }))
    }

    @Test func onlyTasksOfAServiceThatStayAreProtected() async throws {
        let harness = try await harness()
        let answer = try await update(harness)
        #expect(answer["protectedTasks"].elements.count == 1)
        #expect(answer["protectedTasks"][0]["protectionEnabled"] == true)
        #expect(
            answer["protectedTasks"][0]["expirationDate"]
                == .integer(Harness.now.milliseconds / 1000 + 7200))
        #expect(
            answer["failures"].elements.map { $0["reason"].text }
                == ["TASK_NOT_VALID", "TASK_NOT_VALID", "MISSING"])
        let all = try await harness.call("GetTaskProtection", ["cluster": "default"])
        #expect(all["protectedTasks"] == answer["protectedTasks"])
        _ = try await update(harness, ["protectionEnabled": false])
        let none = try await harness.call(
            "GetTaskProtection", ["cluster": "default", "tasks": ["a"]])
        #expect(none["protectedTasks"][0]["protectionEnabled"] == false)
    }

    @Test(arguments: [0, 2881]) func minutesHaveARange(minutes: Int64) async throws {
        #expect(
            try await harness().fault(
                "UpdateTaskProtection",
                [
                    "cluster": "default", "tasks": ["a"], "protectionEnabled": true,
                    "expiresInMinutes": .integer(minutes),
                ]) == "InvalidParameterException")
    }
}
