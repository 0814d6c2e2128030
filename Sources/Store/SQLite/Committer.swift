import Dispatch
import GRDB
import Store
import Synchronization

/// The line of writers in this process: those that wait together share one transaction of SQLite
/// and one fsync, each with its own answer.
final class Committer: Sendable {
    /// More than this many may not wait.
    static let waitingMax = 4096
    /// So that nobody waits for much more than its own commit.
    static let groupMax = 256

    private let pool: DatabasePool
    private let turnstile: Turnstile
    private let bell: Bell
    private let settings: SQLiteStore.Settings
    private let line = Mutex(Line())
    private let overdue = Mutex(Overdue())

    private struct Line {
        var waiting: [Job] = []
        var isScheduled = false

        mutating func takeGroup() -> [Job] {
            var count = 0
            var bytes = 0
            for job in waiting.prefix(Committer.groupMax) {
                bytes += job.bytes
                guard count == 0 || bytes <= Limits.transactionBytesMax else { break }
                count += 1
            }
            defer { waiting.removeFirst(count) }
            return Array(waiting.prefix(count))
        }
    }

    private struct Job: Sendable {
        let isDurable: Bool
        let bytes: Int
        /// Returns the answer to give when the group has been committed.
        let apply: @Sendable (inout SQLLedger) throws -> @Sendable () -> Void
        let fail: @Sendable (StoreError) -> Void
    }

    init(pool: DatabasePool, turnstile: Turnstile, bell: Bell, settings: SQLiteStore.Settings) {
        self.pool = pool
        self.turnstile = turnstile
        self.bell = bell
        self.settings = settings
    }

    /// Runs `body` in a transaction of SQLite and returns when that is committed; for `isDurable`,
    /// when it is on the disk.
    ///
    /// A `StoreError` that `body` throws before it changes anything is its own; every other error
    /// undoes the whole group.
    func perform<Outcome: Sendable>(
        isDurable: Bool, bytes: Int = 0,
        _ body: @escaping @Sendable (inout SQLLedger) throws -> Outcome
    ) async throws(StoreError) -> Outcome {
        let result: Result<Outcome, StoreError> = await withCheckedContinuation { caller in
            let job = Job(isDurable: isDurable, bytes: bytes) { ledger in
                let result: Result<Outcome, StoreError>
                do {
                    result = .success(try body(&ledger))
                } catch let error as StoreError {
                    result = .failure(error)
                }
                return { caller.resume(returning: result) }
            } fail: { error in
                caller.resume(returning: .failure(error))
            }
            enter(job)
        }
        return try result.get()
    }

    /// Ends the leases that were found due before, and finds those that are due now; to be asked
    /// again after `Overdue.pauseMilliseconds`.
    func expireLeases() {
        let asked = ContinuousClock.now
        enter(
            Job(isDurable: false, bytes: 0) { [self] ledger in
                let now = settings.clock()
                if let due = overdue.withLock({ $0.look(now, askedAt: asked) }) {
                    try ledger.expireLeases(at: due)
                }
                return {}
            } fail: { _ in
            })
    }

    private func enter(_ job: Job) {
        let (isFull, mustSchedule) = line.withLock { line in
            guard line.waiting.count < Committer.waitingMax else { return (true, false) }
            line.waiting.append(job)
            defer { line.isScheduled = true }
            return (false, !line.isScheduled)
        }
        if isFull { job.fail(.unavailable("\(Committer.waitingMax) commits wait already.")) }
        if mustSchedule { schedule() }
    }

    private func schedule() {
        pool.asyncWriteWithoutTransaction { db in
            self.commitGroup(in: db)
            let isLeft = self.line.withLock { line in
                line.isScheduled = !line.waiting.isEmpty
                return line.isScheduled
            }
            if isLeft { self.schedule() }
        }
    }

    private func commitGroup(in db: Database) {
        let group = line.withLock { $0.takeGroup() }
        do {
            let answers = try commit(group, in: db)
            for answer in answers { answer() }
        } catch {
            let error = StoreError(error, of: "commit", at: pool.path)
            for job in group { job.fail(error) }
        }
    }

    private func commit(_ group: [Job], in db: Database) throws -> [@Sendable () -> Void] {
        try db.sync(group.contains(where: \.isDurable) ? .full : .normal)
        try turnstile.pass { try db.beginTransaction(.immediate) }
        do {
            var ledger = try SQLLedger(db, historyMax: settings.historyMax)
            let answers = try group.map { try $0.apply(&ledger) }
            try ledger.save()
            try db.commit()
            if ledger.isNews {
                turnstile.signal()
                bell.ring(ledger.revision)
            }
            return answers
        } catch {
            // SQLite itself rolls back after some errors.
            if db.isInsideTransaction { try db.rollback() }
            throw error
        }
    }
}
