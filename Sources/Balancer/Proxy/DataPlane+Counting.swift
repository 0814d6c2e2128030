internal import Loop
package import Model
package import Routing

extension DataPlane {
    /// Requests in flight per target, those that left included; absent means none.
    package nonisolated func inFlight() async -> [TargetID: Int] {
        var counts: [TargetID: Int] = [:]
        for worker in await gather({ $0.inFlight }) {
            for (key, count) in worker { counts[key.target.id, default: 0] += count }
        }
        return counts
    }

    /// All that was counted until now.
    package nonisolated func traffic() async -> Traffic {
        await gather { Traffic($0) }.reduce(into: Traffic()) { $0.add($1) }
    }

    /// What became of the requests of each revision's targets, those that are gone included: the
    /// cheaper question, for those who ask often.
    package nonisolated func revisions() async -> [RevisionKey: TargetOutcomes] {
        await gather { $0.revisions }.reduce(into: [:]) { revisions, worker in
            for (key, outcomes) in worker {
                revisions[key, default: TargetOutcomes()].add(outcomes)
            }
        }
    }

    /// What became of the requests of revisions that are registered beside others of their service.
    func outcomes() async -> [RevisionOutcomes]? {
        guard !compared.isEmpty else { return nil }
        let revisions = await revisions()
        return compared.compactMap { key in
            key.revision.map { RevisionOutcomes(key, $0, revisions[key] ?? TargetOutcomes()) }
        }
    }

    /// Bytes received and not yet sent on, of all connections.
    package nonisolated func heldBytes() async -> Int {
        await gather { $0.heldBytes }.reduce(0, +)
    }

    /// The health of each registered target; of one in several groups, the worst.
    package nonisolated var health: [TargetID: TargetHealth] {
        var health: [TargetID: TargetHealth] = [:]
        for (key, one) in board.health.sorted(by: { $0.key.group < $1.key.group }) {
            let other = health[key.target.id]
            if other == nil || other?.state == .healthy { health[key.target.id] = one }
        }
        return health
    }

    /// Whether it has found out, for every group with traffic, who is healthy.
    nonisolated var isWarm: Bool { board.isWarm }

    /// What every worker says, asked on its own thread.
    nonisolated func gather<Value: Sendable>(
        _ question: @escaping @Sendable (Worker) -> Value
    ) async -> [Value] {
        await gather { worker, _ in question(worker) }
    }

    /// The same with the worker's index.
    nonisolated func gather<Value: Sendable>(
        _ question: @escaping @Sendable (Worker, Int) -> Value
    ) async -> [Value] {
        var answers: [Value] = []
        for (index, worker) in workers.enumerated() {
            let answer: Value? = await withCheckedContinuation { continuation in
                let isRunning = worker.perform {
                    continuation.resume(returning: question($0, index))
                }
                if !isRunning { continuation.resume(returning: nil) }
            }
            if let answer { answers.append(answer) }
        }
        return answers
    }
}

extension RevisionOutcomes {
    fileprivate init(
        _ key: RevisionKey, _ revision: ServiceRevisionID, _ outcomes: TargetOutcomes
    ) {
        self.init(
            targetGroup: key.group, revision: revision, requests: outcomes.requests,
            errors: outcomes.errors, latencies: outcomes.latencies.occupied)
        if outcomes.mirrored.requests > 0 { mirrored = outcomes.mirrored }
    }
}

extension RoutingTable {
    /// The revisions of each service that has tasks of more than one registered, in order.
    var comparedRevisions: [RevisionKey] {
        var keys: [ServiceName: Set<RevisionKey>] = [:]
        for group in targetGroups.map(\.source) {
            guard let service = group.service else { continue }
            for target in group.targets where target.revision != nil {
                keys[service, default: []].insert(
                    RevisionKey(group: group.name, revision: target.revision))
            }
        }
        let compared = keys.values.filter { Set($0.map(\.revision)).count > 1 }.flatMap(\.self)
        let sorted = compared.sorted {
            ($0.group, $0.revision?.text ?? "") < ($1.group, $1.revision?.text ?? "")
        }
        return Array(sorted.prefix(BalancerReport.outcomesMax))
    }
}
