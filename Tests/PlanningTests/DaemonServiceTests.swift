import Model
import Planning
import Testing

/// A DAEMON service in a world whose agents do at once what they are told.
struct DaemonServiceTests {
    private var world = World(observingSince: .zero)
    private let now = Instant(milliseconds: 100_000)

    init() {
        for zone in ["a", "b", "c"] { addMachine(ContainerInstanceID(zone)) }
        var service = Service(
            name: "logs", cluster: "default", taskDefinition: "logs:1", desiredCount: 0,
            deploymentConfiguration: DeploymentConfiguration(), createdAt: .zero)
        service.schedulingStrategy = .daemon
        service.deploymentConfiguration.strategy = .rolling
        service.deploymentConfiguration.minimumHealthyPercent = 0
        service.productionRevision = "r1"
        world.put(service)
        put(revision: "r1")
    }

    private mutating func addMachine(_ id: ContainerInstanceID) {
        var instance = ContainerInstance(
            id: id, arn: "", cluster: "default", address: "", cpu: 1024, memory: 1024,
            registeredAt: .zero, agentVersion: "")
        instance.attributes = [Attribute(name: "zone", value: id.text)]
        world.containerInstances[id] = instance
        world.agentCame(id)
    }

    private mutating func put(revision id: ServiceRevisionID, memory: Int = 100) {
        var definition = TaskDefinition(
            family: "logs", revision: 1, taskDefinitionArn: "logs:1", containerDefinitions: [],
            registeredAt: .zero)
        definition.memory = String(memory)
        world.put(
            ServiceRevision(
                id: id, arn: "", service: "logs", cluster: "default", taskDefinition: definition,
                loadBalancers: [], createdAt: .zero))
    }

    /// Passes until nothing changes any more.
    private mutating func settle() {
        var generator = Generator(seed: 1)
        for _ in 0..<50 {
            let actions = plan(world, at: now, using: &generator).actions
            for action in actions {
                switch action {
                case .putService(let service): world.put(service)
                case .putTask(let task): carryOut(task)
                case .removeTask(let id, _): world.removeTask(id)
                case .putDirectory(let entry):
                    let path = DirectoryPath(entry.service, in: entry.namespace)
                    world.directory[path] = Published(entry, revision: 1)
                case .putEvents(let events, let path): world.events[path] = events
                default: break
                }
            }
            if actions.isEmpty { return }
        }
        Issue.record("the passes do not come to rest")
    }

    private mutating func carryOut(_ task: Task) {
        world.put(task)
        guard let instance = task.containerInstance else { return }
        var state = TaskState(
            task: task.id, cluster: task.cluster, containerInstance: instance,
            lastStatus: task.desiredStatus == .running ? .running : .stopped)
        state.startedAt = .zero
        world.put(state)
    }

    private var service: Service? { world.services[ServicePath("logs", in: "default")] }

    /// The machines that have a task that is to run, in order.
    private var places: [String] {
        world.tasks.values.filter { $0.desiredStatus == .running && $0.retirement == nil }
            .compactMap { $0.containerInstance?.text }.sorted()
    }

    @Test mutating func everyMachineHasOneAndTheCountFollows() {
        settle()
        #expect(places == ["a", "b", "c"])
        #expect(service?.desiredCount == 3)
        addMachine("d")
        settle()
        #expect(places == ["a", "b", "c", "d"])
        world.containerInstances["b"]?.status = .draining
        settle()
        #expect(places == ["a", "c", "d"])
        #expect(service?.desiredCount == 3)
    }

    @Test mutating func constraintsLeaveMachinesOut() {
        guard var service else { return }
        service.placementConstraints = [
            PlacementConstraint(type: .memberOf, expression: "attribute:zone in [a, c]")
        ]
        world.put(service)
        settle()
        #expect(places == ["a", "c"])
        #expect(self.service?.desiredCount == 2)
    }

    @Test mutating func itIsTheLastToLeaveAMachineThatDrains() {
        var other = Task(
            id: "job", arn: "", cluster: "default",
            taskDefinition: TaskDefinition(
                family: "job", revision: 1, taskDefinitionArn: "", containerDefinitions: [],
                registeredAt: .zero), group: "family:job", createdAt: .zero)
        other.containerInstance = "a"
        carryOut(other)
        settle()
        world.containerInstances["a"]?.status = .draining
        settle()
        #expect(places == ["a", "a", "b", "c"])
        other.desiredStatus = .stopped
        carryOut(other)
        settle()
        #expect(places == ["b", "c"])
    }

    @Test mutating func aMachineWithoutRoomIsTold() {
        put(revision: "r1", memory: 2000)
        settle()
        #expect(places == [])
        let message = world.events[ServicePath("logs", in: "default")]?.last?.message
        #expect(message?.contains("has insufficient memory available") == true)
    }

    @Test mutating func aMachineThatIsLongAwayDoesNotCount() {
        settle()
        world.agentWent("c", at: now)
        settle()
        #expect(service?.desiredCount == 3, "it may come back in a moment")
        world.agentCame("c")
        world.agentWent("c", at: .zero)
        settle()
        #expect(service?.desiredCount == 2)
        #expect(places == ["a", "b"])
    }
}
