import Model
import Naming
import Store

struct RegisterInstanceRequest: Decodable {
    let serviceId: String
    let instanceId: String
    let creatorRequestId: String?
    let attributes: [String: String]
}

struct InstanceRequest: Decodable {
    let serviceId: String
    let instanceId: String
}

struct ListInstancesRequest: Decodable {
    let serviceId: String
    let maxResults: Int?
    let nextToken: String?
}

struct InstancesHealthRequest: Decodable {
    let serviceId: String
    let instances: [String]?
    let maxResults: Int?
    let nextToken: String?
}

struct CustomHealthRequest: Decodable {
    let serviceId: String
    let instanceId: String
    let status: String
}

struct InstanceAnswer: Encodable {
    let id: String
    let creatorRequestId: String?
    let attributes: [String: String]
    let createdByAccount: String
}

struct InstanceHealthAnswer: Encodable {
    let status: [String: String]
    let nextToken: String?
}

extension CloudMap {
    /// Registers an instance, or gives one that is registered other attributes.
    static func registerInstance(
        _ request: RegisterInstanceRequest, _ call: Call
    ) async throws -> OperationIDAnswer {
        var service = try await call.discoveryService(request.serviceId)
        try check(request, of: service.value)
        let key = Key.discoveryInstance(request.instanceId, of: service.value.id)
        let existing = try await call.store.value(at: key, as: DiscoveryInstance.self)?.value
        let initial = request.attributes[InstanceAttribute.initialHealth] != "UNHEALTHY"
        var instance = DiscoveryInstance(
            id: request.instanceId, service: service.value.id, attributes: request.attributes,
            isHealthy: existing?.isHealthy ?? initial,
            createdAt: existing?.createdAt ?? call.now)
        instance.creatorRequestId = request.creatorRequestId
        service.value.instancesRevision += 1
        let serviceKey = Key.discoveryService(service.value.id)
        return try await commit(
            .registerInstance,
            ["SERVICE": service.value.id.text, "INSTANCE": instance.id],
            [try .put(key, instance), try .put(serviceKey, service.value)],
            if: [.unchanged(serviceKey, version: service.version)], call)
    }

    private static func check(
        _ request: RegisterInstanceRequest, of service: DiscoveryService
    ) throws(Fault) {
        let characters = request.instanceId.unicodeScalars
        guard (1...64).contains(characters.count),
            characters.allSatisfy({
                $0.isASCII
                    && ($0.properties.isAlphabetic
                        || ("0"..."9").contains($0) || "_/:.@-".unicodeScalars.contains($0))
            })
        else {
            throw .invalidInput("InstanceId must have 1 to 64 of letters, digits and _/:.@-")
        }
        try check(request.attributes)
        try checkPlace(request.attributes, of: service)
        if let weight = request.attributes[InstanceAttribute.weight] {
            guard Int(weight).map({ (0...65_535).contains($0) }) == true else {
                throw .invalidInput("Attributes.TEAL_WEIGHT must be 0 to 65535")
            }
        }
        let health = request.attributes[InstanceAttribute.initialHealth] ?? "HEALTHY"
        guard ["HEALTHY", "UNHEALTHY"].contains(health) else {
            throw .invalidInput("Attributes.AWS_INIT_HEALTH_STATUS must be HEALTHY or UNHEALTHY")
        }
    }

    /// Whether the attributes say all that the service's records need, and say it right.
    private static func checkPlace(
        _ attributes: [String: String], of service: DiscoveryService
    ) throws(Fault) {
        if let text = attributes[InstanceAttribute.ipv4] {
            guard case .v4? = IPAddress(text) else {
                throw .invalidInput("Attributes.AWS_INSTANCE_IPV4 is no IPv4 address: \(text)")
            }
        }
        if let text = attributes[InstanceAttribute.ipv6] {
            guard case .v6? = IPAddress(text) else {
                throw .invalidInput("Attributes.AWS_INSTANCE_IPV6 is no IPv6 address: \(text)")
            }
        }
        if let text = attributes[InstanceAttribute.port] {
            guard let port = UInt16(text), port > 0 else {
                throw .invalidInput("Attributes.AWS_INSTANCE_PORT must be 1 to 65535")
            }
        }
        if let text = attributes[InstanceAttribute.cname] {
            guard (try? DNSName(text)) != nil else {
                throw .invalidInput("Attributes.AWS_INSTANCE_CNAME is no domain name: \(text)")
            }
        }
        let needs = [
            "A": [InstanceAttribute.ipv4], "AAAA": [InstanceAttribute.ipv6],
            "CNAME": [InstanceAttribute.cname],
            "SRV": [InstanceAttribute.port],
        ]
        for record in service.dnsRecords {
            for name in needs[record.type] ?? [] where attributes[name] == nil {
                throw .invalidInput("Attributes.\(name) is missing: the service has \(record.type)")
            }
        }
        if service.healthCheck?.type == .tcp, attributes[InstanceAttribute.port] == nil {
            throw .invalidInput(
                "Attributes.AWS_INSTANCE_PORT is missing: the service's HealthCheckConfig is TCP")
        }
        let hasAddress =
            attributes[InstanceAttribute.ipv4] != nil || attributes[InstanceAttribute.ipv6] != nil
        guard hasAddress || service.healthCheck == nil else {
            throw .invalidInput("Attributes has no address, and the service has HealthCheckConfig")
        }
        guard hasAddress || !service.dnsRecords.contains(where: { $0.type == "SRV" }) else {
            throw .invalidInput("Attributes has no address, and the service has SRV")
        }
    }

    static func deregisterInstance(
        _ request: InstanceRequest, _ call: Call
    ) async throws -> OperationIDAnswer {
        var service = try await call.discoveryService(request.serviceId)
        let instance = try await call.instance(request.instanceId, of: service.value.id).value
        service.value.instancesRevision += 1
        let serviceKey = Key.discoveryService(service.value.id)
        return try await commit(
            .deregisterInstance,
            ["SERVICE": service.value.id.text, "INSTANCE": instance.id],
            [
                .remove(.discoveryInstance(instance.id, of: service.value.id)),
                .remove(.instanceHealth(instance.id, of: service.value.id)),
                try .put(serviceKey, service.value),
            ], if: [.unchanged(serviceKey, version: service.version)], call)
    }

    static func getInstance(
        _ request: InstanceRequest, _ call: Call
    ) async throws -> [String: InstanceAnswer] {
        let service = try await call.discoveryService(request.serviceId).value
        let instances = try await call.everyInstance(of: service)
        guard let instance = instances.first(where: { $0.id == request.instanceId }) else {
            throw Fault.instanceNotFound(request.instanceId)
        }
        return ["Instance": answer(instance, call.realm)]
    }

    static func listInstances(
        _ request: ListInstancesRequest, _ call: Call
    ) async throws -> Answer<InstanceAnswer> {
        let page = try PageRequest(maxResults: request.maxResults, nextToken: request.nextToken)
        let service = try await call.discoveryService(request.serviceId).value
        return page.answer(
            "Instances", of: try await call.everyInstance(of: service), by: \.id
        ) { answer($0, call.realm) }
    }

    private static func answer(_ instance: DiscoveryInstance, _ realm: Realm) -> InstanceAnswer {
        InstanceAnswer(
            id: instance.id, creatorRequestId: instance.creatorRequestId,
            attributes: instance.attributes, createdByAccount: realm.account)
    }

    static func getInstancesHealthStatus(
        _ request: InstancesHealthRequest, _ call: Call
    ) async throws -> InstanceHealthAnswer {
        let page = try PageRequest(maxResults: request.maxResults, nextToken: request.nextToken)
        let service = try await call.discoveryService(request.serviceId).value
        var instances = try await call.everyInstance(of: service)
        if let wanted = request.instances {
            for id in wanted where !instances.contains(where: { $0.id == id }) {
                throw Fault.instanceNotFound(id)
            }
            instances = instances.filter { wanted.contains($0.id) }
        }
        let shown = page.page(of: instances, by: \.id)
        let status = shown.items.map { ($0.id, $0.health(in: service)) }
        return InstanceHealthAnswer(
            status: Dictionary(status) { first, _ in first }, nextToken: shown.nextToken)
    }

    static func updateInstanceCustomHealthStatus(
        _ request: CustomHealthRequest, _ call: Call
    ) async throws -> Nothing {
        guard ["HEALTHY", "UNHEALTHY"].contains(request.status) else {
            throw Fault.invalidInput("Status must be HEALTHY or UNHEALTHY")
        }
        let service = try await call.discoveryService(request.serviceId).value
        guard service.hasCustomHealth else {
            throw Fault("CustomHealthNotFound", "The service has no HealthCheckCustomConfig.")
        }
        var instance = try await call.instance(request.instanceId, of: service.id)
        instance.value.isHealthy = request.status == "HEALTHY"
        let key = Key.discoveryInstance(instance.value.id, of: service.id)
        try await call.store.commit(
            Transaction(
                [try .put(key, instance.value)], if: [.unchanged(key, version: instance.version)]))
        return Nothing()
    }
}

extension DiscoveryInstance {
    /// UNKNOWN for a service that has no health check.
    func health(in service: DiscoveryService) -> String {
        guard service.knowsHealth else { return "UNKNOWN" }
        return isHealthy ? "HEALTHY" : "UNHEALTHY"
    }
}

extension Call {
    func instance(
        _ id: String, of service: DiscoveryServiceID
    ) async throws -> Versioned<DiscoveryInstance> {
        let key = Key.discoveryInstance(id, of: service)
        guard key.isWellFormed,
            let instance = try await store.value(at: key, as: DiscoveryInstance.self)
        else { throw Fault.instanceNotFound(id) }
        return instance
    }

    /// Those that were registered by hand, with what is known of their health.
    func instances(of service: DiscoveryService) async throws -> [DiscoveryInstance] {
        let snapshot = try await store.read([
            .discoveryInstances(of: service.id), .instanceHealth(of: service.id),
        ])
        return try snapshot.instances(of: service)
    }

    /// Those that were registered by hand, and the tasks of ECS services that are there, by id.
    func everyInstance(of service: DiscoveryService) async throws -> [DiscoveryInstance] {
        let place = Key.directory(service.name, in: service.namespace)
        let entry = try await store.value(at: place, as: DirectoryEntry.self)?.value
        let tasks = entry.map { entry in
            entry.instances.map { task in
                DiscoveryInstance(
                    id: task.id, service: service.id,
                    attributes: DiscoveredInstance(task, of: entry).attributes, isHealthy: true,
                    createdAt: service.createdAt)
            }
        }
        return (try await instances(of: service) + (tasks ?? [])).sorted { $0.id < $1.id }
    }
}

extension Snapshot {
    /// The instances of `service` that were registered by hand, judged by their probes.
    func instances(of service: DiscoveryService) throws -> [DiscoveryInstance] {
        let found = try values(in: .instanceHealth(of: service.id), as: InstanceHealth.self)
        let health = Dictionary(found.map { ($0.value.instance, $0.value) }) { first, _ in first }
        return try values(in: .discoveryInstances(of: service.id), as: DiscoveryInstance.self)
            .map { service.judged($0.value, by: health[$0.value.id]) }
    }
}
