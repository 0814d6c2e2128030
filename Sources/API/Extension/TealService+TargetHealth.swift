import Model
import Store

struct DescribeTargetHealthRequest: Decodable {
    /// A name or an ARN; all target groups when absent.
    let targetGroup: String?
}

extension TealService {
    static func describeTargetHealth(
        _ request: DescribeTargetHealthRequest, _ call: Call
    ) async throws -> Answer<TargetGroupHealthAnswer> {
        let snapshot = try await call.store.read([
            Key.targetGroups, Key.rules, Key.generations, Key("parts"), Key.liveBalancers,
        ])
        let wanted = request.targetGroup.map { TargetGroupName(reference: $0) }
        var groups: [TargetGroupName: TargetGroup] = [:]
        for record in try snapshot.values(in: Key.targetGroups, as: TargetGroup.self) {
            groups[record.value.name] = record.value
        }
        for published in try snapshot.publishedTargetGroups() {
            groups[published.name] = published
        }
        if let wanted, groups[wanted] == nil {
            throw Fault("TargetGroupNotFoundException", "There is no target group \(wanted).")
        }
        let rules = try snapshot.values(in: Key.rules, as: Rule.self).map(\.value)
        let reports = try snapshot.values(in: Key.liveBalancers, as: BalancerReport.self)
            .map(\.value)
        let answers = groups.values.sorted { $0.name < $1.name }
            .filter { wanted == nil || $0.name == wanted }
            .map {
                TargetGroupHealthAnswer($0, rules: rules, reports: reports, in: call.realm)
            }
        return Answer("targetGroups", answers)
    }
}

extension Snapshot {
    /// The target groups of the current generations, with their registered targets.
    fileprivate func publishedTargetGroups() throws(StoreError) -> [TargetGroup] {
        var groups: [TargetGroup] = []
        for generation in try values(in: Key.generations, as: Generation.self).map(\.value) {
            for hash in generation.targetGroups.values.sorted() {
                let key = Key.part(hash, of: generation.loadBalancer)
                guard let group = try value(at: key, as: TargetGroup.self) else { continue }
                groups.append(group.value)
            }
        }
        return groups
    }
}
