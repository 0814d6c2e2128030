import Model

/// One task of a service on each machine: what may start and what may leave now.
///
/// `arriving` is the revision that is to have all the tasks, `departing` one that it replaces: on
/// each machine the old task stops before the new one starts, and tasks that serve never fall
/// below `floor` by what is decided here.
struct Daemon {
    /// A machine as this service sees it.
    struct Machine: Hashable {
        let id: ContainerInstanceID
        /// Whether a task may start there.
        let mayStart: Bool
    }

    /// Those whose tasks may stay; on any other machine they leave.
    let machines: [Machine]
    let floor: Int
    let now: Instant
    let policy: Policy

    /// Starts are of `arriving`, each with its machine; retirements of either.
    func plan(arriving: [Replica], departing: [Replica] = []) -> ReplicaPlan {
        var plan = ReplicaPlan()
        let stays = Set(machines.map(\.id))
        for replica in arriving + departing
        where replica.isLiving && !stays.contains(replica.instance) {
            plan.retire(replica)
        }
        // A new task that has yet to prove itself stands for nothing; an old one may well serve.
        let serving =
            arriving.count { $0.condition == .healthy }
            + departing.count(where: \.condition.isSound)
        var spare = max(0, serving - floor)
        for machine in machines {
            fill(
                machine, arriving.filter { $0.instance == machine.id },
                departing.filter { $0.instance == machine.id }, spare: &spare, into: &plan)
        }
        return plan
    }

    private func fill(
        _ machine: Machine, _ arriving: [Replica], _ departing: [Replica], spare: inout Int,
        into plan: inout ReplicaPlan
    ) {
        let living = arriving.filter(\.isLiving)
        let best = living.first { $0.failure == nil }
        for replica in living where replica.task.id != best?.task.id { plan.retire(replica) }
        for replica in departing where replica.isLiving {
            if replica.condition.isSound, best?.condition != .healthy {
                guard spare > 0, !replica.isProtected else { continue }
                spare -= 1
            }
            plan.retire(replica)
        }
        // The machine is this task's alone: its ports and its files are.
        let isFree = (arriving + departing).allSatisfy { $0.condition == .gone }
        guard machine.mayStart, isFree else { return }
        let attempts = arriving.sorted { $0.task.attempt < $1.task.attempt }
        plan.start(on: machine.id, after: attempts, at: now, policy: policy)
    }
}

extension Replica {
    /// Where it was placed: a daemon's task is from its beginning.
    fileprivate var instance: ContainerInstanceID { task.containerInstance ?? "" }
}

extension ReplicaPlan {
    /// A protected task leaves by its own failure only.
    fileprivate mutating func retire(_ replica: Replica) {
        guard replica.failure != nil || !replica.isProtected else { return }
        retirements.append(Retire(task: replica.task.id, failure: replica.failure))
    }
}
