import Model
import Store

struct CreateServiceRequest: Decodable {
    let serviceName: String
    let settings: ServiceSettings

    private enum CodingKeys: String, CodingKey {
        case serviceName
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        serviceName = try container.decode(String.self, forKey: .serviceName)
        settings = try ServiceSettings(from: decoder)
    }
}

struct UpdateServiceRequest: Decodable {
    let service: String
    let forceNewDeployment: Bool
    let settings: ServiceSettings

    private enum CodingKeys: String, CodingKey {
        case service
        case forceNewDeployment
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        service = try container.decode(String.self, forKey: .service)
        forceNewDeployment =
            try container.decodeIfPresent(Bool.self, forKey: .forceNewDeployment) ?? false
        settings = try ServiceSettings(from: decoder)
    }
}

struct DeleteServiceRequest: Decodable {
    let cluster: String?
    let service: String
    let force: Bool?
}

struct DescribeServicesRequest: Decodable {
    static let servicesMax = 10

    let cluster: String?
    let services: [String]
    let include: [String]?
}

struct ListServicesRequest: Decodable {
    let cluster: String?
    let launchType: String?
    let schedulingStrategy: String?
    let maxResults: Int?
    let nextToken: String?
}

extension ECS {
    static func createService(
        _ request: CreateServiceRequest, _ call: Call
    ) async throws -> [String: Echoing<ServiceAnswer>] {
        let cluster = try await call.activeCluster(request.settings.cluster)
        let name = ServiceName(request.serviceName)
        let old = try await call.store.value(at: .service(name, in: cluster), as: Service.self)
        if old?.value.status == .draining {
            throw Fault.invalidParameter("Unable to Start a service that is still Draining.")
        }
        guard let definition = request.settings.taskDefinition else {
            throw Fault.client("TaskDefinition can not be blank.", field: "taskDefinition")
        }
        var service = Service(creating: name, in: cluster, after: old?.value, by: call)
        try request.settings.apply(to: &service)
        if request.settings.deploymentConfiguration?.strategy == nil, !service.isDaemon {
            service.deploymentConfiguration.strategy = service.strategyByDefault
        }
        let running = try await call.usableTaskDefinition(definition)
        service = try await call.checked(
            service, running: running, registries: request.settings.serviceRegistries)
        if let old, old.value.status == .active {
            guard old.value.isSame(as: service, running: running) else {
                throw Fault.invalidParameter("Creation of service was not idempotent.")
            }
            return ["service": try await ServiceBook.answer(old.value, call)]
        }
        var generator = call.generator()
        let change = ServiceChange(
            from: old, to: service, running: running, deployments: [], by: call,
            using: &generator)
        var transaction = try change.transaction()
        transaction.add(try await call.missingNamespace(of: cluster))
        try await call.store.commit(transaction)
        return ["service": try await ServiceBook.answer(change.service, call)]
    }

    static func updateService(
        _ request: UpdateServiceRequest, _ call: Call
    ) async throws -> [String: Echoing<ServiceAnswer>] {
        let cluster = try await call.activeCluster(request.settings.cluster)
        let name = Reference.service(request.service)
        guard
            let old = try await call.store.value(
                at: .service(name, in: cluster), as: Service.self)
        else { throw Fault.serviceNotFound }
        guard old.value.status == .active else { throw Fault.serviceNotActive }
        var service = old.value
        try request.settings.apply(to: &service)
        let running = try await call.taskDefinition(
            for: service, asked: request.settings.taskDefinition)
        service = try await call.checked(
            service, running: running, registries: request.settings.serviceRegistries)
        var generator = call.generator()
        let change = ServiceChange(
            from: old, to: service, running: running, forced: request.forceNewDeployment,
            deployments: try await call.deployments(of: name, in: cluster), by: call,
            using: &generator)
        if !change.isEmpty { try await call.store.commit(try change.transaction()) }
        return ["service": try await ServiceBook.answer(change.service, call)]
    }

    /// The control loop stops the tasks and makes the service INACTIVE.
    static func deleteService(
        _ request: DeleteServiceRequest, _ call: Call
    ) async throws -> [String: Echoing<ServiceAnswer>] {
        let cluster = try await call.activeCluster(request.cluster)
        let key = Key.service(Reference.service(request.service), in: cluster)
        guard var record = try await call.store.value(at: key, as: Service.self),
            record.value.status != .inactive
        else { throw Fault.serviceNotFound }
        let isScaledDown = record.value.desiredCount == 0 || record.value.isDaemon
        guard isScaledDown || request.force ?? false else {
            throw Fault.invalidParameter(
                "The service cannot be stopped while the primary deployment is scaled above 0.")
        }
        if record.value.status == .active {
            record.value.status = .draining
            record.value.desiredCount = 0
            try await call.store.commit(
                Transaction(
                    [try .put(key, record.value)],
                    if: [.unchanged(key, version: record.version)]))
        }
        return ["service": try await ServiceBook.answer(record.value, call)]
    }

    static func describeServices(
        _ request: DescribeServicesRequest, _ call: Call
    ) async throws -> Answer<Echoing<ServiceAnswer>> {
        try check(request.services, "services", max: DescribeServicesRequest.servicesMax)
        let cluster = try await call.activeCluster(request.cluster)
        let names = request.services.map(Reference.service)
        let book = try await ServiceBook(reading: names, in: cluster, call)
        var found: [Echoing<ServiceAnswer>] = []
        var failures: [Failure] = []
        for name in names {
            if let answer = try book.answer(name) {
                found.append(answer)
            } else {
                failures.append(.missing(call.realm.service(name, in: cluster)))
            }
        }
        return Answer("services", found, failures: failures)
    }

    static func listServices(
        _ request: ListServicesRequest, _ call: Call
    ) async throws -> Answer<String> {
        let page = try PageRequest(
            maxResults: request.maxResults, nextToken: request.nextToken, default: 10)
        let scheduling = try choice(
            request.schedulingStrategy, "schedulingStrategy", of: SchedulingStrategy.self)
        let cluster = try await call.activeCluster(request.cluster)
        let services = try await call.store.values(
            in: Key("services", cluster.text), as: Service.self
        ).map(\.value).filter { service in
            let own = service.schedulingStrategy ?? .replica
            return service.status != .inactive && scheduling ?? own == own
                && request.launchType ?? service.launchType == service.launchType
        }
        return page.answer("serviceArns", of: services, by: \.name.text) {
            call.realm.service($0.name, in: cluster)
        }
    }
}

extension Service {
    var launchType: String {
        guard case .string(let type) = echoed["launchType"] else { return "EC2" }
        return type
    }

    /// Blue-green, unless there is a target group without the other one of its pair: then traffic
    /// cannot be shifted, and tasks are replaced in their place.
    var strategyByDefault: DeploymentStrategy {
        loadBalancers.allSatisfy { $0.advancedConfiguration != nil } ? .blueGreen : .rolling
    }

    /// Whether creating `other` again would give this service.
    func isSame(as other: Service, running definition: TaskDefinition) -> Bool {
        taskDefinition == definition.taskDefinitionArn && isDaemon == other.isDaemon
            && (isDaemon || desiredCount == other.desiredCount)
            && loadBalancers == other.loadBalancers
            && serviceRegistries ?? [] == other.serviceRegistries ?? []
            && deploymentConfiguration == other.deploymentConfiguration
    }
}

extension Call {
    func deployments(
        of service: ServiceName, in cluster: ClusterName
    ) async throws(StoreError) -> [Versioned<ServiceDeployment>] {
        try await store.values(in: Key("deployments", cluster.text, service.text))
    }

    /// What `service` is to run: what was asked for, or what it runs already, which may have been
    /// deregistered since.
    fileprivate func taskDefinition(
        for service: Service, asked: String?
    ) async throws -> TaskDefinition {
        if let asked { return try await usableTaskDefinition(asked) }
        guard let definition = try await taskDefinition(service.taskDefinition) else {
            throw Fault.client("TaskDefinition not found.")
        }
        return definition
    }

    /// The namespace of a cluster comes with the first service there.
    fileprivate func missingNamespace(of cluster: ClusterName) async throws -> Transaction {
        let key = Key.namespace(cluster.namespace)
        guard try await store.value(at: key, as: Namespace.self) == nil else {
            return Transaction()
        }
        let namespace = Namespace(name: cluster.namespace, createdAt: now)
        return Transaction([try .put(key, namespace)], if: [.absent(key)])
    }

    /// `service` with its load balancers' and registries' names in full, once all it refers to is
    /// known to fit.
    fileprivate func checked(
        _ service: Service, running definition: TaskDefinition,
        registries: [ServiceRegistryRequest]?
    ) async throws -> Service {
        let snapshot = try await store.read([
            Key.targetGroups, Key.rules, Key.listeners, Key.services, Key.discoveryServices,
        ])
        var groups: [TargetGroupName: TargetGroup] = [:]
        for group in try snapshot.values(in: Key.targetGroups, as: TargetGroup.self) {
            groups[group.value.name] = group.value
        }
        var rules: [RuleName: Rule] = [:]
        for rule in try snapshot.values(in: Key.rules, as: Rule.self) {
            rules[rule.value.name] = rule.value
        }
        let names = LoadBalancerNames(
            realm: realm, rules: rules,
            listeners: try snapshot.values(in: Key.listeners, as: Listener.self).map(\.value))
        var service = service
        service.loadBalancers = service.loadBalancers.map(names.inFull)
        if let registries {
            let discovered = try snapshot.values(
                in: Key.discoveryServices, as: DiscoveryService.self)
            service.serviceRegistries = try ServiceRegistryRules(
                discoveryServices: discovered.map(\.value), realm: realm
            ).resolved(registries)
        }
        try ServiceRules(taskDefinition: definition, targetGroups: groups, rules: rules)
            .check(service)
        if service.taskDefinition.isEmpty {
            let others = try snapshot.values(in: Key.services, as: Service.self).map(\.value)
            try service.checkNames(beside: others, "serviceName")
        }
        return service
    }
}
