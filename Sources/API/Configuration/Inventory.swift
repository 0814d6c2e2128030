import Model
import Store

/// What exists of all that a configuration can speak of, as of one moment.
struct Inventory {
    /// The active ones.
    let clusters: Set<ClusterName>
    var loadBalancers: Shelf<LoadBalancerName, LoadBalancer>
    var listeners: Shelf<ListenerName, Listener>
    var rules: Shelf<RuleName, Rule>
    var targetGroups: Shelf<TargetGroupName, TargetGroup>
    var namespaces: Shelf<NamespaceName, Namespace>
    /// By ARN.
    var taskDefinitions: Shelf<String, TaskDefinition>
    let discoveryServices: [DiscoveryService]
    let services: [Versioned<Service>]
    let deployments: [Versioned<ServiceDeployment>]

    init(_ snapshot: Snapshot) throws(StoreError) {
        let active = try snapshot.values(in: Key.clusters, as: Cluster.self).map(\.value)
            .filter { $0.status == .active }
        clusters = Set(active.map(\.name))
        loadBalancers = Shelf(try snapshot.values(in: Key.loadBalancers), by: \.name)
        listeners = Shelf(try snapshot.values(in: Key.listeners), by: \.name)
        rules = Shelf(try snapshot.values(in: Key.rules), by: \.name)
        targetGroups = Shelf(try snapshot.values(in: Key.targetGroups), by: \.name)
        namespaces = Shelf(try snapshot.values(in: Key.namespaces), by: \.name)
        taskDefinitions = Shelf(
            try snapshot.values(in: Key.taskDefinitions), by: \.taskDefinitionArn)
        discoveryServices = try snapshot.values(
            in: Key.discoveryServices, as: DiscoveryService.self
        ).map(\.value)
        services = try snapshot.values(in: Key.services)
        deployments = try snapshot.values(in: Key.deployments)
    }

    /// Nothing exists.
    init() {
        clusters = []
        loadBalancers = Shelf([], by: \.name)
        listeners = Shelf([], by: \.name)
        rules = Shelf([], by: \.name)
        targetGroups = Shelf([], by: \.name)
        namespaces = Shelf([], by: \.name)
        taskDefinitions = Shelf([], by: \.taskDefinitionArn)
        discoveryServices = []
        services = []
        deployments = []
    }

    /// The folders that the inventory is taken from.
    static let folders = [
        Key.clusters, Key.loadBalancers, Key.listeners, Key.rules, Key.targetGroups,
        Key.namespaces, Key.discoveryServices, Key.taskDefinitions, Key.services,
        Key.deployments,
    ]

    func service(_ name: ServiceName, in cluster: ClusterName) -> Versioned<Service>? {
        services.first { $0.value.name == name && $0.value.cluster == cluster }
    }

    func deployments(of service: Service) -> [Versioned<ServiceDeployment>] {
        deployments.filter {
            $0.value.service == service.name && $0.value.cluster == service.cluster
        }
    }

    /// The revisions of a family, the newest first.
    func taskDefinitions(of family: String) -> [TaskDefinition] {
        taskDefinitions.values.values.filter { $0.family == family }
            .sorted { $0.revision > $1.revision }
    }

    /// The rules that deployments shift: their weights are not the configuration's to set.
    var shiftedRules: Set<RuleName> {
        Set(
            services.map(\.value).filter { $0.status != .inactive }.flatMap(\.loadBalancers)
                .compactMap(\.advancedConfiguration)
                .flatMap { [$0.productionListenerRule, $0.testListenerRule] }
                .compactMap { $0.map { RuleName(reference: $0) } })
    }
}
