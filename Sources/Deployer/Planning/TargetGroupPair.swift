import Model

/// One entry of a service's `loadBalancers`, by name: the group that production uses now, the one
/// that a deployment brings green up in, and the rules that it shifts.
struct TargetGroupPair: Hashable {
    let production: TargetGroupName
    /// `nil` without `advancedConfiguration`: then there is nothing to shift.
    let alternate: TargetGroupName?
    let productionRule: RuleName?
    let testRule: RuleName?
    let containerName: String
    let containerPort: Int

    init(_ entry: ServiceLoadBalancer, usesAlternate: Bool) {
        let primary = TargetGroupName(reference: entry.targetGroupArn)
        containerName = entry.containerName
        containerPort = entry.containerPort
        guard let advanced = entry.advancedConfiguration else {
            production = primary
            alternate = nil
            productionRule = nil
            testRule = nil
            return
        }
        let second = TargetGroupName(reference: advanced.alternateTargetGroupArn)
        production = usesAlternate ? second : primary
        alternate = usesAlternate ? primary : second
        productionRule = RuleName(reference: advanced.productionListenerRule)
        testRule = advanced.testListenerRule.map { RuleName(reference: $0) }
    }

    var groups: [TargetGroupName] { [production] + (alternate.map { [$0] } ?? []) }

    var rules: [RuleName] { [productionRule, testRule].compactMap(\.self) }
}

/// The target groups of one revision, whichever of each pair production uses.
struct Registration {
    private let primary: [TargetGroupPair]
    private let alternate: [TargetGroupPair]

    init(_ revision: ServiceRevision) {
        primary = revision.loadBalancers.map { TargetGroupPair($0, usesAlternate: false) }
        alternate = revision.loadBalancers.map { TargetGroupPair($0, usesAlternate: true) }
    }

    func pairs(usesAlternate: Bool) -> [TargetGroupPair] {
        usesAlternate ? alternate : primary
    }
}

extension World {
    /// The groups that `task` belongs in, with the container port that is registered there.
    func memberships(of task: Task) -> [(group: TargetGroupName, pair: TargetGroupPair)] {
        guard let path = task.path, let service = services[path], let revision = task.revision
        else { return [] }
        let isGreen = isGreen(revision, of: service)
        return pairs(of: revision, in: service).map { pair in
            (isGreen ? pair.alternate ?? pair.production : pair.production, pair)
        }
    }

    /// Whether `revision` is being deployed beside another one in production, in groups of its own.
    private func isGreen(_ revision: ServiceRevisionID, of service: Service) -> Bool {
        guard let open = openDeployment(of: service.path), open.source != nil, !open.isRolling
        else { return false }
        return open.target == revision
    }
}

/// Which load balancers serve which target groups: those with a rule or default action that names
/// the group.
struct Routes {
    private let loadBalancers: [TargetGroupName: Set<LoadBalancerName>]
    private let rules: [RuleName: LoadBalancerName]

    init(of world: World) {
        var loadBalancers: [TargetGroupName: Set<LoadBalancerName>] = [:]
        var rules: [RuleName: LoadBalancerName] = [:]
        for listener in world.listeners.values {
            for group in listener.defaultTargetGroups {
                loadBalancers[group, default: []].insert(listener.loadBalancer)
            }
        }
        for rule in world.rules.values {
            guard let listener = world.listeners[rule.listener] else { continue }
            rules[rule.name] = listener.loadBalancer
            for group in rule.targetGroups {
                loadBalancers[group, default: []].insert(listener.loadBalancer)
            }
        }
        self.loadBalancers = loadBalancers
        self.rules = rules
    }

    /// Sorted.
    func loadBalancers(of group: TargetGroupName) -> [LoadBalancerName] {
        (loadBalancers[group] ?? []).sorted()
    }

    /// Those of all groups and rules of `pairs`, sorted.
    func loadBalancers(of pairs: [TargetGroupPair]) -> [LoadBalancerName] {
        var names: Set<LoadBalancerName> = []
        for pair in pairs {
            for group in pair.groups { names.formUnion(loadBalancers[group] ?? []) }
            names.formUnion(pair.rules.compactMap { rules[$0] })
        }
        return names.sorted()
    }
}
