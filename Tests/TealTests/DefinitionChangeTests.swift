import Model
import Testing

@testable import teal

struct DefinitionChangeTests {
    private let described: JSON = [
        "family": "hello", "revision": 3, "status": "ACTIVE",
        "taskDefinitionArn": "arn:aws:ecs:us-east-1:000000000000:task-definition/hello:3",
        "containerDefinitions": [
            [
                "name": "main", "image": "host", "cpu": 10,
                "environment": [
                    ["name": "VERSION", "value": "1"], ["name": "MODE", "value": "a=b"],
                ],
            ],
            ["name": "side", "image": "host"],
        ],
    ]

    @Test("Variables are replaced or added in the first container; all else stays")
    func environment() {
        let changed = DefinitionChange(environment: ["VERSION=2", "NEW=x=y"], image: nil)
            .applied(to: described)
        let containers = changed["containerDefinitions"]?.elements ?? []
        #expect(
            containers.first?["environment"] == [
                ["name": "VERSION", "value": "2"], ["name": "MODE", "value": "a=b"],
                ["name": "NEW", "value": "x=y"],
            ])
        #expect(containers.first?["cpu"] == 10)
        #expect(containers.last == ["name": "side", "image": "host"])
        #expect(changed["family"] == "hello")
    }

    @Test("Fields that only an answer has are not sent back")
    func answerFields() {
        let changed = DefinitionChange(environment: [], image: "nginx").applied(to: described)
        #expect(changed["revision"] == nil)
        #expect(changed["taskDefinitionArn"] == nil)
        #expect(changed["containerDefinitions"]?.elements.first?["image"] == "nginx")
    }
}
