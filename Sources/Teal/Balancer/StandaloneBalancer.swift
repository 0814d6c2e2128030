import API
import Foundation
import Logging
import Model
import Proxy
import Synchronization

/// A data plane that is fed from a file: no control plane and no store.
actor StandaloneBalancer {
    private let path: String
    nonisolated let plane: DataPlane
    /// Where metrics are served, until a successor serves them there.
    nonisolated let admin = Mutex<AdminServer?>(nil)
    private let resolver: TargetResolver
    private let logger: Logger
    private var file: StandaloneFile
    private var watch: FileWatch
    /// What every worker runs; `nil` before the first configuration.
    private var applied: LoadBalancerConfiguration?
    private var generation: UInt64 = 0
    private var weights = TargetWeights()

    init(
        path: String, workers: Int?, inherited: InheritedSockets = .none, logger: Logger
    ) throws {
        self.path = path
        self.logger = logger
        watch = FileWatch(path: path)
        let file = try StandaloneFile(path: path)
        self.file = file
        let cores = ProcessInfo.processInfo.activeProcessorCount
        let name = file.configuration.loadBalancer.loadBalancer
        plane = try DataPlane(
            workers: inherited.workers ?? workers ?? file.settings.workers ?? cores,
            accessLog: file.settings.accessLog(of: name, usual: nil), inherited: inherited)
        resolver = TargetResolver(server: file.settings.nameServer(), logger: logger)
    }

    /// Serves the file; throws when it cannot be served, or its metrics' port cannot be had.
    ///
    /// A predecessor is dismissed once the targets are checked and its sockets accepted from.
    func start(after predecessor: Predecessor? = nil) async throws {
        keepCookieKey(after: predecessor)
        try await apply(file)
        if let predecessor {
            await plane.proveTargets()
            await plane.beginAccepting()
            try predecessor.dismiss()
        }
        try serveMetrics()
    }

    /// Without a place to keep it in it serves all the same.
    private func keepCookieKey(after predecessor: Predecessor?) {
        let folder = DataFolder(option: file.settings.data).balancer
        do {
            try plane.keepCookieKey(in: folder, after: predecessor)
        } catch {
            logger.warning("Stickiness cookies will not outlive a restart: \(folder): \(error)")
        }
    }

    private func serveMetrics() throws {
        let address = file.settings.metrics
        let admin = AdminServer { [weak self] in await self?.answer($0) ?? .gone }
        do {
            _ = try admin.start(address: address.host, port: address.port)
        } catch {
            throw Failure(
                "metrics can't be served on \(address): \(error)",
                remedy: "choose another place: `teal: {metrics: HOST:PORT}` in \(path)")
        }
        self.admin.withLock { $0 = admin }
    }

    /// Follows the file and the names in it, until cancelled.
    func run() async {
        while !_Concurrency.Task.isCancelled {
            try? await _Concurrency.Task.sleep(for: FileWatch.period)
            if watch.hasChanged() { await reload() }
            if let due = await resolver.nextDue, due <= .now { await resolve() }
        }
    }

    /// Opens the access log anew, after somebody renamed it.
    func reopenLog() {
        plane.reopenAccessLog()
    }

    /// Reads the file again; what is wrong with it is logged, and the old one stays in force.
    func reload() async {
        do {
            let next = try StandaloneFile(path: path)
            if next.settings != file.settings {
                logger.warning("What is under `teal:` comes into force at the next start")
            }
            try await apply(next)
            logger.notice("\(path) is in force, generation \(generation)")
        } catch {
            logger.error("\(path) is not applied: \(Failure.text(of: error))")
        }
    }

    /// Ends every connection with its next response, or when `milliseconds` are over.
    func shutdown(milliseconds: Int) async {
        await plane.end(milliseconds: milliseconds)
        admin.withLock { $0 }?.stop()
    }

    /// The same when a successor has the sockets.
    func retire(milliseconds: Int) async {
        await plane.end(milliseconds: milliseconds, hasSuccessor: true)
    }

    /// Does what a message over the control socket asks for; `done`, or what is wrong with it.
    func take(_ message: String) -> String {
        guard let change = TargetChange(message: message) else {
            return "a balancer of this version does not know '\(message)'"
        }
        guard let applied else { return "it has no configuration yet" }
        do throws(Failure) {
            try weights.take(change, in: applied)
        } catch {
            return "\(error)"
        }
        plane.weigh(weights.percents)
        logger.notice("\(change.target) gets \(change.weight) % of a full share")
        return BalancerControl.done
    }

    private func apply(_ next: StandaloneFile) async throws {
        let targets = await resolver.targets(of: next.configuration.targets)
        try await bring(next.configuration.configuration(generation: 0, targets: targets))
        file = next
    }

    private func resolve() async {
        do {
            let targets = await resolver.targets(of: file.configuration.targets)
            try await bring(file.configuration.configuration(generation: 0, targets: targets))
        } catch {
            logger.error("The targets that were looked up are not applied: \(error)")
        }
    }

    /// Into force, unless it is in force already.
    private func bring(_ configuration: LoadBalancerConfiguration) async throws {
        var configuration = configuration
        configuration.generation = generation
        guard configuration != applied else { return }
        configuration.generation = generation + 1
        try await plane.apply(configuration)
        generation += 1
        applied = configuration
    }

    private func answer(_ path: String) async -> AdminAnswer {
        switch path {
        case "/metrics": .metrics(await plane.metrics())
        case "/health": AdminAnswer(status: 200, body: "ready\n")
        default: await plane.page(path) ?? .unknownPath
        }
    }
}
