/// A service as Cloud Map has it: registered by hand, beside those that ECS services are by
/// themselves. One of the same name and namespace as an ECS service sets its records.
package struct DiscoveryService: Hashable, Sendable, Codable {
    package var id: DiscoveryServiceID
    package var name: ServiceName
    package var namespace: NamespaceName
    package var description: String?
    /// Found by DiscoverInstances only: it has no name in DNS.
    package var isHTTPOnly: Bool
    package var dnsRecords: [DirectoryRecord]
    package var routingPolicy: RoutingPolicy
    /// Whether its registrants say which instances are healthy; otherwise all are taken to be.
    package var hasCustomHealth: Bool
    /// How name servers probe its instances; not at all when absent.
    package var healthCheck: DiscoveryHealthCheck?
    package var creatorRequestId: String?
    /// Grows when an instance is registered or deregistered, not when its health changes.
    package var instancesRevision: Int64
    package var attributes: [String: String]
    package var tags: [Tag]
    package var createdAt: Instant

    package init(
        id: DiscoveryServiceID, name: ServiceName, namespace: NamespaceName, createdAt: Instant
    ) {
        self.id = id
        self.name = name
        self.namespace = namespace
        isHTTPOnly = false
        dnsRecords = []
        routingPolicy = .multivalue
        hasCustomHealth = false
        instancesRevision = 0
        attributes = [:]
        tags = []
        self.createdAt = createdAt
    }
}

extension DiscoveryService {
    /// Whether anybody says which of its instances are healthy.
    package var knowsHealth: Bool { hasCustomHealth || healthCheck != nil }

    /// `instance` with what probes have found of it; until they have, it is taken to be unhealthy.
    package func judged(
        _ instance: DiscoveryInstance, by health: InstanceHealth?
    ) -> DiscoveryInstance {
        guard healthCheck != nil else { return instance }
        var instance = instance
        instance.isHealthy = health?.isHealthy ?? false
        return instance
    }
}

/// An instance that was registered with a service of Cloud Map.
package struct DiscoveryInstance: Hashable, Sendable, Codable {
    package var id: String
    package var service: DiscoveryServiceID
    /// Those that begin with `AWS_` say where it is.
    package var attributes: [String: String]
    /// What its registrant said last; of a service with a health check, see `InstanceHealth`.
    package var isHealthy: Bool
    package var creatorRequestId: String?
    package var createdAt: Instant

    package init(
        id: String, service: DiscoveryServiceID, attributes: [String: String], isHealthy: Bool,
        createdAt: Instant
    ) {
        self.id = id
        self.service = service
        self.attributes = attributes
        self.isHealthy = isHealthy
        self.createdAt = createdAt
    }
}

/// Attributes that discovery itself understands.
package enum InstanceAttribute {
    package static let ipv4 = "AWS_INSTANCE_IPV4"
    package static let ipv6 = "AWS_INSTANCE_IPV6"
    package static let port = "AWS_INSTANCE_PORT"
    package static let cname = "AWS_INSTANCE_CNAME"
    package static let initialHealth = "AWS_INIT_HEALTH_STATUS"
    /// Ours: the instance's share under WEIGHTED, 1 when absent.
    package static let weight = "TEAL_WEIGHT"
}

extension DirectoryInstance {
    /// The instance as it is answered.
    package init(_ instance: DiscoveryInstance, of service: DiscoveryService) {
        let attributes = instance.attributes
        let addresses = [InstanceAttribute.ipv4, InstanceAttribute.ipv6]
            .compactMap { attributes[$0] }
        self.init(
            id: instance.id, address: addresses.first ?? "",
            port: attributes[InstanceAttribute.port].flatMap { UInt16($0) } ?? 0)
        otherAddress = addresses.count > 1 ? addresses[1] : nil
        alias = attributes[InstanceAttribute.cname]
        weight = attributes[InstanceAttribute.weight].flatMap { Int($0) }
        isHealthy = service.knowsHealth ? instance.isHealthy : nil
        let own = attributes.filter { !$0.key.hasPrefix("AWS_") }
        self.attributes = own.isEmpty ? nil : own
    }
}
