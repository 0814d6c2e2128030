import Model

/// A deployment that replaces tasks in place: what may start and what may leave now.
///
/// `arriving` is the revision that is to have all the tasks, `departing` the other one; a rollback
/// swaps the two. All of a service's tasks together never exceed `maximumPercent` of the desired
/// count, and tasks that pass all their checks never fall below `minimumHealthyPercent` by what is
/// decided here.
struct Rolling {
    let desiredCount: Int
    /// floor(desired x maximumPercent): tasks that are leaving count until they have stopped.
    let cap: Int
    /// ceil(desired x minimumHealthyPercent).
    let floor: Int
    let now: Instant
    let policy: Policy

    init(
        desiredCount: Int, configuration: DeploymentConfiguration, at now: Instant, policy: Policy
    ) {
        self.desiredCount = desiredCount
        cap = desiredCount * configuration.maximumPercent / 100
        floor = (desiredCount * configuration.minimumHealthyPercent + 99) / 100
        self.now = now
        self.policy = policy
    }

    /// Whether no task could ever be replaced: nothing may start, and nothing may stop.
    var isStuck: Bool { desiredCount > 0 && cap <= desiredCount && floor >= desiredCount }

    /// Starts are of `arriving`; retirements of either.
    func plan(arriving: [Replica], departing: [Replica]) -> ReplicaPlan {
        var plan = ReplicaPlan()
        let count = Count(arriving: arriving, departing: departing, desiredCount: desiredCount)
        retireBad(arriving, count, into: &plan)
        let room = min(cap - count.total, desiredCount - count.arriving)
        start(max(0, room), among: arriving, into: &plan)
        retireUseless(departing, count, into: &plan)
        if room <= 0 { retireSpare(departing, count, into: &plan) }
        return plan
    }

    /// Bad tasks of the arriving revision make no room, and neither do surplus ones.
    private func retireBad(
        _ arriving: [Replica], _ count: Count, into plan: inout ReplicaPlan
    ) {
        // What surplus there is to give away goes to the departing revision's tasks first.
        let mayShrink = count.healthyArriving >= desiredCount
        for replica in arriving where replica.isLiving {
            if let failure = replica.failure {
                plan.retirements.append(.init(task: replica.task.id, failure: failure))
            } else if replica.task.slot >= desiredCount, !replica.isProtected,
                mayShrink || replica.condition != .healthy
            {
                plan.retirements.append(.init(task: replica.task.id, failure: nil))
            }
        }
    }

    private func start(_ room: Int, among arriving: [Replica], into plan: inout ReplicaPlan) {
        let slots = Dictionary(grouping: arriving, by: \.task.slot)
        for slot in 0..<desiredCount where plan.starts.count < room {
            let replicas = (slots[slot] ?? []).sorted { $0.task.attempt < $1.task.attempt }
            guard !replicas.contains(where: \.isLiving) else { continue }
            plan.start(slot, after: replicas, at: now, policy: policy)
        }
    }

    /// Departing tasks that do not serve go first: it lowers nothing.
    ///
    /// One that runs, and of which no balancer has said anything yet, may well serve: as long as
    /// too few are known to be healthy, it counts.
    private func retireUseless(
        _ departing: [Replica], _ count: Count, into plan: inout ReplicaPlan
    ) {
        guard count.arriving >= desiredCount || count.total >= cap else { return }
        var lacking = max(0, floor - count.healthy)
        for replica in departing where replica.isLiving && replica.condition != .healthy {
            if lacking > 0, replica.condition.isSound {
                lacking -= 1
                continue
            }
            guard replica.failure != nil || !replica.isProtected else { continue }
            plan.retirements.append(.init(task: replica.task.id, failure: replica.failure))
        }
    }

    private func retireSpare(
        _ departing: [Replica], _ count: Count, into plan: inout ReplicaPlan
    ) {
        let healthy = departing.filter { $0.condition == .healthy && !$0.isProtected }
        let spare = min(healthy.count, count.healthy - floor)
        guard spare > 0, count.healthyArriving > 0 || count.total >= cap || desiredCount == 0 else {
            return
        }
        for replica in healthy.suffix(spare) {
            plan.retirements.append(.init(task: replica.task.id, failure: nil))
        }
    }

    private struct Count {
        /// Everything that still runs, leaving tasks included.
        let total: Int
        let arriving: Int
        /// Of those, the healthy ones.
        let healthyArriving: Int
        let healthy: Int

        init(arriving: [Replica], departing: [Replica], desiredCount: Int) {
            total = (arriving + departing).count { $0.condition != .gone }
            self.arriving = arriving.count { $0.isLiving && $0.task.slot < desiredCount }
            healthyArriving = arriving.count {
                $0.condition == .healthy && $0.task.slot < desiredCount
            }
            healthy = (arriving + departing).count { $0.condition == .healthy }
        }
    }
}
