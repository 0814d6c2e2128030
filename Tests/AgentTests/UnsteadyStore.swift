import Store
import Synchronization

/// A store that fails as often as it is told to, before or after it has done its work.
final class UnsteadyStore: Store {
    private let inner: MemoryStore
    private let failures: Mutex<Int>

    /// Every second call fails until there were `failures` of them.
    init(_ inner: MemoryStore, failures: Int) {
        self.inner = inner
        self.failures = Mutex(failures * 2)
    }

    /// Whether this call is to fail; which half of its time it does so changes too.
    private func fails() -> Bool {
        failures.withLock { left in
            guard left > 0 else { return false }
            left -= 1
            return left % 2 == 0
        }
    }

    func read(_ folders: [Key]) async throws(StoreError) -> Snapshot {
        if fails() { throw .unavailable("the test says so") }
        return try inner.read(folders)
    }

    func commit(_ transaction: Transaction) async throws(StoreError) -> Cursor {
        let cursor = try inner.commit(transaction)
        // Done, but the reply is lost.
        if fails() { throw .unavailable("the test says so") }
        return cursor
    }

    func watch(_ folders: [Key], from cursor: Cursor) -> Watch {
        if fails() { return Watch { $0.finish(throwing: StoreError.compacted) } }
        return inner.watch(folders, from: cursor)
    }

    func grantLease(milliseconds: Int64) async throws(StoreError) -> LeaseID {
        if fails() { throw .unavailable("the test says so") }
        return try inner.grantLease(milliseconds: milliseconds)
    }

    func renew(_ lease: LeaseID) async throws(StoreError) {
        if fails() { throw .leaseExpired(lease) }
        try inner.renew(lease)
    }

    func revoke(_ lease: LeaseID) async throws(StoreError) {
        try inner.revoke(lease)
    }
}
