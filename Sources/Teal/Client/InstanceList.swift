import Model

/// Container instances of a cluster, described.
struct InstanceList {
    let client: APIClient
    let cluster: String

    init(_ client: APIClient, cluster: String) {
        self.client = client
        self.cluster = cluster
    }

    func all(matching filter: String? = nil) async throws -> [JSON] {
        try await described(arns(matching: filter))
    }

    /// Those for which each of `filters` holds.
    func all(matchingEach filters: [String]) async throws -> [JSON] {
        var names = try await arns()
        for filter in filters {
            let allowed = Set(try await arns(matching: filter))
            names.removeAll { !allowed.contains($0) }
        }
        return try await described(names)
    }

    /// `filter` is in the cluster query language.
    private func arns(matching filter: String? = nil) async throws -> [JSON] {
        var input: [String: JSON] = ["cluster": .string(cluster)]
        input["filter"] = filter.map { .string($0) }
        return try await client.pages(
            .ecs, "ListContainerInstances", .object(input), of: "containerInstanceArns")
    }

    private func described(_ names: [JSON]) async throws -> [JSON] {
        var instances: [JSON] = []
        for start in stride(from: 0, to: names.count, by: 100) {
            let page = Array(names[start..<min(start + 100, names.count)])
            let answer = try await client.call(
                .ecs, "DescribeContainerInstances",
                ["cluster": .string(cluster), "containerInstances": .array(page)])
            instances += answer["containerInstances"]?.elements ?? []
        }
        return instances
    }

    /// Makes `status` that of the machine whose id is or begins with `id`.
    func set(_ status: String, of id: String) async throws -> JSON {
        let instance = try await one(id)
        let answer = try await client.call(
            .ecs, "UpdateContainerInstancesState",
            [
                "cluster": .string(cluster), "status": .string(status),
                "containerInstances": [instance["containerInstanceArn"] ?? .null],
            ])
        if let changed = answer["containerInstances"]?.elements.first { return changed }
        let reason = answer["failures"]?.elements.first?["reason"]?.string ?? "unknown"
        throw Failure("\(id) was not changed: \(reason)")
    }

    private func one(_ id: String) async throws -> JSON {
        let all = try await all()
        let found = all.filter { InstanceList.id(of: $0).hasPrefix(id) }
        if found.count == 1, let instance = found.first { return instance }
        let known = (found.isEmpty ? all : found).map(InstanceList.id(of:))
        throw Failure(
            found.isEmpty
                ? "there is no container instance \(id) in cluster \(cluster)"
                : "\(id) begins the ids of \(found.count) container instances",
            remedy: known.isEmpty
                ? "an agent registers its machine: `teal agent`"
                : "there are: \(known.joined(separator: ", "))")
    }

    static func id(of instance: JSON) -> String {
        ARN.lastPart(instance["containerInstanceArn"]?.string)
    }
}
