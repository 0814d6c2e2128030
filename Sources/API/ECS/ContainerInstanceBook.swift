import Model
import Store

/// A cluster's container instances and what runs on them, as of one moment.
struct ContainerInstanceBook {
    let instances: [Versioned<ContainerInstance>]
    private let realm: Realm
    private let tasks: [ContainerInstanceID: [ObservedTask]]
    private let connected: Set<ContainerInstanceID>

    init(reading cluster: ClusterName, _ call: Call) async throws {
        let folder = Key("containerinstances", cluster.text)
        let tasks = Key("tasks", cluster.text)
        let states = Key("taskstates", cluster.text)
        let snapshot = try await call.store.read([folder, tasks, states, Key.liveAgents])
        instances = try snapshot.values(in: folder, as: ContainerInstance.self)
        realm = call.realm
        self.tasks = Dictionary(
            grouping: try snapshot.observedTasks(in: tasks, states: states)
                .filter { $0.task.containerInstance != nil }
        ) { $0.task.containerInstance ?? "" }
        connected = Set(
            instances.map(\.value.id).filter { snapshot.contains(.liveAgent($0, in: cluster)) })
    }

    subscript(id: ContainerInstanceID) -> Versioned<ContainerInstance>? {
        instances.first { $0.value.id == id }
    }

    /// Those that hold room there.
    func tasks(on id: ContainerInstanceID) -> [ObservedTask] {
        tasks[id, default: []].filter { $0.lastStatus != .stopped }
    }

    func candidate(_ instance: ContainerInstance) -> PlacementCandidate {
        let tasks = tasks(on: instance.id)
        return PlacementCandidate(
            instance, runningTasksCount: tasks.count, taskGroups: Set(tasks.map(\.task.group)))
    }

    func answer(_ instance: ContainerInstance) -> ContainerInstanceAnswer {
        ContainerInstanceAnswer(
            instance, tasks: tasks(on: instance.id),
            isConnected: connected.contains(instance.id), in: realm)
    }
}
