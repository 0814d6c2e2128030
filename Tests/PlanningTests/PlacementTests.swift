import Model
import Testing

@testable import Planning

struct PlacementTests {
    private func room(_ id: ContainerInstanceID, cpu: Int = 1024, memory: Int = 1024) -> Room {
        Room(
            ContainerInstance(
                id: id, arn: "", cluster: "default", address: "", cpu: cpu, memory: memory,
                registeredAt: .zero, agentVersion: ""))
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

    @Test func spreadsTheTasksOfAGroup() {
        var placement = Placement(rooms: [room("a"), room("b"), room("c")])
        let places = (0..<6).map { _ in placement.place(demand(), for: "service:hello") }
        #expect(places.count { $0 == .placed("a") } == 2)
        #expect(places.count { $0 == .placed("b") } == 2)
        #expect(places.count { $0 == .placed("c") } == 2)
    }

    @Test func groupsAreSpreadEachForItself() {
        var placement = Placement(rooms: [room("a"), room("b")])
        #expect(placement.place(demand(), for: "x") == .placed("a"))
        #expect(placement.place(demand(), for: "y") == .placed("b"))
        #expect(placement.place(demand(), for: "x") == .placed("b"))
    }

    @Test func neverGivesMoreThanThereIs() {
        var placement = Placement(rooms: [room("a"), room("b", cpu: 512)])
        #expect(placement.place(demand(cpu: 700), for: "x") == .placed("a"))
        #expect(
            placement.place(demand(cpu: 700), for: "x")
                == .refused(closest: "a", obstacle: "has insufficient CPU units available"))
        #expect(placement.place(demand(memory: 1024), for: "x") == .placed("b"))
        #expect(placement.place(demand(memory: 1024), for: "x") == .placed("a"))
        #expect(
            placement.place(demand(memory: 1), for: "x")
                == .refused(closest: "a", obstacle: "has insufficient memory available"))
    }

    @Test func fixedPortsAreTakenOnce() {
        var placement = Placement(rooms: [room("a")])
        #expect(placement.place(demand(hostPort: 8080), for: "x") == .placed("a"))
        #expect(
            placement.place(demand(hostPort: 8080), for: "x")
                == .refused(
                    closest: "a", obstacle: "is already using a port required by your task (8080)"))
        #expect(placement.place(demand(hostPort: 0), for: "x") == .placed("a"))
    }

    @Test func withoutMachinesItSaysSo() {
        var placement = Placement(rooms: [])
        #expect(
            placement.place(demand(), for: "x")
                == .refused(closest: nil, obstacle: "No container instance is connected."))
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
}
