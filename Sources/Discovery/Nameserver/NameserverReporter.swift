import Logging
import Model
import Store
import Synchronization

/// Tells the store which revision a name server answers from, under a lease that it keeps alive.
///
/// It saves a directory before it reports it: what was reported, a restart never falls behind,
/// even while the store is away.
final class NameserverReporter: Sendable {
    private let id: String
    private let store: any Store
    private let journal: DirectoryJournal?
    private let counters: NameserverCounters
    private let logger: Logger
    private let newest = Mutex<News?>(nil)
    /// Rung when there is a new directory, and regularly for the lease; rings run together.
    private let rings: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation

    /// Milliseconds after which a name server that is not heard of is not waited for.
    static let leaseMilliseconds: Int64 = 10_000
    /// A lease survives two lost renewals.
    private static let renewal = Duration.milliseconds(leaseMilliseconds / 3)

    /// What has come since the last save.
    private struct News {
        var revision: UInt64
        var changes: [Change] = []
    }

    /// `saved` is what answers began with, and the archive's contents if there is one.
    init(
        options: NameserverOptions, saved: [Key: [UInt8]], store: any Store,
        counters: NameserverCounters, logger: Logger
    ) {
        id = options.id
        journal = options.archivePath.map {
            DirectoryJournal(archive: DirectoryArchive(path: $0), contents: saved)
        }
        self.store = store
        self.counters = counters
        self.logger = logger
        (rings, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Takes note that the directory of a revision is in force, which has these changes.
    func note(_ changes: [Change], revision: UInt64) {
        newest.withLock { newest in
            var news = newest.take() ?? News(revision: revision)
            news.revision = revision
            if journal != nil { news.changes += changes }
            newest = news
        }
        bell.yield()
    }

    /// Returns when its task is cancelled, after it has withdrawn its report.
    func run() async {
        var standing = Standing()
        await withTaskGroup { group in
            group.addTask { await self.ringForRenewals() }
            for await _ in rings {
                do {
                    try await attend(to: &standing)
                } catch {
                    logger.warning(
                        "the name server's report was not taken", metadata: ["error": "\(error)"])
                }
            }
            group.cancelAll()
        }
        await withdraw(standing)
    }

    /// What the store knows of this name server.
    private struct Standing {
        var lease: LeaseID?
        var renewed = ContinuousClock.now
        var saved: UInt64?
        var reported: UInt64?
    }

    private func ringForRenewals() async {
        while !_Concurrency.Task.isCancelled {
            try? await _Concurrency.Task.sleep(for: Self.renewal)
            bell.yield()
        }
    }

    private func attend(to standing: inout Standing) async throws {
        guard let news = takeNews() else { return }
        await save(news, &standing)
        do {
            try await renew(&standing)
            try await report(news.revision, &standing)
        } catch StoreError.leaseExpired {
            standing.lease = nil
            standing.reported = nil
            try await report(news.revision, &standing)
        }
    }

    /// The revision stays known: it is reported again when a lease has run out.
    private func takeNews() -> News? {
        newest.withLock { newest in
            let news = newest
            newest?.changes = []
            return news
        }
    }

    /// A disk that fails must not hold deployments up: the report goes on, and the failure is told.
    private func save(_ news: News, _ standing: inout Standing) async {
        guard let journal, standing.saved != news.revision else { return }
        do {
            try await journal.save(news.changes, revision: news.revision)
            standing.saved = news.revision
        } catch {
            counters.archiveFailures.add(1)
            logger.error(
                "the directory could not be saved",
                metadata: ["path": "\(journal.archive.path)", "error": "\(error)"])
        }
    }

    private func renew(_ standing: inout Standing) async throws {
        let now = ContinuousClock.now
        guard let lease = standing.lease, now - standing.renewed >= Self.renewal else { return }
        try await store.renew(lease)
        standing.renewed = now
    }

    private func report(_ revision: UInt64, _ standing: inout Standing) async throws {
        guard standing.reported != revision else { return }
        if standing.lease == nil {
            standing.renewed = ContinuousClock.now
            standing.lease = try await store.grantLease(milliseconds: Self.leaseMilliseconds)
        }
        let report = NameserverReport(id: id, appliedRevision: revision)
        let write = try Write.put(.liveNameserver(id), report, lease: standing.lease)
        try await store.commit(Transaction([write]))
        standing.reported = revision
    }

    /// Its own task: the one that runs this is cancelled, and the store would hear of it.
    private func withdraw(_ standing: Standing) async {
        guard let lease = standing.lease else { return }
        let store = store
        await _Concurrency.Task { try? await store.revoke(lease) }.value
    }
}
