import Synchronization

/// The reference implementation: what it holds dies with the process.
///
/// Its methods do not suspend, so that a simulator that has the concrete type calls them in one
/// thread, in an order of its own.
package final class MemoryStore: Store {
    private let ledger: Mutex<Ledger>
    private let bell = Bell()
    private let clock: @Sendable () -> Int64
    private let expiresByItself: Bool

    /// A store whose leases expire by themselves, in real time.
    package convenience init(historyMax: Int = 1 << 16) {
        let start = ContinuousClock.now
        self.init(historyMax: historyMax, expiresByItself: true) {
            Int64((ContinuousClock.now - start) / .milliseconds(1))
        }
    }

    /// A store in the time of `clock`, in milliseconds: leases expire when its owner calls
    /// `expireLeases(at:)`, and only then.
    package convenience init(
        historyMax: Int = 1 << 16, clock: @escaping @Sendable () -> Int64
    ) {
        self.init(historyMax: historyMax, expiresByItself: false, clock: clock)
    }

    private init(
        historyMax: Int, expiresByItself: Bool, clock: @escaping @Sendable () -> Int64
    ) {
        ledger = Mutex(Ledger(historyMax: historyMax))
        self.expiresByItself = expiresByItself
        self.clock = clock
    }

    package func read(_ folders: [Key]) throws(StoreError) -> Snapshot {
        ledger.withLock { $0.read(folders) }
    }

    @discardableResult
    package func commit(_ transaction: Transaction) throws(StoreError) -> Cursor {
        try change { ledger, now throws(StoreError) in try ledger.commit(transaction, at: now) }
    }

    package func watch(_ folders: [Key], from cursor: Cursor) -> Watch {
        .following(bell, from: cursor) { [self] cursor throws(StoreError) in
            try changes(in: folders, after: cursor)
        }
    }

    /// What a watch would deliver next, empty when there is nothing yet: for a simulator.
    package func changes(in folders: [Key], after cursor: Cursor) throws(StoreError) -> Batch {
        try ledger.withLock { ledger throws(StoreError) in
            try ledger.changes(in: folders, after: cursor)
        }
    }

    package func grantLease(milliseconds: Int64) throws(StoreError) -> LeaseID {
        let lease = try change { ledger, now throws(StoreError) in
            ledger.grantLease(milliseconds: milliseconds, at: now)
        }
        if expiresByItself { expireInTime(lease) }
        return lease
    }

    package func renew(_ lease: LeaseID) throws(StoreError) {
        try change { ledger, now throws(StoreError) in try ledger.renew(lease, at: now) }
    }

    package func revoke(_ lease: LeaseID) throws(StoreError) {
        try change { ledger, _ throws(StoreError) in ledger.revoke(lease) }
    }

    /// Removes the leases whose time is over at `now`, with their records.
    package func expireLeases(at now: Int64) {
        let revision = ledger.withLock { ledger in
            ledger.expireLeases(at: now)
            return ledger.revision
        }
        bell.ring(revision)
    }

    /// The first moment at which `expireLeases(at:)` would find something; `nil` without leases.
    package var nextExpiry: Int64? { ledger.withLock { $0.nextExpiry } }

    private func change<Result: Sendable>(
        _ body: (inout Ledger, Int64) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        let now = clock()
        let (result, revision) = try ledger.withLock { ledger throws(StoreError) in
            (try body(&ledger, now), ledger.revision)
        }
        bell.ring(revision)
        return result
    }

    /// Sleeps from deadline to deadline, for as long as the lease is renewed and the store held.
    private func expireInTime(_ lease: LeaseID) {
        Task { [weak self] in
            while let pause = self?.timeLeft(of: lease) {
                try await Task.sleep(for: pause)
                if let self { expireLeases(at: clock()) }
            }
        }
    }

    private func timeLeft(of lease: LeaseID) -> Duration? {
        let expiry = ledger.withLock { $0.expiry(of: lease) }
        return expiry.map { .milliseconds(max(1, $0 - clock())) }
    }
}
