internal import Expressions
internal import Loop
package import Model
internal import Routing
internal import Synchronization

/// The workers, their health checks and their listeners: all of a balancer that needs no store.
package actor DataPlane {
    /// Says that something changed that a report would show; newest first, never piling up.
    package nonisolated let changes: AsyncStream<Void>
    private nonisolated let changed: AsyncStream<Void>.Continuation

    nonisolated let workers: [LoopThread<Worker>]
    private let checker: LoopThread<HealthChecker>
    nonisolated let board = HealthBoard()
    nonisolated let accessLog: AccessLog?
    private nonisolated let ended: EndCount
    /// What stickiness cookies are signed with where the configuration says nothing.
    nonisolated let cookieKey: Mutex<SipKey>
    private(set) var table: RoutingTable?
    private var concurrency = SharedConcurrency()
    /// Revisions whose outcomes a report tells.
    private(set) var compared: [RevisionKey] = []
    private var ports: [ListenerName: UInt16] = [:]
    private var isClosed = false
    /// What is left of the sockets of the process before; none once a configuration is in force.
    private var inherited: InheritedSockets

    package static let workersMax = 64

    /// Starts the threads; they serve nothing yet.
    package init(
        workers count: Int, limits: WorkerLimits = WorkerLimits(),
        accessLog options: AccessLogOptions? = nil, inherited: InheritedSockets = .none,
        seed: UInt64 = .random(in: 0 ... .max)
    ) throws {
        // Until it is told another: cookies of a balancer without a memory end with it.
        let key = SipKey.random()
        cookieKey = Mutex(key)
        let (changes, changed) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.changes = changes
        self.changed = changed
        self.inherited = inherited
        let isHolding = !inherited.isEmpty
        let ended = EndCount(max(1, count))
        self.ended = ended
        Syscall.raiseDescriptorLimit()
        let accessLog = try options.map { try AccessLog($0, workers: max(1, count)) }
        self.accessLog = accessLog
        let board = board
        let checker = try LoopThread(name: "health") { loop in
            HealthChecker(loop) { key, health in
                if board.note(key, health) { changed.yield() }
            }
        }
        self.checker = checker
        var generator = Generator(seed: seed)
        var workers: [LoopThread<Worker>] = []
        for index in 0..<max(1, count) {
            let seed = generator.next()
            workers.append(
                try LoopThread(name: "worker \(index)") { loop in
                    Worker(
                        loop, index: index, seed: seed, limits: limits, cookieKey: key,
                        log: accessLog?.log(of: index), isHolding: isHolding
                    ) { event in
                        switch event {
                        case .drained, .erred: changed.yield()
                        case .suspected(let key): checker.perform { $0.hasten(key) }
                        case .placeFree(let group, let worker):
                            board.perform(on: worker) { $0.placeIsFree(in: group) }
                        case .ended: ended.one(index)
                        }
                    }
                })
        }
        self.workers = workers
        board.setWorkers(workers)
    }

    /// Signs stickiness cookies with `key` from the next configuration on, where that has none.
    nonisolated func use(cookieKey key: SipKey) {
        cookieKey.withLock { $0 = key }
        for worker in workers { worker.perform { $0.cookieKey = key } }
    }

    /// A table that has been checked, and whose sockets are open.
    struct Prepared: Sendable {
        let table: RoutingTable
        fileprivate(set) var sockets: ListenerSockets
    }

    /// Checks `configuration` as far as can be without changing anything.
    func prepare(
        _ configuration: LoadBalancerConfiguration
    ) throws(ConfigurationDefect) -> Prepared {
        let next = try RoutingTable(configuration, after: table, expressions: .linear)
        let sockets = try ListenerSockets(
            next, after: table, workers: workers.count, inheriting: &inherited)
        return Prepared(table: next, sockets: sockets)
    }

    func discard(_ prepared: consuming Prepared) {
        prepared.sockets.close()
    }

    /// Returns when every worker runs it.
    func commit(_ prepared: Prepared) async {
        let before = ports
        table = prepared.table
        compared = prepared.table.comparedRevisions
        let isComparing = !compared.isEmpty
        for worker in workers { worker.perform { $0.isComparing = isComparing } }
        inherited.close()
        ports = [:]
        for (index, listener) in prepared.table.listeners.enumerated() {
            ports[listener.name] = prepared.sockets.ports[index] ?? before[listener.name]
        }
        let table = prepared.table
        concurrency.follow(table)
        let concurrency = concurrency
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let countdown = Countdown(workers.count) { continuation.resume() }
            board.apply(table, concurrency, opened: prepared.sockets.opened) { countdown.one() }
            // Only now: the board passes over news of targets that it does not know.
            checker.perform { $0.watch(table) }
        }
    }

    /// Puts `configuration` into force in every worker, or throws and changes nothing.
    package func apply(_ configuration: LoadBalancerConfiguration) async throws {
        await commit(try prepare(configuration))
    }

    /// Opens the access log's file anew, after it was renamed.
    package nonisolated func reopenAccessLog() {
        accessLog?.reopen()
    }

    /// The port that a listener has, also where it takes any.
    package func port(of listener: ListenerName) -> UInt16? { ports[listener] }

    /// Stops accepting, lets what is under way end until `milliseconds` are over, then closes.
    ///
    /// With a successor, which accepts from the same sockets, clients at rest have a longer grace.
    package func end(milliseconds: Int, hasSuccessor: Bool = false) async {
        guard !isClosed else { return }
        isClosed = true
        for worker in workers {
            worker.perform {
                $0.beginEnding(milliseconds: milliseconds, hasSuccessor: hasSuccessor)
            }
        }
        await ended.wait(milliseconds: milliseconds)
        checker.stop()
        for worker in workers { worker.stop() }
        checker.join()
        for worker in workers { worker.join() }
        inherited.close()
        accessLog?.end()
        changed.finish()
    }
}
