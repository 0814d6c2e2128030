import Model

/// What the live balancers of one load balancer have applied and see.
///
/// A fenced balancer does not count: it has not been granted the current generation yet. One whose
/// lease is gone has fenced itself before.
struct BalancerView {
    /// Sorted by id.
    let members: [BalancerReport]
    /// Whether any balancer is registered, live or not.
    let isServed: Bool

    init(of loadBalancer: LoadBalancerName, in world: World) {
        let reports = world.balancerReports[loadBalancer] ?? [:]
        members = reports.values.filter { !$0.fenced }.sorted { $0.id < $1.id }
        isServed = !reports.isEmpty || world.balancers[loadBalancer]?.isEmpty == false
    }

    /// The newest generation that every member has applied; `nil` without members.
    var applied: UInt64? { members.map(\.appliedGeneration).min() }

    func hasApplied(_ generation: UInt64) -> Bool {
        applied.map { $0 >= generation } ?? false
    }

    func inFlight(of target: TargetID) -> Int {
        members.reduce(0) { $0 + ($1.inFlight[target] ?? 0) }
    }

    func isHealthyForAll(_ target: TargetID) -> Bool {
        !members.isEmpty && members.allSatisfy { $0.health[target]?.state == .healthy }
    }

    func isHealthyForAny(_ target: TargetID) -> Bool {
        members.contains { $0.health[target]?.state == .healthy }
    }

    /// Why a member finds `target` unhealthy while no other finds it healthy.
    func complaint(about target: TargetID) -> TargetHealth? {
        guard !isHealthyForAny(target) else { return nil }
        return members.lazy.compactMap { $0.health[target] }.first { $0.state == .unhealthy }
    }

    /// What a member said when it refused `generation` or a later one.
    func refusal(since generation: UInt64) -> String? {
        for report in members {
            guard let refusal = report.refusal, refusal.generation >= generation else { continue }
            return "the balancer \(report.id) refused generation \(refusal.generation): "
                + refusal.reason
        }
        return nil
    }
}
