import Store

/// A store whose reads wait until they are let through: a request that is under way.
final class GatedStore: Store {
    private let inner = MemoryStore()
    private let arrivals = AsyncStream.makeStream(of: Void.self)
    private let gate = AsyncStream.makeStream(of: Void.self)

    /// Returns once a read is waiting.
    func untilOneWaits() async {
        for await _ in arrivals.stream { return }
    }

    func open() {
        gate.continuation.finish()
    }

    func read(_ folders: [Key]) async throws(StoreError) -> Snapshot {
        arrivals.continuation.yield()
        for await _ in gate.stream {}
        return try inner.read(folders)
    }

    func commit(_ transaction: Transaction) async throws(StoreError) -> Cursor {
        try inner.commit(transaction)
    }

    func watch(_ folders: [Key], from cursor: Cursor) -> Watch {
        inner.watch(folders, from: cursor)
    }

    func grantLease(milliseconds: Int64) async throws(StoreError) -> LeaseID {
        try inner.grantLease(milliseconds: milliseconds)
    }

    func renew(_ lease: LeaseID) async throws(StoreError) {
        try inner.renew(lease)
    }

    func revoke(_ lease: LeaseID) async throws(StoreError) {
        try inner.revoke(lease)
    }
}
