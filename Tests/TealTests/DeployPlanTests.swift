import Model
import Testing

@testable import teal

/// What `teal deploy --plan` says.
struct DeployPlanTests {
    private func definition(_ version: String, memory: Int = 100, hostPort: Int = 0) -> JSON {
        [
            "family": "web",
            "containerDefinitions": [
                [
                    "name": "web", "image": "host", "memory": .integer(Int64(memory)),
                    "environment": [
                        ["name": "VERSION", "value": .string(version)],
                        ["name": "A", "value": "b"],
                    ],
                    "portMappings": [["hostPort": .integer(Int64(hostPort))]],
                ]
            ],
        ]
    }

    private func service(_ strategy: String, count: Int64, percent: Int64 = 200) -> JSON {
        [
            "desiredCount": .integer(count),
            "deploymentConfiguration": [
                "strategy": .string(strategy), "maximumPercent": .integer(percent),
            ],
        ]
    }

    private func instance(memory: Int64, status: JSON = "ACTIVE", isConnected: JSON = true) -> JSON
    {
        [
            "status": status, "agentConnected": isConnected,
            "remainingResources": [
                ["name": "CPU", "integerValue": 1000],
                ["name": "MEMORY", "integerValue": .integer(memory)],
            ],
        ]
    }

    @Test func changesAreToldByName() {
        var new = definition("2").fields
        new["cpu"] = "256"
        let changes = JSONDifference.all(from: definition("1"), to: .object(new))
        #expect(
            changes == [
                JSONDifference(
                    field: "containerDefinitions[web].environment[VERSION]", old: "1", new: "2"),
                JSONDifference(field: "cpu", old: nil, new: "256"),
            ])
        #expect(JSONDifference.all(from: ["a": .null], to: [:]).isEmpty)
        #expect(
            JSONDifference.all(from: ["a": ["x"]], to: ["a": ["x", "y"]])
                == [JSONDifference(field: "a", old: ["x"], new: ["x", "y"])])
    }

    @Test func greenNeedsRoomBesideBlue() {
        func plan(_ instances: [JSON], memory: Int = 100) -> DeployPlan {
            DeployPlan(
                service: service("BLUE_GREEN", count: 3), from: definition("1"),
                to: definition("2", memory: memory), instances: instances)
        }
        let roomy = plan([instance(memory: 250), instance(memory: 120)])
        #expect(roomy.fits)
        #expect(
            roomy.sentences == [
                "  containerDefinitions[web].environment[VERSION]  \"1\" -> \"2\"",
                "BLUE_GREEN: 3 more tasks beside the 3 there are, 0 CPU units and 100 MiB each: "
                    + "there is room.",
            ])
        let tight = plan([
            instance(memory: 250), instance(memory: 900, status: "DRAINING"),
            instance(memory: 900, isConnected: false),
        ])
        #expect(!tight.fits && tight.fitting == 2)
        #expect(tight.sentences.last?.hasSuffix("there is room for 2.") == true)
        #expect(tight.json["fits"] == false)
        #expect(plan([]).fitting == 0)
    }

    @Test func placementConstraintsAreAskedOfTheMachines() {
        var service = service("BLUE_GREEN", count: 2).fields
        service["serviceName"] = "web"
        service["placementConstraints"] = [["type": "distinctInstance"]]
        var new = definition("2").fields
        new["placementConstraints"] = [
            ["type": "memberOf", "expression": "attribute:zone == a"]
        ]
        #expect(
            DeployPlan.filters(of: .object(service), to: .object(new))
                == ["not (task:group == \"service:web\")", "attribute:zone == a"])
        let plan = DeployPlan(
            service: .object(service), from: definition("1"), to: .object(new),
            instances: [instance(memory: 900)])
        #expect(plan.fitting == 1)
        #expect(
            plan.sentences.last?.hasSuffix(
                "there is room for 1 on the machines that placement constraints allow (1).")
                == true)
    }

    @Test func rollingNeedsWhatItsMaximumAllows() {
        func beside(_ percent: Int64) -> Int {
            DeployPlan(
                service: service("ROLLING", count: 4, percent: percent), from: definition("1"),
                to: definition("1"), instances: []
            ).beside
        }
        #expect(beside(200) == 4)
        #expect(beside(150) == 2)
        #expect(beside(110) == 0)
        let plan = DeployPlan(
            service: service("ROLLING", count: 4, percent: 100), from: definition("1"),
            to: definition("1", hostPort: 80), instances: [])
        #expect(plan.fits)
        #expect(plan.sentences.contains { $0.hasPrefix("Port 80 is fixed") })
        #expect(plan.sentences.contains("ROLLING: no task runs beside the 4 there are."))
    }
}
