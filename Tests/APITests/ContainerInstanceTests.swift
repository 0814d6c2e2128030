import Model
import Store
import Testing

@testable import API

/// Container instances on the wire: found by expression, drained, and deregistered.
@Suite struct ContainerInstanceTests {
    /// Two machines, `a` in zone x with a running task, `b` in zone y.
    private func harness() async throws -> Harness {
        let harness = try await Harness()
        for (id, zone) in [("a", "x"), ("b", "y")] as [(ContainerInstanceID, String)] {
            var instance = ContainerInstance(
                id: id, arn: Realm.local.containerInstance(id, in: "default"), cluster: "default",
                address: "127.0.0.1", cpu: 1024, memory: 1024, registeredAt: .zero,
                agentVersion: "1.0.0")
            instance.attributes = [Attribute(name: "zone", value: zone)]
            try await harness.store.commit(
                Transaction([.put(.containerInstance(id, in: "default"), instance)]))
        }
        let definition = TaskDefinition(
            family: "web", revision: 1, taskDefinitionArn: "web:1", containerDefinitions: [],
            registeredAt: .zero)
        var task = Task(
            id: "t", arn: Realm.local.task("t", in: "default"), cluster: "default",
            taskDefinition: definition, group: "service:web", createdAt: .zero)
        task.containerInstance = "a"
        try await harness.store.commit(Transaction([.put(.task("t", in: "default"), task)]))
        return harness
    }

    private func status(_ harness: Harness, of id: ContainerInstanceID) async throws -> String {
        let answer = try await harness.call(
            "DescribeContainerInstances", ["containerInstances": [.string(id.text)]])
        return answer["containerInstances"][0]["status"].text
    }

    @Test(
        arguments: [
            ("attribute:zone == y", ["b"]), ("task:group == service:web", ["a"]),
            ("runningTasksCount == 0", ["b"]), ("agentVersion >= 1.0.0", ["a", "b"]),
            ("not (ec2InstanceId == b)", ["a"]), ("attribute:none exists", []), ("", ["a", "b"]),
        ])
    func areFoundByExpression(filter: String, ids: [String]) async throws {
        let answer = try await harness().call(
            "ListContainerInstances", ["filter": .string(filter)])
        let found = answer["containerInstanceArns"].elements.map {
            Reference.lastPart(of: $0.text)
        }
        #expect(found == ids)
    }

    @Test func anExpressionThatCannotBeReadIsRefused() async throws {
        let answer = try await harness().answer("ListContainerInstances", ["filter": "zone == a"])
        #expect(answer.status == 400)
        #expect(answer.body["field"] == "filter")
    }

    @Test func drainAndComeBack() async throws {
        let harness = try await harness()
        let answer = try await harness.call(
            "UpdateContainerInstancesState",
            ["containerInstances": ["a", "nowhere"], "status": "DRAINING"])
        #expect(answer["containerInstances"][0]["status"] == "DRAINING")
        #expect(answer["containerInstances"][0]["pendingTasksCount"] == 1)
        #expect(answer["failures"][0]["reason"] == "MISSING")
        #expect(try await status(harness, of: "a") == "DRAINING")
        let active = try await harness.call("ListContainerInstances", ["status": "ACTIVE"])
        #expect(active["containerInstanceArns"].elements.count == 1)
        _ = try await harness.call(
            "UpdateContainerInstancesState", ["containerInstances": ["a"], "status": "ACTIVE"])
        #expect(try await status(harness, of: "a") == "ACTIVE")
    }

    @Test func wrongStatesAndTooManyAreRefused() async throws {
        let harness = try await harness()
        for status in ["INACTIVE", "DEREGISTERING", ""] {
            let answer = try await harness.answer(
                "UpdateContainerInstancesState",
                ["containerInstances": ["a"], "status": .string(status)])
            #expect(answer.body["field"] == "status")
        }
        let many = JSON.array((0...10).map { .string("i\($0)") })
        let answer = try await harness.answer(
            "UpdateContainerInstancesState", ["containerInstances": many, "status": "ACTIVE"])
        #expect(answer.body["field"] == "containerInstances")
    }

    @Test func deregisteringNeedsForceWhereTasksRun() async throws {
        let harness = try await harness()
        let refused = try await harness.answer(
            "DeregisterContainerInstance", ["containerInstance": "a"])
        #expect(refused.body["field"] == "force")
        let gone = try await harness.call(
            "DeregisterContainerInstance", ["containerInstance": "a", "force": true])
        #expect(gone["containerInstance"]["status"] == "INACTIVE")
        #expect(
            try await harness.fault("DeregisterContainerInstance", ["containerInstance": "a"])
                == "InvalidParameterException")
        let left = try await harness.call("ListContainerInstances", [:])
        #expect(left["containerInstanceArns"].elements.count == 1)
        let state = try await harness.call(
            "UpdateContainerInstancesState", ["containerInstances": ["a"], "status": "ACTIVE"])
        #expect(state["failures"][0]["reason"] == "INACTIVE")
        _ = try await harness.call(
            "DeregisterContainerInstance", ["containerInstance": "b"])
        #expect(try await status(harness, of: "b") == "INACTIVE")
    }
}
