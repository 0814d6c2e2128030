import Logging
import Model
import Store

/// What is wanted, and what there is.
extension Agent {
    /// Takes over what an earlier agent left, before the store is asked for anything: tasks stay
    /// under watch even while the store is away.
    func resume() async {
        let entries = journal.entries { [logger] in logger.error("\($0)") }
        for entry in entries {
            let state = entry.state ?? TaskLife(entry.task, on: id, networkBindings: [:]).state
            let life = TaskLife(entry.task, resuming: state)
            lives[entry.task.id] = life
            let unknown = life.unknown
            for container in life.containers where unknown.contains(container.name) {
                let order = ContainerOrder(container, of: life.task, in: options.surroundings)
                took(await runtime.find(order), container: container.name, of: life.task.id)
            }
        }
        if !lives.isEmpty { logger.info("found \(lives.count) tasks, running or over") }
        setAlarm()
    }

    /// Brings this machine in line with everything that the store wants of it.
    func reconcile(with snapshot: Snapshot) {
        var wanted: [TaskID: Task] = [:]
        var shown: [TaskID: TaskState] = [:]
        var illegible: Set<TaskID> = []
        for record in snapshot.records {
            guard let id = Agent.task(at: record.key) else { continue }
            if record.key.lies(in: .taskStates) {
                shown[id] = legible(record)
            } else if let task: Task = legible(record) {
                wanted[id] = task.containerInstance == self.id ? task : nil
            } else {
                illegible.insert(id)
            }
        }
        // A record that cannot be read says nothing: least of all that its task is unwanted.
        for id in Set(wanted.keys).union(lives.keys).subtracting(illegible).sorted() {
            reconcile(id, wanted: wanted[id], shown: shown[id])
            // What an earlier agent knew, or a store that was put back has lost.
            if let state = lives[id]?.state, state != shown[id] { reporter.submit(state) }
        }
    }

    /// Follows a change of one task's record.
    func follow(_ change: Change) async throws(StoreError) {
        guard let id = Agent.task(at: change.key) else { return }
        switch change {
        case .removed:
            reconcile(id, wanted: nil, shown: nil)
        case .put(let record):
            guard let task: Task = legible(record) else { return }
            let isOurs = task.containerInstance == self.id
            guard isOurs || lives[id] != nil else { return }
            // Tasks are one-shot: what has a state here or elsewhere is not started again.
            let shown = try await store.value(
                at: .taskState(id, in: options.cluster), as: TaskState.self)
            reconcile(id, wanted: isOurs ? task : nil, shown: shown?.value)
        }
    }

    private func reconcile(_ id: TaskID, wanted: Task?, shown: TaskState?) {
        let life = lives[id]
        let decision = Reconciliation(
            wanted: wanted, shown: shown, isKnown: life != nil, isOver: life?.isOver ?? false)
        switch decision {
        case .nothing:
            break
        case .start:
            if let wanted, !isLeaving { start(wanted) }
        case .stop(let code, let reason):
            change(id) { $0.stop(code, reason, at: $1) }
        case .record(let code, let reason):
            guard let wanted else { return }
            refuse(wanted, code, reason)
        }
    }

    private func start(_ task: Task) {
        if let defect = task.defect { return refuse(task, .taskFailedToStart, defect) }
        let taken = lives.values.filter { !$0.isOver }.flatMap(\.hostPorts)
        do {
            let bindings = try ports.bind(task, taken: Set(taken)) { port, kind in
                HostPort.isFree(port, protocol: kind)
            }
            let life = TaskLife(task, on: id, networkBindings: bindings)
            // Before anything is started: with its folder, the next agent finds the task.
            try journal.open(task, life.state)
            lives[task.id] = life
            logger.info("starting task \(task.id) of \(task.group)")
            change(task.id) { $0.begin(at: $1) }
        } catch let refusal as PortAllocator.Refusal {
            refuse(task, .taskFailedToStart, refusal.reason)
        } catch {
            refuse(task, .taskFailedToStart, "CannotStartContainerError: \(error)")
        }
    }

    /// Shows a task that has no folder here as stopped.
    private func refuse(_ task: Task, _ code: TaskStopCode, _ reason: String) {
        logger.info("task \(task.id) is not started: \(reason)")
        var life = TaskLife(task, on: id, networkBindings: [:])
        _ = life.stop(code, reason, at: clock.now)
        lives[task.id] = life
        reporter.submit(life.state)
        setAlarm()
    }

    private func legible<Value: Decodable>(_ record: Record) -> Value? {
        do {
            return try record.decode()
        } catch {
            logger.error("a record is not legible: \(error)")
            return nil
        }
    }

    /// The id in `/tasks/CLUSTER/ID` and `/taskstates/CLUSTER/ID`.
    private static func task(at key: Key) -> TaskID? {
        let parts = key.path.split(separator: "/")
        return parts.count == 3 ? TaskID(String(parts[2])) : nil
    }
}

// MARK: - Cleaning up

extension Agent {
    /// When the folder of a stopped task is next to be removed; when that is overdue, because the
    /// store has yet to hear of the task, a second from now.
    var nextCleanup: Instant? {
        let ends = lives.values.filter(\.isOver).compactMap(\.state.stoppedAt)
        guard let oldest = ends.min() else { return nil }
        let isFull = ends.count > options.stoppedTasksMax
        let due = oldest.advanced(milliseconds: isFull ? 0 : options.stoppedTaskMilliseconds)
        return max(due, clock.now.advanced(seconds: 1))
    }

    /// Removes the folders of tasks that stopped long ago, and of the oldest when they are many.
    func cleanUp(at now: Instant) {
        let over = lives.values.filter { $0.isOver && reporter.hasReported($0.task.id) }
            .map { (end: $0.state.stoppedAt ?? .zero, id: $0.task.id) }
            .sorted { ($0.end, $0.id) < ($1.end, $1.id) }
        let surplus = over.count - options.stoppedTasksMax
        for (index, task) in over.enumerated() {
            let due = task.end.advanced(milliseconds: options.stoppedTaskMilliseconds)
            guard index < surplus || due <= now else { return }
            journal.close(task.id)
            lives[task.id] = nil
        }
    }
}
