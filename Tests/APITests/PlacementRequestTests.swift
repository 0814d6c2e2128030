import Model
import Store
import Testing

@testable import API

/// `placementConstraints` and `placementStrategy` on the wire.
@Suite struct PlacementRequestTests {
    private func harness() async throws -> Harness {
        let harness = try await Harness()
        let container: JSON = ["name": "web", "image": "host", "command": ["x"]]
        _ = try await harness.call(
            "RegisterTaskDefinition", ["family": "web", "containerDefinitions": [container]])
        return harness
    }

    private func create(_ harness: Harness, _ rest: [String: JSON]) async throws -> JSON {
        let input: [String: JSON] = ["serviceName": "web", "taskDefinition": "web"]
        let all = input.merging(rest) { $1 }
        return try await harness.answer("CreateService", .object(all)).body
    }

    @Test func theyAreKeptAndChangedAndTakenAway() async throws {
        let harness = try await harness()
        let constraints: JSON = [
            ["type": "distinctInstance"],
            ["type": "memberOf", "expression": "attribute:zone in [a, b]"],
        ]
        let strategy: JSON = [
            ["type": "spread", "field": "attribute:zone"], ["type": "binpack", "field": "memory"],
            ["type": "random"],
        ]
        let created = try await create(
            harness, ["placementConstraints": constraints, "placementStrategy": strategy])
        #expect(created["service"]["placementConstraints"] == constraints)
        #expect(created["service"]["placementStrategy"] == strategy)
        _ = try await harness.call("UpdateService", ["service": "web", "desiredCount": 2])
        let updated = try await harness.call(
            "UpdateService", ["service": "web", "placementStrategy": []])
        #expect(updated["service"]["placementConstraints"] == constraints)
        #expect(updated["service"]["placementStrategy"] == [])
    }

    @Test(
        arguments: [
            ("placementConstraints", ["type": "near"], "[0].type"),
            ("placementConstraints", ["type": "memberOf"], "[0].expression"),
            (
                "placementConstraints", ["type": "memberOf", "expression": "zone == a"],
                "[0].expression"
            ),
            (
                "placementConstraints",
                ["type": "distinctInstance", "expression": "attribute:a exists"], "[0].expression"
            ),
            ("placementStrategy", ["type": "near"], "[0].type"),
            ("placementStrategy", ["type": "spread"], "[0].field"),
            ("placementStrategy", ["type": "binpack", "field": "disk"], "[0].field"),
            ("placementStrategy", ["type": "random", "field": "cpu"], "[0].field"),
        ] as [(String, JSON, String)])
    func wrongOnesAreRefused(list: String, element: JSON, field: String) async throws {
        let answer = try await create(try await harness(), [list: [element]])
        #expect(answer["__type"] == "InvalidParameterException")
        #expect(answer["field"].text == list + field)
    }

    @Test func theyAreNotMany() async throws {
        let harness = try await harness()
        for (list, element, most) in [
            ("placementConstraints", ["type": "distinctInstance"], PlacementConstraint.countMax),
            ("placementStrategy", ["type": "random"], PlacementStrategy.countMax),
        ] as [(String, JSON, Int)] {
            let many = JSON.array(Array(repeating: element, count: most + 1))
            let answer = try await create(harness, [list: many])
            #expect(answer["field"].text == list)
        }
    }

    @Test func taskDefinitionsAndCallsHaveThemToo() async throws {
        let harness = try await harness()
        let container: JSON = ["name": "job", "image": "host", "command": ["x"]]
        let constraints: JSON = [["type": "memberOf", "expression": "attribute:zone == a"]]
        let definition: JSON = [
            "family": "job", "containerDefinitions": [container],
            "placementConstraints": constraints,
        ]
        let registered = try await harness.call("RegisterTaskDefinition", definition)
        #expect(registered["taskDefinition"]["placementConstraints"] == constraints)
        let task = try await harness.call(
            "RunTask",
            [
                "taskDefinition": "job", "placementConstraints": [["type": "distinctInstance"]],
                "placementStrategy": [["type": "random"]],
            ])
        let tasks = try await harness.store.values(in: Key.tasks, as: Task.self).map(\.value)
        #expect(tasks.map(\.arn) == [task["tasks"][0]["taskArn"].text])
        #expect(
            tasks.first?.placementConstraints == [PlacementConstraint(type: .distinctInstance)])
        #expect(tasks.first?.placementStrategy == [PlacementStrategy(type: .random)])
        #expect(
            tasks.first?.taskDefinition.placementConstraints
                == [PlacementConstraint(type: .memberOf, expression: "attribute:zone == a")])
    }

    @Test(
        arguments: [
            ("RegisterTaskDefinition", ["type": "distinctInstance"], "[0].type"),
            ("RegisterTaskDefinition", ["type": "memberOf"], "[0].expression"),
            ("RunTask", ["type": "memberOf", "expression": "zone"], "[0].expression"),
        ] as [(String, JSON, String)])
    func wrongOnesOfTheirsAreRefused(
        operation: String, element: JSON, field: String
    ) async throws {
        let container: JSON = ["name": "web", "image": "host", "command": ["x"]]
        let answer = try await harness().answer(
            operation,
            [
                "family": "web", "containerDefinitions": [container], "taskDefinition": "web",
                "placementConstraints": [element],
            ])
        #expect(answer.status == 400)
        #expect(answer.body["field"].text == "placementConstraints" + field)
    }
}
