package import Logging
package import Model
package import Store

/// Runs the tasks that are placed on this machine, and says what becomes of them.
///
/// It watches the store for what is wanted and its runtime for what happens; `TaskLife` decides,
/// this actor carries out. Tasks outlive it: the next agent with the same data folder finds them.
package actor Agent {
    let options: AgentOptions
    let store: any Store
    let logger: Logger
    let id: ContainerInstanceID
    let runtime: any Runtime
    let reporter: TaskStateReporter
    let journal: TaskJournal
    let clock = AnchoredClock()

    /// Every task that has a folder here, running or over.
    var lives: [TaskID: TaskLife] = [:]
    var running: [TaskID: [String: any RunningContainer]] = [:]
    var ports: PortAllocator
    /// Set when nothing new is to be started.
    var isLeaving = false
    var lease: LeaseID?

    private let jobs: AsyncStream<Job>
    private let submitJob: AsyncStream<Job>.Continuation
    private var alarm: _Concurrency.Task<Void, Never>?
    private var waitingForEnd: [CheckedContinuation<Void, Never>] = []

    typealias Job = @Sendable () async -> Void

    /// How long a store that is away delays the end of an agent whose tasks have all stopped.
    static let drainMillisecondsMax: Int64 = 5000

    /// Runs containers as processes. Throws when the data folder cannot be written.
    package init(options: AgentOptions, store: any Store, logger: Logger) throws {
        var runtimeOptions = ProcessRuntime.Options(
            shimPath: options.shimPath, tasksFolder: options.tasksFolder)
        runtimeOptions.logBytesMax = options.logBytesMax
        runtimeOptions.logFilesMax = options.logFilesMax
        try self.init(
            options: options, store: store,
            runtime: ProcessRuntime(runtimeOptions, logger: logger), logger: logger)
    }

    package init(
        options: AgentOptions, store: any Store, runtime: any Runtime, logger: Logger
    ) throws {
        self.options = options
        self.store = store
        self.runtime = runtime
        self.logger = logger
        id = try AgentIdentity.load(from: options.dataFolder)
        reporter = TaskStateReporter(store: store, logger: logger)
        journal = TaskJournal(folder: options.tasksFolder)
        ports = PortAllocator(range: options.ports, startingAt: Int.random(in: options.ports))
        (jobs, submitJob) = AsyncStream.makeStream()
    }

    /// The container instance that this agent is.
    package nonisolated var containerInstance: ContainerInstanceID { id }

    /// Works until `shutdown(stoppingTasks:)` or until the task is cancelled; either way, tasks
    /// that were not asked to stop go on running.
    package func run() async {
        await withDiscardingTaskGroup { group in
            await resume()
            group.addTask { [reporter] in await reporter.run() }
            group.addTask { await self.keepLease() }
            group.addTask { await self.follow() }
            for await job in jobs { group.addTask { await job() } }
            group.cancelAll()
        }
        alarm?.cancel()
    }

    /// Ends `run`: at once, leaving the tasks to the next agent, or after all of them were asked to
    /// stop, were killed where their `stopTimeout` passed, and were shown as stopped in the store.
    package func shutdown(stoppingTasks: Bool) async {
        isLeaving = true
        if stoppingTasks {
            for task in lives.keys.sorted() {
                change(task) { life, now in
                    life.stop(.terminationNotice, "The agent was told to stop its tasks", at: now)
                }
            }
            await allEnded()
            await reporter.drained(withinMilliseconds: Agent.drainMillisecondsMax)
            if let lease { try? await store.revoke(lease) }
        }
        submitJob.finish()
    }

    private func allEnded() async {
        guard lives.values.contains(where: { !$0.isOver }) else { return }
        await withCheckedContinuation { waitingForEnd.append($0) }
    }

    func submit(_ job: @escaping Job) {
        submitJob.yield(job)
    }

    /// Tells a task's life what happened, does what it then wants, and sets the clock for it.
    func change(_ id: TaskID, _ event: (inout TaskLife, Instant) -> [TaskLife.Action]) {
        guard var life = lives[id] else { return }
        let wasOver = life.isOver
        let actions = event(&life, clock.now)
        lives[id] = life
        perform(actions, of: life)
        if life.isOver && !wasOver { ended(life) }
        setAlarm()
    }

    private func ended(_ life: TaskLife) {
        logger.info(
            "task \(life.task.id) has stopped: \(life.state.stoppedReason ?? "no reason given")")
        submit { [runtime] in await runtime.forget(life.task.id) }
        cleanUp(at: clock.now)
        guard !lives.values.contains(where: { !$0.isOver }) else { return }
        for continuation in waitingForEnd { continuation.resume() }
        waitingForEnd = []
    }

    // MARK: Time

    /// One alarm for all tasks: the earliest moment at which any of them has something to do.
    func setAlarm() {
        alarm?.cancel()
        guard
            let next = (lives.values.compactMap(\.deadline) + [nextCleanup].compactMap(\.self))
                .min()
        else { return }
        let delay = max(0, next.milliseconds(since: clock.now))
        alarm = _Concurrency.Task { [weak self] in
            guard (try? await _Concurrency.Task.sleep(for: .milliseconds(delay))) != nil else {
                return
            }
            await self?.wake()
        }
    }

    private func wake() {
        let now = clock.now
        for id in lives.keys.sorted() {
            guard let deadline = lives[id]?.deadline, deadline <= now else { continue }
            change(id) { $0.tick(at: $1) }
        }
        cleanUp(at: now)
        setAlarm()
    }
}
