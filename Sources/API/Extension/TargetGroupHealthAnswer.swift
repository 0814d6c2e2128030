import Model

/// A target group as balancers serve it now, with the health that their own checks have seen.
struct TargetGroupHealthAnswer: Encodable {
    let name: TargetGroupName
    let targetGroupArn: String
    let service: ServiceName?
    /// Its share in each rule that names it.
    let weights: [Share]
    let targets: [TargetAnswer]

    struct Share: Encodable {
        let rule: RuleName
        let listener: ListenerName
        /// In tenths of a percent.
        let weight: Int
    }

    init(
        _ group: TargetGroup, rules: [Rule], reports: [BalancerReport], in realm: Realm
    ) {
        name = group.name
        targetGroupArn = realm.targetGroup(group.name)
        service = group.service
        weights = rules.compactMap { rule in
            guard case .forward(let groups) = rule.action,
                let weight = groups.first(where: { $0.targetGroup == group.name })?.weight
            else { return nil }
            return Share(rule: rule.name, listener: rule.listener, weight: weight)
        }
        targets = group.targets.map { TargetAnswer($0, reports: reports) }
    }
}

struct TargetAnswer: Encodable {
    let id: TargetID
    let address: String
    let port: UInt16
    let revision: ServiceRevisionID?
    let state: TargetHealthState
    let reason: String?
    let description: String?
    /// Requests that are being answered, in all balancers.
    let inFlight: Int

    init(_ target: Target, reports: [BalancerReport]) {
        let seen = reports.compactMap { $0.health[target.id] }
        let worst = seen.max { TargetAnswer.concern($0.state) < TargetAnswer.concern($1.state) }
        let health =
            worst
            ?? TargetHealth(
                state: .initial, reason: "Elb.RegistrationInProgress",
                description: "No balancer has reported on it yet")
        id = target.id
        address = target.address
        port = target.port
        revision = target.revision
        state = health.state
        reason = health.reason
        description = health.description
        inFlight = reports.reduce(0) { $0 + ($1.inFlight[target.id] ?? 0) }
    }

    /// A target is as well as the balancer says that thinks worst of it.
    private static func concern(_ state: TargetHealthState) -> Int {
        switch state {
        case .healthy: 0
        case .unused: 1
        case .initial: 2
        case .unavailable: 3
        case .draining: 4
        case .unhealthy: 5
        }
    }
}
