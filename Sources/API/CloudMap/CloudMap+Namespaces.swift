import Model
import Naming
import Store

struct CreateNamespaceRequest: Decodable {
    let name: String
    let creatorRequestId: String?
    let description: String?
    let vpc: String?
    let tags: [Tag]?
    let properties: NamespaceProperties?
}

struct NamespaceProperties: Codable {
    var dnsProperties: DNSProperties?
    var httpProperties: HTTPProperties?

    struct DNSProperties: Codable {
        var hostedZoneId: String?
        var soa: SOA?
    }

    struct SOA: Codable {
        var ttl: Int?
    }

    struct HTTPProperties: Codable {
        var httpName: String?
    }
}

struct UpdateNamespaceRequest: Decodable {
    let id: String
    let namespace: Change

    struct Change: Decodable {
        let description: String?
        let properties: NamespaceProperties?
    }
}

struct IDRequest: Decodable {
    let id: String
}

struct ListFilteredRequest: Decodable {
    let maxResults: Int?
    let nextToken: String?
    let filters: [FilterRequest]?
}

extension CloudMap {
    static func createHTTPNamespace(
        _ request: CreateNamespaceRequest, _ call: Call
    ) async throws -> OperationIDAnswer {
        guard (1...255).contains(request.name.utf8.count),
            request.name.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw Fault.invalidInput("Name must be 1 to 255 visible ASCII characters") }
        return try await create(request, .http, call)
    }

    static func createPrivateDNSNamespace(
        _ request: CreateNamespaceRequest, _ call: Call
    ) async throws -> OperationIDAnswer {
        guard request.vpc?.isEmpty == false else { throw Fault.invalidInput("Vpc is missing") }
        try checkDomain(request.name)
        return try await create(request, .dnsPrivate, call)
    }

    static func createPublicDNSNamespace(
        _ request: CreateNamespaceRequest, _ call: Call
    ) async throws -> OperationIDAnswer {
        try checkDomain(request.name)
        return try await create(request, .dnsPublic, call)
    }

    private static func checkDomain(_ name: String) throws(Fault) {
        do {
            _ = try DNSName(domainOf: NamespaceName(name))
        } catch {
            throw .invalidInput("Name is no domain name: \(error)")
        }
    }

    private static func create(
        _ request: CreateNamespaceRequest, _ type: NamespaceType, _ call: Call
    ) async throws -> OperationIDAnswer {
        let key = Key.namespace(NamespaceName(request.name))
        try check(request.tags ?? [])
        var namespace = Namespace(name: NamespaceName(request.name), createdAt: call.now)
        namespace.type = type
        namespace.description = request.description
        namespace.creatorRequestId = request.creatorRequestId
        namespace.soaTTLSeconds = request.properties?.dnsProperties?.soa?.ttl
        namespace.tags = request.tags
        if let existing = try await call.store.value(at: key, as: Namespace.self)?.value {
            guard let token = request.creatorRequestId, token == existing.creatorRequestId,
                existing.type == type, existing.description == request.description
            else { throw Fault.namespaceAlreadyExists(existing) }
        }
        return try await commit(
            .createNamespace, ["NAMESPACE": namespace.id], [try .put(key, namespace)], call)
    }

    static func updateNamespace(
        _ request: UpdateNamespaceRequest, _ call: Call
    ) async throws -> OperationIDAnswer {
        var namespace = try await call.namespace(request.id)
        namespace.value.description = request.namespace.description ?? namespace.value.description
        if let ttl = request.namespace.properties?.dnsProperties?.soa?.ttl {
            namespace.value.soaTTLSeconds = ttl
        }
        let key = Key.namespace(namespace.value.name)
        return try await commit(
            .updateNamespace, ["NAMESPACE": namespace.value.id], [try .put(key, namespace.value)],
            if: [.unchanged(key, version: namespace.version)], call)
    }

    static func deleteNamespace(
        _ request: IDRequest, _ call: Call
    ) async throws -> OperationIDAnswer {
        let namespace = try await call.namespace(request.id).value
        let services = try await call.store.values(
            in: Key.discoveryServices, as: DiscoveryService.self)
        let users = try await call.store.values(in: Key.services, as: Service.self).filter {
            $0.value.status == .active && $0.value.namespaces.contains(namespace.name)
        }
        guard !services.contains(where: { $0.value.namespace == namespace.name }), users.isEmpty
        else {
            throw Fault.resourceInUse(
                "Namespace \(namespace.id) has services: delete them first.")
        }
        return try await commit(
            .deleteNamespace, ["NAMESPACE": namespace.id], [.remove(.namespace(namespace.name))],
            call)
    }

    static func getNamespace(
        _ request: IDRequest, _ call: Call
    ) async throws -> [String: NamespaceAnswer] {
        let namespace = try await call.namespace(request.id).value
        let count = try await call.store.values(
            in: Key.discoveryServices, as: DiscoveryService.self
        ).count { $0.value.namespace == namespace.name }
        return ["Namespace": NamespaceAnswer(namespace, serviceCount: count, call.realm)]
    }

    static func listNamespaces(
        _ request: ListFilteredRequest, _ call: Call
    ) async throws -> Answer<NamespaceAnswer> {
        let page = try PageRequest(maxResults: request.maxResults, nextToken: request.nextToken)
        let all = try await call.store.values(in: Key.namespaces, as: Namespace.self).map(\.value)
        let namespaces = try filtered(all, by: request.filters ?? [])
        return page.answer("Namespaces", of: namespaces, by: \.name.text) {
            NamespaceAnswer($0, serviceCount: nil, call.realm)
        }
    }

    /// Kept out of its async caller, in which the optimiser of Swift 6.3.1 crashes over its errors.
    @inline(never)
    private static func filtered(
        _ namespaces: [Namespace], by filters: [FilterRequest]
    ) throws -> [Namespace] {
        try namespaces.filter { namespace in
            try filters.allSatisfy { filter in
                switch filter.name {
                case "TYPE": try filter.accepts((namespace.type ?? .dnsPrivate).rawValue)
                case "NAME", "HTTP_NAME": try filter.accepts(namespace.name.text)
                case "RESOURCE_OWNER": true
                default: throw Fault.invalidInput("Filters cannot have \(filter.name)")
                }
            }
        }
    }
}

struct NamespaceAnswer: Encodable {
    let id: String
    let arn: String
    let name: String
    let resourceOwner: String
    let type: NamespaceType
    let description: String?
    let serviceCount: Int?
    let properties: NamespaceProperties
    let createDate: Double
    let creatorRequestId: String?

    init(_ namespace: Namespace, serviceCount: Int?, _ realm: Realm) {
        id = namespace.id
        arn = realm.serviceDiscovery("namespace/\(namespace.id)")
        name = namespace.name.text
        resourceOwner = realm.account
        type = namespace.type ?? .dnsPrivate
        description = namespace.description
        self.serviceCount = serviceCount
        var properties = NamespaceProperties()
        properties.httpProperties = .init(httpName: name)
        if type != .http {
            let soa = NamespaceProperties.SOA(ttl: namespace.soaTTLSeconds ?? 60)
            // Route 53's id of a zone: SDKs and Terraform expect one.
            let zone = "Z" + namespace.id.dropFirst(3).uppercased()
            properties.dnsProperties = .init(hostedZoneId: zone, soa: soa)
        }
        self.properties = properties
        createDate = namespace.createdAt.seconds
        creatorRequestId = namespace.creatorRequestId
    }
}

extension Namespace {
    /// `ns-` and sixteen digits that follow from the name, so that it has one id however it was
    /// created.
    var id: String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let digits = String(hash, radix: 16)
        return "ns-" + String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension Realm {
    func serviceDiscovery(_ resource: String) -> String {
        ResourceName(
            service: "servicediscovery", region: region, account: account, resource: resource
        ).description
    }
}

extension Call {
    /// The namespace with an id or an ARN.
    func namespace(_ reference: String) async throws -> Versioned<Namespace> {
        let id = Reference.lastPart(of: reference)
        for namespace in try await store.values(in: Key.namespaces, as: Namespace.self)
        where namespace.value.id == id { return namespace }
        throw Fault.namespaceNotFound(reference)
    }
}

extension Fault {
    fileprivate static func namespaceAlreadyExists(_ namespace: Namespace) -> Fault {
        Fault(
            "NamespaceAlreadyExists", "There is a namespace \(namespace.name) already.",
            details: [
                "NamespaceId": namespace.id,
                "CreatorRequestId": namespace.creatorRequestId ?? "",
            ])
    }
}
