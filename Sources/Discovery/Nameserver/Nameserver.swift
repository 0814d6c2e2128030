package import Logging
import Loop
import Model
import Naming
package import Store
import Synchronization

/// Answers DNS over UDP and TCP for the names of healthy, serving tasks.
///
/// Its workers answer, a thread each; a task follows the store and hands them a new directory after
/// each change, then reports that it is in force.
package final class Nameserver: Sendable {
    private let options: NameserverOptions
    private let store: any Store
    private let logger: Logger
    private let counters = NameserverCounters()
    private let state = Mutex(State())

    private struct State {
        var workers: [LoopThread<Answerer>] = []
        var port: UInt16?
        /// What answers began with: the archive's directory, or an empty one.
        var saved: DirectoryRecords?
        var following: _Concurrency.Task<Void, Never>?
    }

    package init(options: NameserverOptions, store: any Store, logger: Logger) {
        self.options = options
        self.store = store
        self.logger = logger
    }

    /// The port it listens on, once it is started.
    package var port: UInt16? { state.withLock { $0.port } }

    /// Listens and answers; returns when it does.
    ///
    /// From the saved directory if there is one. Without, it answers SERVFAIL until the store has
    /// been read. Throws a `NameserverError` when it cannot listen.
    package func start() throws {
        guard let address = SocketAddress(options.address, port: options.port) else {
            throw NameserverError.badAddress(options.address)
        }
        let (saved, isKnown) = try restored()
        let setup = try setup(directory: isKnown ? saved.directory : nil, on: address)
        let (workers, port) = try startWorkers(on: address, setup)
        state.withLock { state in
            state.workers = workers
            state.port = port
            state.saved = saved
        }
    }

    private func setup(
        directory: Directory?, on address: SocketAddress
    ) throws(NameserverError) -> Answerer.Setup {
        let resolvers = try resolvers(besides: address)
        var generator = SystemRandomNumberGenerator()
        var settings = Responder.Settings()
        settings.policy = AnswerPolicy(answersMax: options.answersMax)
        settings.cookies = CookieSecret(SipKey(using: &generator))
        settings.forwards = !resolvers.isEmpty
        settings.transfersTo = options.transfersTo
        settings.keepalive = UInt16(clamping: options.idleMilliseconds / 100)
        return Answerer.Setup(
            directory: directory, settings: settings,
            rateLimit: ResponseRateLimit(
                responsesPerSecond: options.responsesPerSecond, key: SipKey(using: &generator)),
            limits: Answerer.Limits(
                connectionsMax: options.connectionsMax, idleMilliseconds: options.idleMilliseconds),
            counters: counters, resolvers: resolvers)
    }

    /// A server that asked itself would never have an answer.
    private func resolvers(
        besides own: SocketAddress
    ) throws(NameserverError) -> [SocketAddress] {
        var resolvers: [SocketAddress] = []
        for text in options.forwarders {
            guard let resolver = SocketAddress(resolver: text), resolver != own else {
                throw .badForwarder(text)
            }
            resolvers.append(resolver)
        }
        return resolvers
    }

    /// The workers, and the port that they share.
    private func startWorkers(
        on address: SocketAddress, _ setup: Answerer.Setup
    ) throws -> ([LoopThread<Answerer>], UInt16) {
        let isShared = options.workers > 1
        // Who shares a port shares it with any process of this user: hold it while they start, as
        // nobody can who finds it in use.
        let held = isShared ? try hold(address) : nil
        let address = try held?.localAddress() ?? address
        let port = Mutex(address.port)
        var workers: [LoopThread<Answerer>] = []
        for _ in 0..<max(1, options.workers) {
            do {
                workers.append(
                    try LoopThread(name: "nameserver") { loop in
                        let sockets = try NameserverSockets(on: address, sharing: isShared)
                        port.withLock { $0 = sockets.port }
                        return Answerer(loop: loop, sockets: sockets, setup: setup)
                    })
            } catch let error as Errno {
                Self.end(workers)
                throw NameserverError.cannotListen(address, error)
            }
        }
        return (workers, port.withLock { $0 })
    }

    private func hold(_ address: SocketAddress) throws(NameserverError) -> Descriptor {
        do {
            return try Descriptor.reserving(address)
        } catch {
            throw .cannotListen(address, error)
        }
    }

    private static func end(_ workers: [LoopThread<Answerer>]) {
        for worker in workers { worker.stop() }
        for worker in workers { worker.join() }
    }

    /// Follows the store until its task is cancelled or `shutdown` is called; answering goes on.
    package func run() async {
        let workers = state.withLock { $0.workers }
        guard let contents = state.withLock({ $0.saved?.contents }) else { return }
        let reporter = NameserverReporter(
            options: options, saved: contents, store: store, counters: counters, logger: logger)
        let follower = DirectoryFollower(store: store, counters: counters, logger: logger) {
            directory, changes in
            for worker in workers {
                guard await worker.adopt(directory) else { return }
            }
            reporter.note(changes, revision: directory.revision)
        }
        let prober = Prober(
            id: options.id, intervalMilliseconds: options.probeIntervalMilliseconds, store: store,
            counters: counters, logger: logger)
        let following = _Concurrency.Task {
            await withTaskGroup { group in
                group.addTask { await prober.run() }
                group.addTask { await self.follow(with: follower) }
                group.addTask { await reporter.run() }
            }
        }
        state.withLock { $0.following = following }
        await withTaskCancellationHandler {
            await following.value
        } onCancel: {
            following.cancel()
        }
    }

    private func follow(with follower: DirectoryFollower) async {
        guard var records = state.withLock({ $0.saved.take() }) else { return }
        await follower.run(with: &records)
    }

    /// Withdraws its report, so that nobody waits for it, and then stops answering.
    package func shutdown() async {
        let following = state.withLock { $0.following.take() }
        following?.cancel()
        await following?.value
        let workers = state.withLock { state in
            defer { state.workers = [] }
            return state.workers
        }
        Self.end(workers)
    }

    /// Its counters in Prometheus' text format.
    package func metrics() -> String { counters.text }
}

// MARK: Beginning

extension Nameserver {
    /// What an earlier process saved, and whether there was anything.
    private func restored() throws -> (DirectoryRecords, isKnown: Bool) {
        var records = DirectoryRecords(
            nameserver: try ownAddresses(), whenAllUnhealthy: options.unhealthyRule)
        guard let path = options.archivePath else { return (records, false) }
        do {
            guard let saved = try DirectoryArchive(path: path).load() else {
                return (records, false)
            }
            // What could not be published then was said then.
            _ = records.replace(with: saved)
            counters.directoryRevision.set(Int(truncatingIfNeeded: records.revision))
            return (records, true)
        } catch {
            logger.warning(
                "the saved directory cannot be read, answers wait for the store",
                metadata: ["path": "\(path)", "error": "\(error)"])
            return (records, false)
        }
    }

    /// A wildcard address leads nowhere, so it is not told.
    private func ownAddresses() throws -> [IPAddress] {
        let text = options.advertisedAddress ?? options.address
        guard let address = IPAddress(text) else { throw NameserverError.badAddress(text) }
        return address.isUnspecified ? [] : [address]
    }
}

extension LoopThread<Answerer> {
    /// Returns when every later answer comes from `directory`; false when the thread is ending.
    fileprivate func adopt(_ directory: Directory) async -> Bool {
        await withCheckedContinuation { continuation in
            let taken = perform { answerer in
                answerer.adopt(directory)
                continuation.resume(returning: true)
            }
            if !taken { continuation.resume(returning: false) }
        }
    }
}

extension SocketAddress {
    /// Reads ADDRESS, ADDRESS:PORT or [ADDRESS]:PORT; the port is 53 when there is none.
    fileprivate init?(resolver text: String) {
        if let plain = SocketAddress(text, port: 53) {
            self = plain
            return
        }
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...])
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        self.init(String(host), port: port)
    }
}
