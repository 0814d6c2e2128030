import Model
import Store

/// What generations are held to: as they are written, and as balancers apply them.
extension Auditor {
    func checkGeneration(_ before: Books) {
        guard let new = books.generation else { return }
        if let old = before.generation, new.number <= old.number {
            violate("I12", "generation \(new.number) follows \(old.number)")
        }
        if let leader = books.leader, new.term != leader.term {
            violate("I12", "generation \(new.number) is of term \(new.term), not \(leader.term)")
        }
        do {
            let snapshot = try environment.store.read([
                .generation(Scenario.loadBalancer), .parts(Scenario.loadBalancer),
            ])
            let configuration = try LoadBalancerConfiguration(
                of: Scenario.loadBalancer, in: snapshot)
            books.configuration = configuration
            if let configuration { checkWeights(of: configuration, before.configuration) }
        } catch {
            violate("I4", "generation \(new.number) cannot be put together: \(error)")
        }
    }

    private func checkWeights(
        of new: LoadBalancerConfiguration, _ old: LoadBalancerConfiguration?
    ) {
        for rule in new.listeners.flatMap(\.rules) {
            guard case .forward(let shares) = rule.action else { continue }
            let number = "generation \(new.generation), \(rule.name)"
            if shares.reduce(0, { $0 + $1.weight }) != 1000
                || shares.contains(where: { $0.weight < 0 })
            {
                violate("I4", "\(number): the weights are \(shares.map(\.weight))")
            }
            for share in shares where share.weight > 0 {
                checkShare(share, among: shares, of: new, number)
            }
        }
        guard let old else { return }
        checkShift(from: old, to: new)
    }

    /// No weight for a group without targets beside one that has some.
    private func checkShare(
        _ share: WeightedTargetGroup, among shares: [WeightedTargetGroup],
        of configuration: LoadBalancerConfiguration, _ number: String
    ) {
        guard let group = configuration.group(share.targetGroup) else {
            return violate("I4", "\(number): \(share.targetGroup) is not registered")
        }
        guard group.targets.isEmpty, lastFailure == nil else { return }
        let others = shares.filter { $0.targetGroup != share.targetGroup }
        let hasOthers = others.contains {
            configuration.group($0.targetGroup)?.targets.isEmpty == false
        }
        if hasOthers { violate("I4", "\(number): \(share.targetGroup) has weight and no targets") }
    }

    /// No share moves from a side that serves to one that does not.
    private func checkShift(
        from old: LoadBalancerConfiguration, to new: LoadBalancerConfiguration
    ) {
        let before = old.productionWeights
        let after = new.productionWeights
        for (group, weight) in after.sorted(by: { $0.key < $1.key })
        where weight > before[group] ?? 0 {
            let others = before.filter { ($0.value) > after[$0.key] ?? 0 }.keys.sorted()
            let givers = others.flatMap { new.group($0)?.targets ?? [] }
            let takers = new.group(group)?.targets ?? []
            guard givers.contains(where: isKnownToServe), !takers.contains(where: mayServe) else {
                continue
            }
            violate(
                "I10",
                "generation \(new.generation) moves traffic to \(group), where nothing serves")
        }
    }

    /// Whether it serves, and has for long enough that everybody can have noticed.
    private func isKnownToServe(_ target: Target) -> Bool {
        guard let process = fleet.process(of: target), process.isServing,
            let since = process.healthySince
        else { return false }
        return environment.now - since >= Auditor.noticeMilliseconds
    }

    /// Whether it serves, or did a short while ago: nobody can know better.
    private func mayServe(_ target: Target) -> Bool {
        let task = TaskID(String(target.id.text.prefix { $0 != ":" }))
        guard let process = fleet.process(of: task) else { return lastFailure != nil }
        if process.isServing { return true }
        guard let last = process.lastServed else { return false }
        return environment.now - last < Auditor.noticeMilliseconds
    }
}

// MARK: - Applying

extension Auditor {
    /// `balancer` is about to swap generation `new` in for `old`.
    func applied(_ new: UInt64, after old: UInt64, by balancer: Balancer) {
        let highest = applied[balancer.id] ?? 0
        if new < highest {
            violate("I12", "\(balancer.name) applies generation \(new) after \(highest)")
        }
        applied[balancer.id] = max(highest, new)
    }

    /// Keeps account of which revision has all traffic of the balancers that count, and since when.
    func noteCarried() {
        var common: ServiceRevisionID?
        for balancer in fleet.balancers where balancer.isRunning && !balancer.isFenced {
            guard balancer.carries.count == 1, let only = balancer.carries.first,
                common == nil || common == only
            else {
                carried = nil
                return
            }
            common = only
        }
        // Nobody who counts sends anything anywhere: that takes nothing back.
        guard let common, carried?.revision != common else { return }
        carried = (common, environment.now)
    }
}

extension LoadBalancerConfiguration {
    fileprivate func group(_ name: TargetGroupName) -> TargetGroup? {
        targetGroups.first { $0.name == name }
    }

    fileprivate var productionWeights: [TargetGroupName: Int] {
        let rule = listeners.flatMap(\.rules).first { $0.name == Scenario.productionRule }
        guard case .forward(let shares)? = rule?.action else { return [:] }
        return Dictionary(shares.map { ($0.targetGroup, $0.weight) }) { first, _ in first }
    }
}
