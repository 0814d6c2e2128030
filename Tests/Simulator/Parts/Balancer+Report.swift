import Model
import Routing
import Store

/// What a balancer says of itself, and how it gets unfenced.
extension Balancer {
    /// Says what is new; one report is under way at a time.
    func report() {
        guard !isReporting else {
            hasNews = true
            return
        }
        guard lease?.lease != nil else { return }
        isReporting = true
        hasNews = false
        let draft = Draft(of: self)
        after(environment.delay()) { [self] in
            isReporting = false
            send(draft)
            if hasNews { report() }
        }
    }

    /// A report as it was when it set out.
    private struct Draft {
        var report: BalancerReport
        let lease: LeaseID?
        /// The version of the generation that the report is only good with.
        var generationVersion: UInt64?

        init(of balancer: Balancer) {
            lease = balancer.lease?.lease
            report = balancer.current
            guard balancer.mayBeUnfenced else { return }
            let key = Key.generation(Scenario.loadBalancer)
            guard let record = try? balancer.link.read([key]).records.first,
                let generation = try? record.decode(Generation.self),
                generation.number == balancer.generation
            else { return }
            report.fenced = false
            generationVersion = record.version
        }
    }

    private func send(_ draft: Draft) {
        guard let lease = draft.lease else { return }
        let key = Key.liveBalancer(id, of: Scenario.loadBalancer)
        var transaction = Transaction()
        do {
            transaction.writes.append(try .put(key, draft.report, lease: lease))
            if let version = draft.generationVersion {
                transaction.preconditions.append(
                    .unchanged(.generation(Scenario.loadBalancer), version: version))
            }
            try link.commit(transaction)
            if draft.generationVersion != nil, lease == self.lease?.lease {
                isUnfenced = true
                note("is unfenced at generation \(generation)")
            }
            if environment.strikes(.reportsAreRepeated, percent: 5) { repeatLater(transaction) }
        } catch {
            note("cannot report: \(error)")
            after(Balancer.retryMilliseconds) { [self] in report() }
        }
    }

    private func repeatLater(_ transaction: Transaction) {
        after(environment.pick(500...3000)) { [self] in
            let repeated = Transaction(transaction.writes, if: transaction.preconditions)
            _ = try? link.commit(repeated)
        }
    }

    private var current: BalancerReport {
        var report = BalancerReport(
            id: id, loadBalancer: Scenario.loadBalancer, incarnation: incarnation,
            appliedGeneration: acknowledged, fenced: isFenced)
        let used = Set((table?.targetGroups ?? []).filter(\.isUsed).flatMap(\.source.targets))
        for target in targets {
            report.health[target.id] =
                used.contains(target) ? health[target.id]?.health : HealthRecord.unusedHealth
        }
        for target in draining.keys { report.health[target] = HealthRecord.drainingHealth }
        for (target, list) in flights {
            let count = list.count { !$0.isOver }
            if count > 0 { report.inFlight[target] = count }
        }
        return report
    }

    private var acknowledged: UInt64 {
        let isEager = environment.mutation == .acknowledgesBeforeApplying
        return isEager ? max(fetched, generation) : generation
    }

    /// All but the generation being current, which the commit itself insists on.
    private var mayBeUnfenced: Bool {
        guard !isUnfenced, lease?.isHeld == true, table != nil, draining.isEmpty else {
            return false
        }
        return isWarm
    }

    /// Whether it has made up its mind about every group that gets traffic.
    private var isWarm: Bool {
        guard let table else { return false }
        return table.weightedGroups.allSatisfy { index in
            let states = table.targetGroups[index].source.targets.map { health[$0.id]?.state }
            return states.contains(.healthy) || !states.contains(.initial)
        }
    }
}
