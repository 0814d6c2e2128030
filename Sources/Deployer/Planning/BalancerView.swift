import Model

/// What the live balancers of one load balancer have applied and see.
///
/// A fenced balancer vouches for nothing: what it sees does not count, and where all are fenced
/// there is nobody to ask. But it may still serve, and may lift its fence at any moment, so what it
/// has not applied is waited for all the same. One whose lease is gone has fenced itself before.
struct BalancerView {
    /// All live ones, sorted by id.
    private let reports: [BalancerReport]
    /// Those without a fence, sorted by id.
    let members: [BalancerReport]
    /// Whether any balancer is registered, live or not.
    let isServed: Bool

    init(of loadBalancer: LoadBalancerName, in world: World) {
        reports = (world.balancerReports[loadBalancer] ?? [:]).values.sorted { $0.id < $1.id }
        members = reports.filter { !$0.fenced }
        isServed = !reports.isEmpty || world.balancers[loadBalancer]?.isEmpty == false
    }

    /// The newest generation that every live balancer has applied; `nil` without members.
    var applied: UInt64? {
        members.isEmpty ? nil : reports.map(\.appliedGeneration).min()
    }

    func hasApplied(_ generation: UInt64) -> Bool {
        applied.map { $0 >= generation } ?? false
    }

    func inFlight(of target: TargetID) -> Int {
        reports.reduce(0) { $0 + ($1.inFlight[target] ?? 0) }
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

    /// What a live balancer said when it refused `generation` or a later one.
    func refusal(since generation: UInt64) -> String? {
        for report in reports {
            guard let refusal = report.refusal, refusal.generation >= generation else { continue }
            return "the balancer \(report.id) refused generation \(refusal.generation): "
                + refusal.reason
        }
        return nil
    }
}
