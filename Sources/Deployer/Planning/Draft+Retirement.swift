import Model

/// A leaving task's way: out of every balancer and name, requests ended, and only then told to
/// stop.
///
/// Discovery's part delays nothing but the stop: traffic has long moved by then. Where a name led
/// to the task, clients may know it for one TTL after every live name server dropped it. Where
/// nothing but names leads to the service, it is twice the TTL and never less than ten seconds.
extension Draft {
    mutating func advanceRetirements() {
        var stopped: [ServicePath: [TaskID]] = [:]
        for id in world.tasks.keys.sorted() {
            guard var task = world.tasks[id], task.desiredStatus == .running,
                task.retirement != nil
            else { continue }
            if task.containerInstance == nil {
                remove(task)
                continue
            }
            arrangeDrain(of: &task)
            arrangeForgetting(of: &task)
            if isReleased(task), !isHeld(task), mayDepart() {
                task.desiredStatus = .stopped
                if let path = task.path { stopped[path, default: []].append(id) }
            }
            put(task)
        }
        for path in stopped.keys.sorted() {
            let ids = stopped[path] ?? []
            let list = ids.map { "(task \($0))" }.joined(separator: " ")
            announce("has stopped \(ids.count) running tasks: \(list).", of: path)
        }
    }

    /// Whether nothing needs `task` any more: no live balancer routes to it, its requests have
    /// ended or their time is over, its name is forgotten.
    func isReleased(_ task: Task) -> Bool {
        guard let retirement = task.retirement else { return false }
        guard let forgotten = forgottenAt(task), now >= forgotten else { return false }
        guard isOut(task, retirement) else { return false }
        return inFlight(task, retirement) == 0 || drainedAt(task).map { now >= $0 } == true
    }

    /// When the names of `task` are forgotten by all who were told them.
    private func forgottenAt(_ task: Task) -> Instant? {
        task.retirement?.nameForgottenAt.map { ownTime($0, after: nameWait(of: task)) }
    }

    /// When the time of its requests is over.
    private func drainedAt(_ task: Task) -> Instant? {
        task.retirement?.drainDeadline.map { ownTime($0, after: drainDelay(of: task)) }
    }

    /// A moment that an earlier leader set `wait` ahead is one of its clock, which may have been
    /// slow: by this leader's own, `wait` passes too.
    private func ownTime(_ instant: Instant, after wait: Int64) -> Instant {
        max(instant, world.observingSince.advanced(milliseconds: wait))
    }

    private func drainDelay(of task: Task) -> Int64 {
        let delays = world.memberships(of: task).compactMap {
            world.targetGroups[$0.group]?.deregistrationDelaySeconds
        }
        return Int64(delays.max() ?? 0) * 1000
    }

    /// Whether a deployment has yet to note, as its point of no return, that this task may stop.
    private func isHeld(_ task: Task) -> Bool {
        guard let path = task.path, let open = world.openDeployment(of: path), !open.isRolling
        else { return false }
        if open.status == .inProgress {
            return open.stage == .cleanUp && task.revision == open.source && !open.stopIntentBlue
        }
        return task.revision == open.target && !open.stopIntentGreen
    }

    /// Whether every live balancer has applied a generation without it. A load balancer that no
    /// balancer ever served needs no waiting; one whose balancers are all away holds.
    private func isOut(_ task: Task, _ retirement: Retirement) -> Bool {
        retirement.generations.allSatisfy { name, generation in
            let view = view(of: name)
            return view.hasApplied(generation) || !view.isServed
        }
    }

    private func inFlight(_ task: Task, _ retirement: Retirement) -> Int {
        let ports = Set(world.memberships(of: task).map(\.pair.containerPort))
        return retirement.generations.keys.reduce(0) { sum, name in
            ports.reduce(sum) { $0 + view(of: name).inFlight(of: TargetID(of: task.id, port: $1)) }
        }
    }

    private mutating func arrangeDrain(of task: inout Task) {
        guard var retirement = task.retirement else { return }
        if let deadline = drainedAt(task) { return wakeLater(at: deadline) }
        guard isOut(task, retirement), inFlight(task, retirement) > 0 else { return }
        let deadline = now.advanced(milliseconds: drainDelay(of: task))
        retirement.drainDeadline = deadline
        task.retirement = retirement
        wake(at: deadline)
        guard let path = task.path else { return }
        announce("has begun draining connections on 1 tasks: (task \(task.id)).", of: path)
    }

    private mutating func arrangeForgetting(of task: inout Task) {
        guard isOutOfNames(task) else {
            // A name server has come that may have told the name to somebody again.
            task.retirement?.nameForgottenAt = nil
            return
        }
        if let forgotten = forgottenAt(task) { return wakeLater(at: forgotten) }
        let forgotten = now.advanced(milliseconds: nameWait(of: task))
        task.retirement?.nameForgottenAt = forgotten
        wake(at: forgotten)
    }

    private mutating func wakeLater(at instant: Instant) {
        if instant > now { wake(at: instant) }
    }

    /// Whether no entry of the directory names it any more, and every live name server knows that.
    private func isOutOfNames(_ task: Task) -> Bool {
        guard let path = task.path, let service = world.services[path] else { return true }
        guard task.namedUntil != nil || isListed(task, service) else { return true }
        return service.places.allSatisfy { place in
            guard let entry = world.directory[place.path] else { return true }
            return !entry.value.instances.contains { $0.id == task.id.text }
                && world.nameserverReports.values.allSatisfy {
                    $0.appliedRevision >= entry.revision
                }
        }
    }

    private func nameWait(of task: Task) -> Int64 {
        guard task.namedUntil != nil, let path = task.path, let service = world.services[path]
        else { return 0 }
        let ttl = Int64(service.recordTTLSeconds) * 1000
        let isBalanced = !world.memberships(of: task).isEmpty
        return isBalanced ? ttl : max(2 * ttl, policy.nameForgottenMilliseconds)
    }
}
