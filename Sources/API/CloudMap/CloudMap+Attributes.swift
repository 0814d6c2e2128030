import Model
import Store

struct ServiceAttributesRequest: Decodable {
    let serviceId: String
}

struct UpdateServiceAttributesRequest: Decodable {
    let serviceId: String
    let attributes: [String: String]
}

struct DeleteServiceAttributesRequest: Decodable {
    let serviceId: String
    let attributes: [String]
}

struct ServiceAttributesAnswer: Encodable {
    let serviceArn: String
    let resourceOwner: String
    let attributes: [String: String]
}

struct TagsRequest: Decodable {
    let resourceARN: String
    let tags: [Tag]?
    let tagKeys: [String]?
}

extension CloudMap {
    static func getServiceAttributes(
        _ request: ServiceAttributesRequest, _ call: Call
    ) async throws -> [String: ServiceAttributesAnswer] {
        let service = try await call.discoveryService(request.serviceId).value
        return [
            "ServiceAttributes": ServiceAttributesAnswer(
                serviceArn: call.realm.serviceDiscovery("service/\(service.id)"),
                resourceOwner: call.realm.account, attributes: service.attributes)
        ]
    }

    static func updateServiceAttributes(
        _ request: UpdateServiceAttributesRequest, _ call: Call
    ) async throws -> Nothing {
        try await change(request.serviceId, call) { service throws(Fault) in
            service.attributes.merge(request.attributes) { _, new in new }
            try check(service.attributes)
        }
    }

    static func deleteServiceAttributes(
        _ request: DeleteServiceAttributesRequest, _ call: Call
    ) async throws -> Nothing {
        try await change(request.serviceId, call) { service throws(Fault) in
            for key in request.attributes { service.attributes[key] = nil }
        }
    }

    private static func change(
        _ reference: String, _ call: Call, _ body: (inout DiscoveryService) throws(Fault) -> Void
    ) async throws -> Nothing {
        var service = try await call.discoveryService(reference)
        try body(&service.value)
        let key = Key.discoveryService(service.value.id)
        try await call.store.commit(
            Transaction(
                [try .put(key, service.value)], if: [.unchanged(key, version: service.version)]))
        return Nothing()
    }
}

// MARK: Tags

extension CloudMap {
    static func listTagsForResource(
        _ request: TagsRequest, _ call: Call
    ) async throws -> [String: [TagAnswer]] {
        var tags: [Tag] = []
        _ = try await retag(request.resourceARN, call) { tags = $0 }
        return ["Tags": tags.map { TagAnswer(key: $0.key, value: $0.value ?? "") }]
    }

    static func tagResource(_ request: TagsRequest, _ call: Call) async throws -> Nothing {
        let new = request.tags ?? []
        return try await retag(request.resourceARN, call) { tags throws(Fault) in
            tags.removeAll { tag in new.contains { $0.key == tag.key } }
            tags += new
            try check(tags)
        }
    }

    static func untagResource(_ request: TagsRequest, _ call: Call) async throws -> Nothing {
        let keys = request.tagKeys ?? []
        return try await retag(request.resourceARN, call) { tags throws(Fault) in
            tags.removeAll { keys.contains($0.key) }
        }
    }

    /// Commits only when `body` has changed the tags.
    private static func retag(
        _ arn: String, _ call: Call, _ body: (inout [Tag]) throws(Fault) -> Void
    ) async throws -> Nothing {
        let path = ResourceName(parsing: arn)?.path ?? []
        guard path.count == 2, ["namespace", "service"].contains(path[0]) else {
            throw Fault("ResourceNotFoundException", "There is no resource \(arn).")
        }
        if path[0] == "service" {
            var service = try await call.discoveryService(arn)
            let old = service.value.tags
            try body(&service.value.tags)
            guard service.value.tags != old else { return Nothing() }
            let key = Key.discoveryService(service.value.id)
            try await call.store.commit(
                Transaction(
                    [try .put(key, service.value)], if: [.unchanged(key, version: service.version)]
                ))
            return Nothing()
        }
        var namespace = try await call.namespace(arn)
        let old = namespace.value.tags ?? []
        var tags = old
        try body(&tags)
        guard tags != old else { return Nothing() }
        namespace.value.tags = tags
        let key = Key.namespace(namespace.value.name)
        try await call.store.commit(
            Transaction(
                [try .put(key, namespace.value)], if: [.unchanged(key, version: namespace.version)]
            ))
        return Nothing()
    }
}

struct TagAnswer: Encodable {
    let key: String
    let value: String
}
