import Model
import Store

struct ClusterAnswer: Encodable {
    let clusterArn: String
    let clusterName: ClusterName
    let status: ClusterStatus
    let registeredContainerInstancesCount: Int
    let runningTasksCount: Int
    let pendingTasksCount: Int
    let activeServicesCount: Int
    let statistics: [String] = []
    let capacityProviders: [String] = []
    let tags: [Tag]
}

/// All clusters with what is counted in them, as of one moment.
struct ClusterBook {
    let clusters: [Cluster]
    private let realm: Realm
    private let services: [Service]
    private let instances: [ContainerInstance]
    private let tasks: [ObservedTask]

    init(reading call: Call) async throws {
        let snapshot = try await call.store.read([
            Key.clusters, Key.services, Key.containerInstances, Key.tasks, Key.taskStates,
        ])
        realm = call.realm
        clusters = try snapshot.values(in: Key.clusters, as: Cluster.self).map(\.value)
        services = try snapshot.values(in: Key.services, as: Service.self).map(\.value)
        instances = try snapshot.values(
            in: Key.containerInstances, as: ContainerInstance.self
        ).map(\.value)
        tasks = try snapshot.observedTasks(in: Key.tasks, states: Key.taskStates)
    }

    func answer(_ cluster: Cluster) -> Echoing<ClusterAnswer> {
        let tasks = tasks.filter { $0.task.cluster == cluster.name }
        let fields = ClusterAnswer(
            clusterArn: realm.cluster(cluster.name), clusterName: cluster.name,
            status: cluster.status,
            registeredContainerInstancesCount: instances.count {
                $0.cluster == cluster.name && $0.status != .inactive
            },
            runningTasksCount: tasks.count(where: \.isRunning),
            pendingTasksCount: tasks.count(where: \.isPending),
            activeServicesCount: services.count {
                $0.cluster == cluster.name && $0.status == .active
            },
            tags: cluster.tags)
        return Echoing(fields: fields, echoed: cluster.echoed)
    }
}
