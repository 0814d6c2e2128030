import Model
import Store

struct CreateClusterRequest: Decodable {
    let clusterName: String?
    let tags: [Tag]?
    let echoed: [String: JSON]

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case clusterName
        case tags
    }

    static let kept = KeptFields(
        echoed: ["settings", "configuration"],
        refused: [
            "capacityProviders": "there are no capacity providers here",
            "defaultCapacityProviderStrategy": "there are no capacity providers here",
            "serviceConnectDefaults": "Service Connect is not available",
        ])

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        clusterName = try container.decodeIfPresent(String.self, forKey: .clusterName)
        tags = try container.decodeIfPresent([Tag].self, forKey: .tags)
        echoed = try CreateClusterRequest.kept.kept(
            of: decoder.fields(besides: Set(CodingKeys.allCases.map(\.rawValue))))
    }
}

struct DescribeClustersRequest: Decodable {
    let clusters: [String]?
    let include: [String]?
}

struct ListRequest: Decodable {
    let maxResults: Int?
    let nextToken: String?
}

extension ECS {
    /// Creating what exists is no error, as at AWS.
    static func createCluster(
        _ request: CreateClusterRequest, _ call: Call
    ) async throws -> [String: Echoing<ClusterAnswer>] {
        let name = ClusterName(request.clusterName ?? Cluster.default.text)
        guard NameRules.isValid(name.text) else {
            throw Fault.invalidParameter(
                "clusterName must be 1 to 255 letters, digits, hyphens and underscores",
                field: "clusterName")
        }
        let key = Key.cluster(name)
        let existing = try await call.store.value(at: key, as: Cluster.self)
        if let existing, existing.value.status == .active {
            return ["cluster": try await ClusterBook(reading: call).answer(existing.value)]
        }
        var cluster = Cluster(name: name, createdAt: call.now)
        cluster.tags = request.tags ?? []
        cluster.echoed = request.echoed
        let condition: Precondition =
            existing.map { .unchanged(key, version: $0.version) } ?? .absent(key)
        try await call.store.commit(Transaction([try .put(key, cluster)], if: [condition]))
        return ["cluster": try await ClusterBook(reading: call).answer(cluster)]
    }

    static func describeClusters(
        _ request: DescribeClustersRequest, _ call: Call
    ) async throws -> Answer<Echoing<ClusterAnswer>> {
        let names = request.clusters ?? [Cluster.default.text]
        try check(names, "clusters")
        let book = try await ClusterBook(reading: call)
        var failures: [Failure] = []
        var found: [Echoing<ClusterAnswer>] = []
        for name in names {
            if let cluster = book.clusters.first(where: { $0.name == Reference.cluster(name) }) {
                found.append(book.answer(cluster))
            } else {
                failures.append(.missing(call.realm.cluster(Reference.cluster(name))))
            }
        }
        return Answer("clusters", found, failures: failures)
    }

    static func listClusters(
        _ request: ListRequest, _ call: Call
    ) async throws -> Answer<String> {
        let page = try PageRequest(maxResults: request.maxResults, nextToken: request.nextToken)
        let clusters = try await call.store.values(in: Key.clusters, as: Cluster.self)
            .map(\.value).filter { $0.status == .active }
        return page.answer("clusterArns", of: clusters, by: \.name.text) {
            call.realm.cluster($0.name)
        }
    }
}

extension Call {
    /// The cluster a request means; ClusterNotFoundException unless it is active.
    func activeCluster(_ reference: String?) async throws -> ClusterName {
        let name = Reference.cluster(reference)
        let cluster = try await store.value(at: .cluster(name), as: Cluster.self)
        guard cluster?.value.status == .active else { throw Fault.clusterNotFound }
        return name
    }
}
