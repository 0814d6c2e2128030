/// What discovery answers for one service in one namespace: only what is healthy and serving.
///
/// The control loop writes it in the same commit as the generation that moves the traffic.
package struct DirectoryEntry: Hashable, Sendable, Codable {
    package var service: ServiceName
    package var namespace: NamespaceName
    /// In seconds.
    package var ttlSeconds: Int
    /// Sorted by id.
    package var instances: [DirectoryInstance]
    /// Healthy and without traffic, sorted by id: found by the names of their views only.
    package var others: [DirectoryInstance]?
    /// MULTIVALUE when absent.
    package var routingPolicy: RoutingPolicy?
    /// The types that are answered, each with its time to live; when absent, all that there are.
    package var records: [DirectoryRecord]?

    package init(
        service: ServiceName, namespace: NamespaceName, ttlSeconds: Int,
        instances: [DirectoryInstance]
    ) {
        self.service = service
        self.namespace = namespace
        self.ttlSeconds = ttlSeconds
        self.instances = instances
    }
}

/// How many instances an answer names (Cloud Map's DnsConfig).
package enum RoutingPolicy: String, Hashable, Sendable, Codable, CaseIterable {
    /// Up to eight, in random order.
    case multivalue = "MULTIVALUE"
    /// One, chosen by weight.
    case weighted = "WEIGHTED"
}

/// A type of record that a service has in DNS (Cloud Map's DnsRecord).
package struct DirectoryRecord: Hashable, Sendable, Codable {
    /// `A`, `AAAA`, `SRV` or `CNAME`.
    package var type: String
    /// In seconds.
    package var ttlSeconds: Int

    package init(type: String, ttlSeconds: Int) {
        self.type = type
        self.ttlSeconds = ttlSeconds
    }
}

package struct DirectoryInstance: Hashable, Sendable, Codable {
    /// The task's id: its stable name is `ID.SERVICE.NAMESPACE`.
    package var id: String
    /// IPv4 or IPv6 in text; empty when it has none, and is known by `alias` or attributes only.
    package var address: String
    package var port: UInt16
    /// An address of the other family.
    package var otherAddress: String?
    /// The name that it stands for, in place of an address.
    package var alias: String?
    /// Its ports beside `port`, by what their container calls them.
    package var ports: [DirectoryPort]?
    /// Its share beside others', 1 when absent.
    package var weight: Int?
    /// The side of a deployment that it is on while one runs.
    package var colour: DirectoryColour?
    /// The revision of its task definition.
    package var revision: Int?
    package var tags: [Tag]?
    /// Published with its name as TXT.
    package var attributes: [String: String]?
    /// False when it is registered and fails its health check.
    package var isHealthy: Bool?

    package init(id: String, address: String, port: UInt16) {
        self.id = id
        self.address = address
        self.port = port
    }
}

/// A port of an instance: found as `_LABEL._tcp.SERVICE.NAMESPACE`.
package struct DirectoryPort: Hashable, Sendable, Codable {
    /// A port mapping's name, or the container's port number.
    package var label: String
    package var port: UInt16

    package init(label: String, port: UInt16) {
        self.label = label
        self.port = port
    }
}

package enum DirectoryColour: String, Hashable, Sendable, Codable {
    case blue
    case green
}
