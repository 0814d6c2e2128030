import Model
import Testing

@testable import Planning

struct PlacementTests {
    private func room(
        _ id: ContainerInstanceID, cpu: Int = 1024, memory: Int = 1024, zone: String? = nil
    ) -> Room {
        var instance = ContainerInstance(
            id: id, arn: "", cluster: "default", address: "", cpu: cpu, memory: memory,
            registeredAt: .zero, agentVersion: "")
        if let zone { instance.attributes = [Attribute(name: "zone", value: zone)] }
        return Room(instance)
    }

    private func rules(_ strategy: [PlacementStrategy]) -> PlacementRules {
        PlacementRules(constraints: [], strategy: strategy)
    }

    private func demand(cpu: Int = 0, memory: Int? = nil, hostPort: Int? = nil) -> Demand {
        var container = ContainerDefinition(name: "app", image: "host")
        container.cpu = cpu
        container.memory = memory
        container.portMappings = [PortMapping(containerPort: 80, hostPort: hostPort)]
        return Demand(
            of: TaskDefinition(
                family: "f", revision: 1, taskDefinitionArn: "", containerDefinitions: [container],
                registeredAt: .zero))
    }

    private func place(
        in placement: inout Placement, _ demand: Demand, for group: String,
        by rules: PlacementRules = .none
    ) -> PlacementResult {
        var generator = Generator(seed: 1)
        return placement.place(demand, for: group, by: rules, using: &generator)
    }

    @Test func spreadsTheTasksOfAGroup() {
        var placement = Placement(rooms: [room("a"), room("b"), room("c")])
        let places = (0..<6).map { _ in place(in: &placement, demand(), for: "service:hello") }
        #expect(places.count { $0 == .placed("a") } == 2)
        #expect(places.count { $0 == .placed("b") } == 2)
        #expect(places.count { $0 == .placed("c") } == 2)
    }

    @Test func groupsAreSpreadEachForItself() {
        var placement = Placement(rooms: [room("a"), room("b")])
        #expect(place(in: &placement, demand(), for: "x") == .placed("a"))
        #expect(place(in: &placement, demand(), for: "y") == .placed("b"))
        #expect(place(in: &placement, demand(), for: "x") == .placed("b"))
    }

    @Test func neverGivesMoreThanThereIs() {
        var placement = Placement(rooms: [room("a"), room("b", cpu: 512)])
        #expect(place(in: &placement, demand(cpu: 700), for: "x") == .placed("a"))
        #expect(
            place(in: &placement, demand(cpu: 700), for: "x")
                == .refused([
                    PlacementObstacle(
                        instance: "a", reason: "has insufficient CPU units available"),
                    PlacementObstacle(
                        instance: "b", reason: "has insufficient CPU units available"),
                ]))
        #expect(place(in: &placement, demand(memory: 1024), for: "x") == .placed("b"))
        #expect(place(in: &placement, demand(memory: 1024), for: "x") == .placed("a"))
        #expect(
            place(in: &placement, demand(memory: 1), for: "x")
                == .refused([
                    PlacementObstacle(
                        instance: "a", reason: "has insufficient memory available"),
                    PlacementObstacle(
                        instance: "b", reason: "has insufficient memory available"),
                ]))
    }

    @Test func fixedPortsAreTakenOnce() {
        var placement = Placement(rooms: [room("a")])
        #expect(place(in: &placement, demand(hostPort: 8080), for: "x") == .placed("a"))
        #expect(
            place(in: &placement, demand(hostPort: 8080), for: "x")
                == .refused([
                    PlacementObstacle(
                        instance: "a",
                        reason: "is already using a port required by your task (8080)")
                ]))
        #expect(place(in: &placement, demand(hostPort: 0), for: "x") == .placed("a"))
    }

    @Test func withoutMachinesItSaysSo() {
        var placement = Placement(rooms: [])
        #expect(
            place(in: &placement, demand(), for: "x")
                == .refused([]))
    }

    @Test func taskSizeOutranksItsContainers() {
        var definition = TaskDefinition(
            family: "f", revision: 1, taskDefinitionArn: "", containerDefinitions: [],
            registeredAt: .zero)
        definition.cpu = "256"
        definition.memory = "512"
        #expect(Demand(of: definition).cpu == 256)
        #expect(Demand(of: definition).memory == 512)
    }

    @Test func spreadsOverTheValuesOfAnAttribute() {
        var placement = Placement(
            rooms: [room("a", zone: "x"), room("b", zone: "x"), room("c", zone: "y")])
        let rules = rules([PlacementStrategy(type: .spread, field: "attribute:zone")])
        let places = (0..<4).map { _ in place(in: &placement, demand(), for: "g", by: rules) }
        #expect(places == [.placed("a"), .placed("c"), .placed("b"), .placed("c")])
    }

    @Test func packsWhereTheLeastIsLeft() {
        var placement = Placement(rooms: [room("a", memory: 900), room("b", memory: 500)])
        let rules = rules([PlacementStrategy(type: .binpack, field: "memory")])
        let places = (0..<3).map { _ in
            place(in: &placement, demand(memory: 250), for: "g", by: rules)
        }
        #expect(places == [.placed("b"), .placed("b"), .placed("a")])
    }

    @Test func chanceIsTheGenerators() {
        let rules = rules([PlacementStrategy(type: .random)])
        var seen: Set<String> = []
        var generator = Generator(seed: 3)
        for _ in 0..<50 {
            var placement = Placement(rooms: [room("a"), room("b"), room("c")])
            let result = placement.place(demand(), for: "g", by: rules, using: &generator)
            seen.insert("\(result)")
        }
        #expect(seen.count == 3)
    }

    @Test func constraintsSayWhichMachinesThereAre() {
        var placement = Placement(rooms: [room("a", zone: "x"), room("b", zone: "y")])
        let rules = PlacementRules(
            constraints: [
                PlacementConstraint(type: .distinctInstance),
                PlacementConstraint(type: .memberOf, expression: "attribute:zone == y"),
            ], strategy: [])
        #expect(place(in: &placement, demand(), for: "g", by: rules) == .placed("b"))
        #expect(
            place(in: &placement, demand(), for: "g", by: rules)
                == .refused([
                    PlacementObstacle(
                        instance: "a",
                        reason: "is missing an attribute required by your task "
                            + "(attribute:zone == y)"),
                    PlacementObstacle(
                        instance: "b",
                        reason: "already runs a task of the service (distinctInstance)"),
                ]))
        #expect(place(in: &placement, demand(), for: "other", by: rules) == .placed("b"))
    }

    /// Where a pass places `task`, in a world with two machines, one of them in zone x.
    private func placeAlone(_ task: Task) -> ContainerInstanceID? {
        var world = World(observingSince: .zero)
        for (id, zone) in [("a", "x"), ("b", "y")] as [(ContainerInstanceID, String)] {
            var instance = ContainerInstance(
                id: id, arn: "", cluster: "default", address: "", cpu: 1024, memory: 1024,
                registeredAt: .zero, agentVersion: "")
            instance.attributes = [Attribute(name: "zone", value: zone)]
            world.containerInstances[id] = instance
            world.agentCame(id)
        }
        world.put(task)
        var generator = Generator(seed: 1)
        let actions = plan(world, at: .zero, using: &generator).actions
        return actions.lazy.compactMap { action in
            if case .putTask(let task) = action { task.containerInstance } else { nil }
        }.first
    }

    @Test func aTaskDefinitionAndACallHaveConstraintsToo() {
        var definition = TaskDefinition(
            family: "job", revision: 1, taskDefinitionArn: "", containerDefinitions: [],
            registeredAt: .zero)
        func task() -> Task {
            Task(
                id: "t", arn: "", cluster: "default", taskDefinition: definition,
                group: "family:job", createdAt: .zero)
        }
        #expect(placeAlone(task()) == "a")
        var called = task()
        called.placementConstraints = [
            PlacementConstraint(type: .memberOf, expression: "attribute:zone == y")
        ]
        #expect(placeAlone(called) == "b")
        definition.placementConstraints = called.placementConstraints
        #expect(placeAlone(task()) == "b")
        called = task()
        called.placementConstraints = [
            PlacementConstraint(type: .memberOf, expression: "attribute:zone == x")
        ]
        #expect(placeAlone(called) == nil, "both must hold")
    }
}
