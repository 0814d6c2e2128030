import Model
import Store

struct DiscoverInstancesRequest: Decodable {
    let namespaceName: String
    let serviceName: String
    let maxResults: Int?
    let queryParameters: [String: String]?
    let optionalParameters: [String: String]?
    let healthStatus: String?
}

struct DiscoverRevisionRequest: Decodable {
    let namespaceName: String
    let serviceName: String
}

struct DiscoveredInstance: Encodable {
    let instanceId: String
    let namespaceName: String
    let serviceName: String
    let healthStatus: String
    let attributes: [String: String]
}

struct DiscoverInstancesAnswer: Encodable {
    let instances: [DiscoveredInstance]
    let instancesRevision: Int64
}

extension CloudMap {
    private static let discoveredMax = 1...1000
    private static let discoveredDefault = 100

    /// In random order: what is registered by hand, and what ECS services have by themselves.
    static func discoverInstances(
        _ request: DiscoverInstancesRequest, _ call: Call
    ) async throws -> DiscoverInstancesAnswer {
        let limit = request.maxResults ?? discoveredDefault
        guard discoveredMax.contains(limit) else {
            throw Fault.invalidInput("MaxResults must be 1 to 1000")
        }
        let found = try await find(request.namespaceName, request.serviceName, call)
        let required = request.queryParameters ?? [:]
        var instances = found.instances.filter { $0.has(required) }
        let preferred = instances.filter { $0.has(request.optionalParameters ?? [:]) }
        if !preferred.isEmpty { instances = preferred }
        instances = try select(instances, request.healthStatus ?? "HEALTHY_OR_ELSE_ALL")
        var generator = call.generator()
        return DiscoverInstancesAnswer(
            instances: Array(instances.shuffled(using: &generator).prefix(limit)),
            instancesRevision: found.revision)
    }

    static func discoverInstancesRevision(
        _ request: DiscoverRevisionRequest, _ call: Call
    ) async throws -> [String: Int64] {
        let found = try await find(request.namespaceName, request.serviceName, call)
        return ["InstancesRevision": found.revision]
    }

    private static func select(
        _ instances: [DiscoveredInstance], _ status: String
    ) throws(Fault) -> [DiscoveredInstance] {
        // What has no health check is taken to be healthy.
        let healthy = instances.filter { $0.healthStatus != "UNHEALTHY" }
        switch status {
        case "ALL": return instances
        case "HEALTHY": return healthy
        case "UNHEALTHY": return instances.filter { $0.healthStatus == "UNHEALTHY" }
        case "HEALTHY_OR_ELSE_ALL": return healthy.isEmpty ? instances : healthy
        default:
            throw .invalidInput(
                "HealthStatus must be HEALTHY, UNHEALTHY, ALL or HEALTHY_OR_ELSE_ALL")
        }
    }

    private static func find(
        _ namespace: String, _ service: String, _ call: Call
    ) async throws -> (instances: [DiscoveredInstance], revision: Int64) {
        let (namespace, name) = (NamespaceName(namespace), ServiceName(service))
        let place = Key.directory(name, in: namespace)
        guard place.isWellFormed, Key.namespace(namespace).isWellFormed,
            try await call.store.value(at: .namespace(namespace), as: Namespace.self) != nil
        else { throw Fault.namespaceNotFound(namespace.text) }
        let registered = try await call.store.values(
            in: .discoveryServices, as: DiscoveryService.self
        ).map(\.value).first { $0.namespace == namespace && $0.name == name }
        let published = try await call.store.value(at: place, as: DirectoryEntry.self)
        guard registered != nil || published != nil else {
            throw Fault.registeredServiceNotFound(service)
        }
        var instances: [DiscoveredInstance] = []
        if let registered {
            instances += try await call.instances(of: registered).map {
                DiscoveredInstance($0, of: registered)
            }
        }
        if let entry = published?.value {
            instances += entry.instances.map { DiscoveredInstance($0, of: entry) }
        }
        let revision = (registered?.instancesRevision ?? 0) + Int64(published?.version ?? 0)
        return (instances, max(1, revision))
    }
}

extension DiscoveredInstance {
    init(_ instance: DiscoveryInstance, of service: DiscoveryService) {
        self.init(
            instanceId: instance.id, namespaceName: service.namespace.text,
            serviceName: service.name.text, healthStatus: instance.health(in: service),
            attributes: instance.attributes)
    }

    /// A task as ECS registers it: only healthy ones are published.
    init(_ instance: DirectoryInstance, of entry: DirectoryEntry) {
        var attributes = instance.attributes ?? [:]
        let isIPv6 = instance.address.contains(":")
        attributes[isIPv6 ? InstanceAttribute.ipv6 : InstanceAttribute.ipv4] = instance.address
        attributes[InstanceAttribute.port] = String(instance.port)
        self.init(
            instanceId: instance.id, namespaceName: entry.namespace.text,
            serviceName: entry.service.text, healthStatus: "HEALTHY", attributes: attributes)
    }

    fileprivate func has(_ wanted: [String: String]) -> Bool {
        wanted.allSatisfy { attributes[$0.key] == $0.value }
    }
}
