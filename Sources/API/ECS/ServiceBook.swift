import Model
import Store

/// Services with all that is told of them, as of one moment.
struct ServiceBook {
    let cluster: ClusterName
    let realm: Realm
    private let snapshot: Snapshot
    private let tasks: [ServiceName: [ObservedTask]]

    init(
        reading services: [ServiceName], in cluster: ClusterName, _ call: Call
    ) async throws(StoreError) {
        let tasks = Key("tasks", cluster.text)
        let states = Key("taskstates", cluster.text)
        let folders = services.flatMap { service in
            [
                Key.service(service, in: cluster),
                Key("deployments", cluster.text, service.text),
                Key("servicerevisions", cluster.text, service.text),
                Key.events(of: service, in: cluster),
            ]
        }
        snapshot = try await call.store.read(folders + [tasks, states])
        self.cluster = cluster
        realm = call.realm
        let observed = try snapshot.observedTasks(in: tasks, states: states)
        self.tasks = Dictionary(grouping: observed.filter { $0.task.service != nil }) {
            $0.task.service ?? ""
        }
    }

    static func answer(_ service: Service, _ call: Call) async throws -> Echoing<ServiceAnswer> {
        let book = try await ServiceBook(reading: [service.name], in: service.cluster, call)
        return try book.answer(service)
    }

    func answer(_ name: ServiceName) throws -> Echoing<ServiceAnswer>? {
        let record = try snapshot.value(at: .service(name, in: cluster), as: Service.self)
        return try record.map { try answer($0.value) }
    }

    func tasks(of service: ServiceName, running revision: ServiceRevisionID) -> [ObservedTask] {
        tasks[service, default: []].filter { $0.task.revision == revision }
    }

    func counts(of service: ServiceName) -> (running: Int, pending: Int) {
        let tasks = tasks[service, default: []]
        return (tasks.count(where: \.isRunning), tasks.count(where: \.isPending))
    }

    func revision(
        _ id: ServiceRevisionID, of service: ServiceName
    ) throws(StoreError) -> ServiceRevision? {
        try snapshot.value(
            at: .serviceRevision(id, of: service, in: cluster), as: ServiceRevision.self)?.value
    }

    func service(_ name: ServiceName) throws(StoreError) -> Service? {
        try snapshot.value(at: .service(name, in: cluster), as: Service.self)?.value
    }

    /// Of this service and not of an older one with its name, the newest first.
    func deployments(of service: Service) throws(StoreError) -> [ServiceDeployment] {
        try snapshot.values(
            in: Key("deployments", cluster.text, service.name.text), as: ServiceDeployment.self
        ).map(\.value).filter { $0.createdAt >= service.createdAt }
            .sorted { $0.sequence > $1.sequence }
    }

    private func answer(_ service: Service) throws -> Echoing<ServiceAnswer> {
        let deployments = try deployments(of: service)
        let current = ServiceDeployments(of: service, newestFirst: deployments)
        let counts = counts(of: service.name)
        let events =
            try snapshot.value(
                at: .events(of: service.name, in: cluster), as: [ServiceEvent].self)?.value ?? []
        let fields = ServiceAnswer(
            serviceArn: realm.service(service.name, in: cluster), serviceName: service.name,
            clusterArn: realm.cluster(cluster), status: service.status,
            desiredCount: service.desiredCount,
            schedulingStrategy: service.schedulingStrategy ?? .replica,
            runningCount: counts.running, pendingCount: counts.pending,
            launchType: service.launchType, taskDefinition: service.taskDefinition,
            deploymentConfiguration: DeploymentConfigurationAnswer.answer(
                service.deploymentConfiguration),
            deployments: try current.shown.map { try answer($0, of: service) },
            loadBalancers: service.loadBalancers,
            serviceRegistries: (service.serviceRegistries ?? []).map(ServiceRegistryAnswer.init),
            events: events.reversed().map(EventAnswer.init),
            createdAt: service.createdAt.seconds, createdBy: service.createdBy,
            currentServiceDeployment: deployments.first?.arn,
            currentServiceRevisions: current.shown.map {
                summary(of: $0.revision, of: service)
            },
            healthCheckGracePeriodSeconds: service.healthCheckGracePeriodSeconds,
            placementConstraints: service.placementConstraints ?? [],
            placementStrategy: service.placementStrategy ?? [], tags: service.tags)
        let echoed = ServiceAnswer.absent.merging(service.echoed) { _, given in given }
        return Echoing(fields: fields, echoed: echoed)
    }

    func summary(of revision: ServiceRevisionID, of service: Service) -> RevisionSummary {
        let tasks = tasks(of: service.name, running: revision)
        return RevisionSummary(
            arn: realm.serviceRevision(revision, of: service.name, in: cluster),
            requestedTaskCount: tasks.count { $0.desiredStatus == .running },
            runningTaskCount: tasks.count(where: \.isRunning),
            pendingTaskCount: tasks.count(where: \.isPending))
    }

    private func answer(
        _ shown: ServiceDeployments.Shown, of service: Service
    ) throws -> DeploymentAnswer {
        let id = shown.revision.deploymentID
        let tasks = tasks(of: service.name, running: shown.revision)
        let wanted = tasks.count { $0.desiredStatus == .running }
        let revision = try revision(shown.revision, of: service.name)
        let state = DeploymentAnswer.RolloutState(shown.deployment.status)
        let reason =
            switch state {
            case .completed: "ECS deployment \(id) completed."
            case .inProgress: "ECS deployment \(id) in progress."
            case .failed: shown.deployment.statusReason ?? "ECS deployment \(id) failed."
            }
        return DeploymentAnswer(
            id: id, status: shown.status,
            taskDefinition: revision?.taskDefinition.taskDefinitionArn ?? service.taskDefinition,
            desiredCount: shown.status == .primary ? service.desiredCount : wanted,
            pendingCount: tasks.count(where: \.isPending),
            runningCount: tasks.count(where: \.isRunning),
            failedTasks: shown.deployment.failedTasks,
            createdAt: shown.deployment.createdAt.seconds,
            updatedAt: shown.deployment.updatedAt.seconds, launchType: service.launchType,
            rolloutState: state, rolloutStateReason: reason)
    }
}
