import Model

/// A registered service as Cloud Map describes it.
struct DiscoveryServiceAnswer: Encodable {
    let id: DiscoveryServiceID
    let arn: String
    let resourceOwner: String
    let name: ServiceName
    let namespaceId: String
    let description: String?
    let instanceCount: Int?
    let dnsConfig: DNSConfig?
    let type: String
    let healthCheckConfig: HealthCheckConfig?
    let healthCheckCustomConfig: HealthCheckCustomConfig?
    let createDate: Double
    let creatorRequestId: String?
    let createdByAccount: String

    init(_ service: DiscoveryService, instanceCount: Int?, _ realm: Realm) {
        id = service.id
        arn = realm.serviceDiscovery("service/\(service.id)")
        resourceOwner = realm.account
        name = service.name
        namespaceId = Namespace(name: service.namespace, createdAt: .zero).id
        description = service.description
        self.instanceCount = instanceCount
        if service.isHTTPOnly {
            dnsConfig = nil
            type = "HTTP"
        } else {
            dnsConfig = DNSConfig(
                namespaceId: namespaceId, routingPolicy: service.routingPolicy.rawValue,
                dnsRecords: service.dnsRecords.map { DNSRecord(type: $0.type, ttl: $0.ttlSeconds) })
            type = "DNS_HTTP"
        }
        healthCheckConfig = service.healthCheck.map(HealthCheckConfig.init)
        // Cloud Map's is always 1, whatever was asked for.
        healthCheckCustomConfig =
            service.hasCustomHealth ? HealthCheckCustomConfig(failureThreshold: 1) : nil
        createDate = service.createdAt.seconds
        creatorRequestId = service.creatorRequestId
        createdByAccount = realm.account
    }
}
