import Model
import Naming
import Store

struct CreateDiscoveryServiceRequest: Decodable {
    let name: String
    let namespaceId: String?
    let creatorRequestId: String?
    let description: String?
    let dnsConfig: DNSConfig?
    let healthCheckConfig: HealthCheckConfig?
    let healthCheckCustomConfig: HealthCheckCustomConfig?
    let tags: [Tag]?
    let type: String?
}

struct DNSConfig: Codable {
    var namespaceId: String?
    var routingPolicy: String?
    var dnsRecords: [DNSRecord]
}

struct DNSRecord: Codable {
    let type: String
    let ttl: Int
}

struct HealthCheckCustomConfig: Codable {
    var failureThreshold: Int?
}

struct UpdateDiscoveryServiceRequest: Decodable {
    let id: String
    let service: Change

    struct Change: Decodable {
        let description: String?
        let dnsConfig: DNSConfig?
        let healthCheckConfig: HealthCheckConfig?
    }
}

extension CloudMap {
    private static let recordTypes = ["A", "AAAA", "CNAME", "SRV"]
    private static let ttlMax = Int(Int32.max)

    static func createService(
        _ request: CreateDiscoveryServiceRequest, _ call: Call
    ) async throws -> [String: DiscoveryServiceAnswer] {
        guard let reference = request.namespaceId ?? request.dnsConfig?.namespaceId else {
            throw Fault.invalidInput("NamespaceId is missing")
        }
        let namespace = try await call.namespace(reference).value
        var generator = call.generator()
        var service = DiscoveryService(
            id: DiscoveryServiceID("srv-" + generator.hexadecimal(digits: 16)),
            name: ServiceName(request.name), namespace: namespace.name, createdAt: call.now)
        service.isHTTPOnly =
            namespace.type == .http || request.type == "HTTP" || request.dnsConfig == nil
        guard !(namespace.type == .http && request.dnsConfig != nil) else {
            throw Fault.invalidInput("DnsConfig cannot be used in an HTTP namespace")
        }
        service.description = request.description
        service.creatorRequestId = request.creatorRequestId
        service.hasCustomHealth = request.healthCheckCustomConfig != nil
        service.healthCheck = try request.healthCheckConfig?.checked()
        service.tags = request.tags ?? []
        try check(service.tags)
        if let config = request.dnsConfig {
            service.dnsRecords = try records(config)
            service.routingPolicy = try policy(config.routingPolicy)
        }
        try check(service)
        let snapshot = try await call.store.read([.discoveryServices])
        for record in snapshot.records {
            let existing: DiscoveryService = try record.decode()
            guard existing.namespace == service.namespace, existing.name == service.name else {
                continue
            }
            guard let token = request.creatorRequestId, token == existing.creatorRequestId,
                existing.dnsRecords == service.dnsRecords
            else { throw Fault.serviceAlreadyExists(existing, call.realm) }
            return ["Service": DiscoveryServiceAnswer(existing, instanceCount: nil, call.realm)]
        }
        let key = Key.discoveryService(service.id)
        try await call.store.commit(Transaction([try .put(key, service)], if: [.absent(key)]))
        return ["Service": DiscoveryServiceAnswer(service, instanceCount: nil, call.realm)]
    }

    private static func records(_ config: DNSConfig) throws(Fault) -> [DirectoryRecord] {
        guard !config.dnsRecords.isEmpty else {
            throw .invalidInput("DnsConfig.DnsRecords must not be empty")
        }
        for record in config.dnsRecords {
            guard recordTypes.contains(record.type) else {
                throw .invalidInput("Type of a DnsRecord must be one of A, AAAA, CNAME, SRV")
            }
            guard (0...ttlMax).contains(record.ttl) else {
                throw .invalidInput("TTL of a DnsRecord must be 0 to 2147483647 seconds")
            }
        }
        let types = config.dnsRecords.map(\.type)
        guard Set(types).count == types.count else {
            throw .invalidInput("DnsConfig.DnsRecords must have each Type once")
        }
        guard types.count == 1 || !types.contains("CNAME") else {
            throw .invalidInput("a CNAME stands alone in DnsConfig.DnsRecords")
        }
        return config.dnsRecords.map { DirectoryRecord(type: $0.type, ttlSeconds: $0.ttl) }
    }

    private static func policy(_ text: String?) throws(Fault) -> RoutingPolicy {
        guard let text else { return .multivalue }
        guard let policy = RoutingPolicy(rawValue: text) else {
            throw .invalidInput("RoutingPolicy must be MULTIVALUE or WEIGHTED")
        }
        return policy
    }

    private static func check(_ service: DiscoveryService) throws(Fault) {
        guard (1...127).contains(service.name.text.utf8.count) else {
            throw .invalidInput("Name must have 1 to 127 characters")
        }
        guard service.healthCheck == nil || !service.hasCustomHealth else {
            throw .invalidInput(
                "HealthCheckConfig and HealthCheckCustomConfig exclude each other")
        }
        guard !service.isHTTPOnly else { return }
        do {
            _ = try DNSName(service.name.text).joined(
                below: DNSName(domainOf: service.namespace))
        } catch {
            throw .invalidInput("Name cannot be a part of a domain name: \(error)")
        }
        let isAlias = service.dnsRecords.contains { $0.type == "CNAME" }
        guard !isAlias || service.routingPolicy == .weighted else {
            throw .invalidInput("a CNAME needs RoutingPolicy WEIGHTED")
        }
        guard !isAlias || !service.knowsHealth else {
            throw .invalidInput(
                "HealthCheckConfig and HealthCheckCustomConfig cannot be used with a CNAME")
        }
    }

    /// Descriptions and times to live may change; what is not given stays.
    static func updateService(
        _ request: UpdateDiscoveryServiceRequest, _ call: Call
    ) async throws -> OperationIDAnswer {
        var service = try await call.discoveryService(request.id)
        if let config = request.service.healthCheckConfig {
            guard service.value.healthCheck != nil else {
                throw Fault.invalidInput(
                    "HealthCheckConfig cannot be added to a service: create one that has it")
            }
            service.value.healthCheck = try config.checked()
        }
        service.value.description = request.service.description ?? service.value.description
        if let config = request.service.dnsConfig {
            let records = try records(config)
            guard Set(records.map(\.type)) == Set(service.value.dnsRecords.map(\.type)) else {
                throw Fault.invalidInput("the types of DnsRecords cannot be changed, their TTL can")
            }
            service.value.dnsRecords = records
        }
        let key = Key.discoveryService(service.value.id)
        return try await commit(
            .updateService, ["SERVICE": service.value.id.text], [try .put(key, service.value)],
            if: [.unchanged(key, version: service.version)], call)
    }

    static func deleteService(_ request: IDRequest, _ call: Call) async throws -> Nothing {
        let service = try await call.discoveryService(request.id)
        let instances = try await call.instances(of: service.value)
        guard instances.isEmpty else {
            throw Fault.resourceInUse(
                "Service \(service.value.id) has \(instances.count) instances: "
                    + "deregister them first.")
        }
        try await call.checkUnused(service.value)
        let key = Key.discoveryService(service.value.id)
        try await call.store.commit(
            Transaction([.remove(key)], if: [.unchanged(key, version: service.version)]))
        return Nothing()
    }

    static func getService(
        _ request: IDRequest, _ call: Call
    ) async throws -> [String: DiscoveryServiceAnswer] {
        let service = try await call.discoveryService(request.id).value
        let instances = try await call.everyInstance(of: service)
        return [
            "Service": DiscoveryServiceAnswer(
                service, instanceCount: instances.count, call.realm)
        ]
    }

    static func listServices(
        _ request: ListFilteredRequest, _ call: Call
    ) async throws -> Answer<DiscoveryServiceAnswer> {
        let page = try PageRequest(maxResults: request.maxResults, nextToken: request.nextToken)
        let all = try await call.store.values(
            in: Key.discoveryServices, as: DiscoveryService.self
        ).map(\.value)
        let services = try filtered(all, by: request.filters ?? [])
        return page.answer("Services", of: services, by: \.id.text) {
            DiscoveryServiceAnswer($0, instanceCount: nil, call.realm)
        }
    }

    /// Kept out of its async caller, in which the optimiser of Swift 6.3.1 crashes over its errors.
    @inline(never)
    private static func filtered(
        _ services: [DiscoveryService], by filters: [FilterRequest]
    ) throws -> [DiscoveryService] {
        try services.filter { service in
            let namespace = Namespace(name: service.namespace, createdAt: .zero)
            return try filters.allSatisfy { filter in
                switch filter.name {
                case "NAMESPACE_ID": return try filter.accepts(namespace.id)
                case "RESOURCE_OWNER": return true
                default: throw Fault.invalidInput("Filters cannot have \(filter.name)")
                }
            }
        }
    }
}

extension Call {
    /// The service with an id or an ARN.
    func discoveryService(_ reference: String) async throws -> Versioned<DiscoveryService> {
        let key = Key.discoveryService(DiscoveryServiceID(Reference.lastPart(of: reference)))
        guard key.isWellFormed,
            let service = try await store.value(at: key, as: DiscoveryService.self)
        else { throw Fault.registeredServiceNotFound(reference) }
        return service
    }
}

extension Call {
    /// A service of Cloud Map goes after the ECS services that register their tasks with it.
    fileprivate func checkUnused(_ service: DiscoveryService) async throws {
        let arn = realm.serviceDiscovery("service/\(service.id)")
        let user = try await store.values(in: Key.services, as: Service.self).map(\.value).first {
            $0.status != .inactive
                && ($0.serviceRegistries ?? []).contains { $0.registryArn == arn }
        }
        guard let user else { return }
        throw Fault.resourceInUse(
            "The ECS service \(user.name) in cluster \(user.cluster) registers its tasks with "
                + "service \(service.id): delete it, or take its serviceRegistries away.")
    }
}

extension Fault {
    fileprivate static func serviceAlreadyExists(
        _ service: DiscoveryService, _ realm: Realm
    ) -> Fault {
        Fault(
            "ServiceAlreadyExists", "There is a service \(service.name) in this namespace already.",
            details: [
                "ServiceId": service.id.text,
                "ServiceArn": realm.serviceDiscovery("service/\(service.id)"),
                "CreatorRequestId": service.creatorRequestId ?? "",
            ])
    }
}
