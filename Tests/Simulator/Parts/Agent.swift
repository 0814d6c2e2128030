import Model
import Store

/// The protocol of an agent: reads what is wanted on its machine, starts and stops, reports.
///
/// What it knows of its tasks is on its machine's disk; what it has yet to tell is in memory.
final class Agent: Program {
    let machine: Machine
    private var lease: LeaseHold?
    private var wanted: [TaskID: Task] = [:]
    /// What the agent observes, newest first to be told.
    private var states: [TaskID: TaskState] = [:]
    private var unreported: Set<TaskID> = []
    private var isReporting = false

    private static let leaseMilliseconds: Int64 = 5000
    private static let retryMilliseconds: Int64 = 250
    static let cluster = Cluster.default

    init(of machine: Machine, in environment: Environment) {
        self.machine = machine
        super.init("agent-\(machine.id)", in: environment)
        machine.onExit = { [weak self] process in self?.noticed(process) }
    }

    override func didStart() {
        if environment.mutation == .forgetsItsTasks { forgetEverything() }
        let lease = LeaseHold(of: self, milliseconds: Agent.leaseMilliseconds) { [self] lease in
            announce(under: lease)
        }
        self.lease = lease
        lease.keep()
        register()
        link.open(
            Subscription(
                [.tasks, .taskStates], of: self, onSnapshot: { [self] in reconcile(with: $0) },
                onBatch: { [self] in follow($0) }))
    }

    override func didDie() {
        wanted = [:]
        states = [:]
        unreported = []
        isReporting = false
    }

    private func forgetEverything() {
        for process in machine.living { machine.forget(process.task) }
    }
}

// MARK: - Being known

extension Agent {
    private func announce(under lease: LeaseID) {
        let key = Key.liveAgent(machine.id, in: Agent.cluster)
        do {
            try link.commit(Transaction([.put(key, machine.id, lease: lease)]))
        } catch {
            after(Agent.retryMilliseconds) { [self] in
                if self.lease?.lease == lease { announce(under: lease) }
            }
        }
    }

    private func register() {
        var instance = ContainerInstance(
            id: machine.id, arn: Realm.local.containerInstance(machine.id, in: Agent.cluster),
            cluster: Agent.cluster, address: machine.address, cpu: 4096, memory: 4096,
            registeredAt: Instant(milliseconds: Environment.epoch), agentVersion: "0")
        instance.status = .active
        let key = Key.containerInstance(machine.id, in: Agent.cluster)
        do {
            guard try !link.read([key]).records.contains(where: { $0.key == key }) else { return }
            try link.commit(Transaction([.put(key, instance)], if: [.absent(key)]))
        } catch {
            after(Agent.retryMilliseconds) { [self] in register() }
        }
    }
}

// MARK: - What is wanted

extension Agent {
    private func reconcile(with snapshot: Snapshot) {
        wanted = [:]
        for record in snapshot.records { take(record) }
        let gone = states.keys.filter { wanted[$0] == nil }
        for id in gone.sorted() { forget(id) }
        for process in machine.living where wanted[process.task] == nil { process.terminate() }
        for id in wanted.keys.sorted() { attend(to: id) }
    }

    private func follow(_ batch: Batch) {
        var touched: Set<TaskID> = []
        for change in batch.changes {
            switch change {
            case .put(let record): touched.formUnion(take(record).map { [$0] } ?? [])
            case .removed(let key):
                guard key.lies(in: .tasks), let id = Agent.task(at: key) else { continue }
                wanted[id] = nil
                machine.processes[id]?.terminate()
                forget(id)
            }
        }
        for id in touched.sorted() { attend(to: id) }
    }

    /// The task on this machine that `record` speaks of.
    @discardableResult
    private func take(_ record: Record) -> TaskID? {
        if record.key.lies(in: .taskStates) {
            guard let state = try? record.decode(TaskState.self),
                state.containerInstance == machine.id
            else { return nil }
            // What the store has is older than what is here, or from an earlier agent.
            if states[state.task] == nil { states[state.task] = state }
            return state.task
        }
        guard let task = try? record.decode(Task.self), task.containerInstance == machine.id else {
            return nil
        }
        wanted[task.id] = task
        return task.id
    }

    private static func task(at key: Key) -> TaskID? {
        key.path.split(separator: "/").last.map { TaskID(String($0)) }
    }

    private func forget(_ id: TaskID) {
        states[id] = nil
        unreported.remove(id)
    }
}

// MARK: - Doing

extension Agent {
    private func attend(to id: TaskID) {
        guard let task = wanted[id], states[id]?.lastStatus != .stopped else { return }
        let isUnwanted =
            task.desiredStatus == .stopped
            || environment.mutation == .stopsTasksEarly && task.retirement != nil
        switch machine.processes[id]?.phase {
        case .ended: settle(id)
        case .starting, .listening, .stopping:
            if isUnwanted { machine.processes[id]?.terminate() } else { watch(id) }
        case nil:
            if isUnwanted {
                conclude(id, .serviceSchedulerInitiated, "Stopped before it started")
            } else if hasRun(id) {
                conclude(id, .infrastructureHealth, "The machine has no trace of it")
            } else {
                start(task)
            }
        }
    }

    private func hasRun(_ id: TaskID) -> Bool {
        states[id].map { $0.lastStatus != .provisioning && $0.lastStatus != .pending } ?? false
    }

    private func start(_ task: Task) {
        if states[task.id] == nil { observe(task.id, .pending) }
        after(environment.delay()) { [self] in
            guard wanted[task.id]?.desiredStatus == .running, machine.processes[task.id] == nil,
                states[task.id]?.lastStatus == .pending
            else { return attend(to: task.id) }
            guard machine.launch(task) != nil else {
                return conclude(task.id, .taskFailedToStart, "No port is free")
            }
            after(environment.delay()) { [self] in watch(task.id) }
        }
    }

    /// Shows a process that runs as running.
    private func watch(_ id: TaskID) {
        guard let process = machine.processes[id], process.phase != .ended else {
            return settle(id)
        }
        guard states[id]?.lastStatus != .running else { return }
        observe(id, .running) { [environment] state in
            state.startedAt = Instant(milliseconds: Environment.epoch + environment.now)
            var container = ContainerState(name: Scenario.container, lastStatus: .running)
            container.networkBindings = [
                NetworkBinding(
                    bindIP: "0.0.0.0", containerPort: Scenario.containerPort,
                    hostPort: Int(process.port))
            ]
            state.containers = [container]
        }
    }

    private func noticed(_ process: TaskProcess) {
        guard isRunning, !isPaused else { return }
        after(environment.delay()) { [self] in settle(process.task) }
    }

    /// Shows a process that has ended as stopped.
    private func settle(_ id: TaskID) {
        guard let process = machine.processes[id], process.phase == .ended else { return }
        let isWanted = wanted[id]?.desiredStatus != .stopped
        conclude(
            id, isWanted ? .essentialContainerExited : .serviceSchedulerInitiated,
            "Exit code \(process.exitCode ?? -1)")
    }

    private func conclude(_ id: TaskID, _ code: TaskStopCode, _ reason: String) {
        guard states[id]?.lastStatus != .stopped else { return }
        observe(id, .stopped) { [environment] state in
            state.stopCode = code
            state.stoppedReason = reason
            state.stoppedAt = Instant(milliseconds: Environment.epoch + environment.now)
        }
    }
}

// MARK: - Telling

extension Agent {
    private func observe(
        _ id: TaskID, _ status: TaskStatus, _ change: (inout TaskState) -> Void = { _ in }
    ) {
        var state =
            states[id]
            ?? TaskState(
                task: id, cluster: Agent.cluster, containerInstance: machine.id, lastStatus: status)
        state.lastStatus = status
        state.version += 1
        change(&state)
        states[id] = state
        unreported.insert(id)
        report()
    }

    /// One report is under way at a time, so that none overtakes another.
    private func report() {
        guard !isReporting, !unreported.isEmpty else { return }
        isReporting = true
        after(environment.delay()) { [self] in
            isReporting = false
            for id in unreported.sorted() { tell(id) }
            if !unreported.isEmpty {
                isReporting = true
                after(Agent.retryMilliseconds) { [self] in
                    isReporting = false
                    report()
                }
            }
        }
    }

    private func tell(_ id: TaskID) {
        guard let state = states[id] else {
            unreported.remove(id)
            return
        }
        let key = Key.taskState(id, in: Agent.cluster)
        let taskKey = Key.task(id, in: Agent.cluster)
        do {
            let records = try link.read([key, taskKey]).records
            guard records.contains(where: { $0.key == taskKey }) else { return forget(id) }
            let shown = records.first { $0.key == key }
            let condition: Precondition =
                shown.map { .unchanged(key, version: $0.version) } ?? .absent(key)
            try link.commit(Transaction([.put(key, state)], if: [condition]))
            unreported.remove(id)
        } catch {
            note("cannot report \(id): \(error)")
        }
    }
}
