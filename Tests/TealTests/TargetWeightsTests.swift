import Model
import Proxy
import Testing

@testable import teal

private func configuration(_ targets: [String: [String]]) -> LoadBalancerConfiguration {
    let groups = targets.keys.sorted().map { name in
        var group = TargetGroup(name: Identifier(name))
        group.targets = (targets[name] ?? []).map {
            Target(id: Identifier($0), address: "127.0.0.1", port: 1)
        }
        return group
    }
    return LoadBalancerConfiguration(
        loadBalancer: "web", generation: 1, listeners: [], targetGroups: groups)
}

private func names(_ weights: TargetWeights) -> [String: Int] {
    Dictionary(
        uniqueKeysWithValues: weights.percents.map {
            ("\($0.key.group)/\($0.key.target.id)", $0.value)
        })
}

struct TargetWeightsTests {
    @Test("A change goes over the socket as it is", arguments: ["a", "blue/127.0.0.1:80"])
    func message(name: String) {
        let change = TargetChange(name, weight: 25)
        #expect(TargetChange(message: change.message) == change)
    }

    @Test(
        "Other messages are no changes",
        arguments: ["", "take", "weigh", "weigh x a", "weigh 101 a", "weigh -1 a", "weigh 5"])
    func noMessage(text: String) {
        #expect(TargetChange(message: text) == nil)
    }

    @Test("A target without a group is meant in all that have it")
    func groups() throws {
        let served = configuration(["blue": ["a", "b"], "green": ["a"]])
        var weights = TargetWeights()
        try weights.take(TargetChange("a", weight: 0), in: served)
        try weights.take(TargetChange("blue/b", weight: 50), in: served)
        #expect(
            names(weights) == ["blue/a": 0, "blue/b": 50, "green/a": 0])
        try weights.take(TargetChange("green/a", weight: 100), in: served)
        #expect(names(weights) == ["blue/a": 0, "blue/b": 50])
    }

    @Test("What is not there cannot be changed", arguments: ["c", "green/b", "red/a"])
    func unknown(name: String) {
        let served = configuration(["blue": ["a", "b"], "green": ["a"]])
        var weights = TargetWeights()
        #expect(throws: Failure.self) {
            try weights.take(TargetChange(name, weight: 0), in: served)
        }
    }
}
