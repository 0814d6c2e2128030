import Model

/// How many tasks of one revision there should be, and what may be done about it now.
struct ReplicaGoal: Hashable {
    var count: Int
    /// Whether missing tasks are started.
    var mayStart = true
    /// Whether surplus tasks are retired.
    var mayShrink = true
    /// Whether users or testers reach it: then a bad task is kept until its replacement is healthy.
    var serves: Bool
    /// The most tasks at any time, leaving ones apart.
    var countMax: Int
    /// As many healthy tasks as must stay, whatever else has to move.
    var healthyMin = 0
}

/// One task of the revision, as the decision sees it.
struct Replica {
    let task: Task
    let condition: TaskCondition
    /// Whether it is on a machine that takes no more tasks.
    let mustMove: Bool
    /// Whether it may only end by its own failure.
    var isProtected = false
}

/// What is to be done about the tasks of one revision.
struct ReplicaPlan: Equatable {
    struct Start: Equatable {
        let slot: Int
        let attempt: Int
        /// Failures in a row that this slot has seen.
        let failures: Int
        /// Where it must run; placement finds a place where it is absent.
        var instance: ContainerInstanceID?
    }

    struct Retire: Equatable {
        let task: TaskID
        /// The task's own failure; `nil` when it is only one too many.
        let failure: String?
    }

    var starts: [Start] = []
    var retirements: [Retire] = []
    /// When a start that has to wait falls due.
    var deadline: Instant?
}

/// Slot by slot: one good task in each, a replacement beside a bad one that still serves.
struct Replicas {
    let goal: ReplicaGoal
    let now: Instant
    let policy: Policy
    private var plan = ReplicaPlan()
    private var living = 0
    private var healthy = 0

    /// `replicas` are all tasks of the revision, ended ones included.
    static func plan(
        _ replicas: [Replica], for goal: ReplicaGoal, at now: Instant, policy: Policy
    ) -> ReplicaPlan {
        var decision = Replicas(goal: goal, now: now, policy: policy)
        let slots = Dictionary(grouping: replicas, by: \.task.slot)
            .mapValues { $0.sorted { $0.task.attempt < $1.task.attempt } }
        decision.living = replicas.count { $0.isLiving }
        decision.healthy = replicas.count { $0.condition == .healthy }
        if goal.mayShrink { decision.shrink(slots) }
        for slot in 0..<max(goal.count, 0) { decision.fill(slot, slots[slot] ?? []) }
        return decision.plan
    }

    private init(goal: ReplicaGoal, now: Instant, policy: Policy) {
        self.goal = goal
        self.now = now
        self.policy = policy
    }

    /// Retires what is beyond the goal, but no task at work that one within it does not yet make up
    /// for: a healthy one, or one of which no balancer is there to say so.
    private mutating func shrink(_ slots: [Int: [Replica]]) {
        let filled = slots.count { slot, replicas in
            slot < goal.count && replicas.contains { $0.condition == .healthy && !$0.mustMove }
        }
        let beyond = slots.keys.sorted().filter { $0 >= goal.count }
            .flatMap { slots[$0] ?? [] }.filter(\.isLiving)
        let healthy = beyond.filter { $0.condition == .healthy }
        let unknown = beyond.filter { $0.condition != .healthy && $0.condition.isSound }
        let kept = Set((healthy + unknown).prefix(max(0, goal.count - filled)).map(\.task.id))
        for replica in beyond where !kept.contains(replica.task.id) {
            retire(replica, failure: nil)
        }
    }

    private mutating func fill(_ slot: Int, _ replicas: [Replica]) {
        let living = replicas.filter(\.isLiving)
        if let best = living.last(where: { $0.condition == .healthy && !$0.mustMove }) {
            for other in living where other.task.id != best.task.id {
                retire(other, failure: other.failure)
            }
            return
        }
        guard goal.mayStart else { return }
        // A task on its way up may still make good what the others of the slot do not.
        if living.contains(where: { $0.isStarting && !$0.mustMove }) { return }
        guard goal.serves else {
            for bad in living { retire(bad, failure: bad.failure) }
            return start(slot, replicas)
        }
        for bad in living.dropFirst() { retire(bad, failure: bad.failure) }
        guard living.count < 2 else { return }
        if let only = living.first, self.living >= goal.countMax {
            guard only.condition != .healthy || healthy > goal.healthyMin else { return }
            return retire(only, failure: only.failure)
        }
        start(slot, replicas)
    }

    private mutating func start(_ slot: Int, _ replicas: [Replica]) {
        if plan.start(slot, after: replicas, at: now, policy: policy) { living += 1 }
    }

    private mutating func retire(_ replica: Replica, failure: String?) {
        guard failure != nil || !replica.isProtected else { return }
        plan.retirements.append(.init(task: replica.task.id, failure: failure))
        living -= 1
        if replica.condition == .healthy { healthy -= 1 }
    }
}

extension ReplicaPlan {
    /// The next attempt in `slot`, unless the failures of those before it make it wait.
    @discardableResult
    mutating func start(
        _ slot: Int = 0, on instance: ContainerInstanceID? = nil, after replicas: [Replica],
        at now: Instant, policy: Policy
    ) -> Bool {
        let failures = replicas.failuresInARow(policy)
        if let last = failures.last {
            let due = last.advanced(milliseconds: policy.backOff(after: failures.count))
            guard now >= due else {
                deadline = min(deadline ?? due, due)
                return false
            }
        }
        let attempt = (replicas.last?.task.attempt ?? -1) + 1
        starts.append(
            Start(slot: slot, attempt: attempt, failures: failures.count, instance: instance))
        return true
    }
}

extension Replica {
    var isLiving: Bool { condition != .gone && condition != .retiring }

    fileprivate var isStarting: Bool {
        if case .starting = condition { true } else { false }
    }

    var failure: String? {
        if case .unhealthy(let reason) = condition { reason } else { nil }
    }
}

extension [Replica] {
    /// When each of the newest tasks failed early, back to the last one that did not.
    fileprivate func failuresInARow(_ policy: Policy) -> [Instant] {
        var failures: [Instant] = []
        for replica in reversed() {
            guard let end = replica.task.retirement else { continue }
            let life = end.at.milliseconds(since: replica.task.createdAt)
            guard end.failed, life < policy.earlyFailureMilliseconds else { break }
            failures.append(end.at)
        }
        return failures.reversed()
    }
}

extension Policy {
    /// How long a slot waits after so many failures in a row.
    func backOff(after failures: Int) -> Int64 {
        guard failures > 0 else { return 0 }
        let doublings = min(failures - 1, 32)
        return min(backOffMilliseconds << doublings, backOffMillisecondsMax)
    }
}
