package import Logging
package import Model
package import Store

/// Who a balancer is and what it may use.
package struct BalancerOptions: Sendable {
    package var id: BalancerID
    package var loadBalancer: LoadBalancerName
    /// The address that clients and DNS use for it.
    package var address: String
    /// Threads that serve requests; 1-64.
    package var workers = 1
    /// Where it keeps the last good snapshot. Made when it is not there.
    package var stateFolder: String
    /// Where `/metrics` and `/health` are served, if anywhere.
    package var adminAddress = "127.0.0.1"
    package var adminPort: UInt16?
    /// Metrics of what runs in the same process, shown after its own.
    package var companionMetrics: (@Sendable () -> String)?
    package var limits = WorkerLimits()
    /// The access log, if there is one.
    package var accessLog: AccessLogOptions?

    package init(
        id: BalancerID, loadBalancer: LoadBalancerName, address: String, stateFolder: String
    ) {
        self.id = id
        self.loadBalancer = loadBalancer
        self.address = address
        self.stateFolder = stateFolder
    }
}

/// A load balancer's data plane with its two ends in the store: generations in, reports out.
///
/// It serves from its saved snapshot before it asks anybody, and goes on when the store is away.
package actor Balancer {
    let options: BalancerOptions
    let store: any Store
    let logger: Logger
    let folder: StateFolder
    package nonisolated let plane: DataPlane
    private var admin: AdminServer?
    /// The port of `/metrics` and `/health`, also when they took any.
    package private(set) var adminPort: UInt16?

    /// What every worker runs.
    var applied: Generation?
    var parts = Parts()
    var refusal: BalancerReport.Refusal?
    /// Until its report stands in the store beside the generation that it runs: such a balancer
    /// counts for no barrier. It starts so, and is so again when its lease was lost.
    var isFenced = true
    var incarnation: UInt64 = 0

    var lease: LeaseID?
    var leaseRenewedAt = ContinuousClock.now
    var isRegistered = false
    var lastReport: BalancerReport?
    let nudges: AsyncStream<Void>
    nonisolated let nudged: AsyncStream<Void>.Continuation

    package init(options: BalancerOptions, store: any Store, logger: Logger) throws {
        self.options = options
        self.store = store
        self.logger = logger
        folder = StateFolder(path: options.stateFolder)
        plane = try DataPlane(
            workers: options.workers, limits: options.limits, accessLog: options.accessLog)
        (nudges, nudged) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Serves what was saved, if anything; throws when it cannot keep its state.
    package func start() async throws {
        try folder.create()
        incarnation = try folder.nextIncarnation()
        plane.use(cookieKey: try folder.cookieKey())
        await restore()
        if let port = options.adminPort {
            let admin = AdminServer { [weak self] in await self?.answer($0) ?? .gone }
            adminPort = try admin.start(address: options.adminAddress, port: port)
            self.admin = admin
        }
    }

    /// Follows the store and reports to it, until cancelled or shut down.
    package func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.follow() }
            group.addTask { await self.beat() }
            group.addTask { [plane, nudged] in
                for await _ in plane.changes { nudged.yield() }
                nudged.finish()
            }
            await report()
            group.cancelAll()
        }
    }

    /// Stops accepting, ends every connection with its next response or when it is idle, and
    /// returns when all are gone or `milliseconds` are over.
    package func shutdown(milliseconds: Int) async {
        await plane.end(milliseconds: milliseconds)
        admin?.stop()
        if let lease { try? await store.revoke(lease) }
    }

    package nonisolated func metrics() async -> String {
        await plane.metrics() + (options.companionMetrics?() ?? "")
    }

    /// Whether it runs what the store says, for its own health endpoint.
    package var isReady: Bool { applied != nil && !isFenced }

    private func restore() async {
        do {
            guard let saved = try folder.load() else { return }
            try await plane.apply(saved.configuration)
            applied = saved.generation
            logger.info("Serving from the saved snapshot", metadata: metadata(saved.generation))
        } catch {
            // A fresh start serves nothing until the store is read; a damaged one is no worse.
            logger.error("The saved snapshot cannot be served: \(error)")
        }
    }

    func metadata(_ generation: Generation) -> Logger.Metadata {
        ["loadBalancer": "\(options.loadBalancer)", "generation": "\(generation.number)"]
    }
}
