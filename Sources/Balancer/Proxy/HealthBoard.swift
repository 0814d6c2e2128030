internal import Loop
internal import Model
internal import Routing
internal import Synchronization

/// What is known of every target's health, and the one order in which workers learn it.
///
/// A configuration and a change of health may meet here from two threads. Both are handed to the
/// workers under one lock, so that every worker ends with the newest of both.
final class HealthBoard: Sendable {
    private struct State {
        var health: [TargetKey: TargetHealth] = [:]
        /// Targets of each group that requests are sent to.
        var weighted: [[TargetKey]] = []
        var workers: [LoopThread<Worker>] = []
    }

    private let state = Mutex(State())

    func setWorkers(_ workers: [LoopThread<Worker>]) {
        state.withLock { $0.workers = workers }
    }

    /// Has one worker do something, on its own thread.
    func perform(on worker: Int, _ job: @escaping @Sendable (Worker) -> Void) {
        state.withLock { state in
            guard state.workers.indices.contains(worker) else { return }
            _ = state.workers[worker].perform(job)
        }
    }

    /// The health of each registered target.
    var health: [TargetKey: TargetHealth] {
        state.withLock { $0.health }
    }

    /// Whether it is made up what every group with traffic is good for.
    var isWarm: Bool {
        state.withLock { state in
            state.weighted.allSatisfy { targets in
                let states = targets.map { state.health[$0]?.state }
                return states.contains(.healthy) || !states.contains(.initial)
            }
        }
    }

    /// Takes news from the health checks; those of targets that have left are passed over.
    func note(_ key: TargetKey, _ health: TargetHealth) -> Bool {
        state.withLock { state in
            guard state.health[key] != nil else { return false }
            state.health[key] = health
            let isHealthy = health.state == .healthy
            for worker in state.workers { worker.perform { $0.setHealth([key: isHealthy]) } }
            return true
        }
    }

    /// Gives the table to every worker, with its own new sockets; `done` is called by each.
    func apply(
        _ table: RoutingTable, _ concurrency: SharedConcurrency,
        opened: [[Int: OpenedListener]], done: @escaping @Sendable () -> Void
    ) {
        state.withLock { state in
            state.health = HealthBoard.registered(in: table, before: state.health)
            state.weighted = table.weightedGroups.map { index in
                let group = table.targetGroups[index].source
                return group.targets.map { TargetKey(group: group.name, target: $0) }
            }
            let healthy = Set(state.health.filter { $0.value.state == .healthy }.keys)
            for (worker, opened) in zip(state.workers, opened) {
                let configuration = WorkerConfiguration(
                    table: table, concurrency: concurrency, opened: opened, healthy: healthy)
                let isRunning = worker.perform { worker in
                    worker.apply(configuration)
                    done()
                }
                if !isRunning { done() }
            }
        }
    }

    private static func registered(
        in table: RoutingTable, before: [TargetKey: TargetHealth]
    ) -> [TargetKey: TargetHealth] {
        var health: [TargetKey: TargetHealth] = [:]
        for group in table.targetGroups {
            for target in group.source.targets {
                let key = TargetKey(group: group.source.name, target: target)
                let known = before[key].flatMap { $0.state == .unused ? nil : $0 }
                health[key] = group.isUsed ? known ?? HealthRecord.initialHealth : .unused
            }
        }
        return health
    }
}

extension TargetHealth {
    fileprivate static var unused: TargetHealth { HealthRecord.unusedHealth }
}
