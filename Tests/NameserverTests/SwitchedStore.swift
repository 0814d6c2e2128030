import Store
import Synchronization

/// A memory store that can be cut off: every call fails, and every watch ends.
final class SwitchedStore: Store {
    private let memory = MemoryStore()
    private let state = Mutex(State())

    private struct State {
        var isAway: Bool = false
        var watches: [AsyncThrowingStream<Batch, any Error>.Continuation] = []
    }

    init(isAway: Bool = false) {
        state.withLock { $0.isAway = isAway }
    }

    var isAway: Bool {
        get { state.withLock { $0.isAway } }
        set {
            let ended = state.withLock { state in
                state.isAway = newValue
                defer { state.watches = [] }
                return state.watches
            }
            for watch in ended { watch.finish(throwing: StoreError.unavailable("cut off")) }
        }
    }

    /// The store behind the switch.
    var behind: MemoryStore { memory }

    private func check() throws(StoreError) {
        if isAway { throw .unavailable("cut off") }
    }

    func read(_ folders: [Key]) async throws(StoreError) -> Snapshot {
        try check()
        return try memory.read(folders)
    }

    func commit(_ transaction: Transaction) async throws(StoreError) -> Cursor {
        try check()
        return try memory.commit(transaction)
    }

    func watch(_ folders: [Key], from cursor: Cursor) -> Watch {
        let watch = memory.watch(folders, from: cursor)
        let (stream, continuation) = Watch.makeStream()
        state.withLock { $0.watches.append(continuation) }
        let forwarding = Task {
            for try await batch in watch { continuation.yield(batch) }
            continuation.finish()
        }
        continuation.onTermination = { _ in forwarding.cancel() }
        return stream
    }

    func grantLease(milliseconds: Int64) async throws(StoreError) -> LeaseID {
        try check()
        return try memory.grantLease(milliseconds: milliseconds)
    }

    func renew(_ lease: LeaseID) async throws(StoreError) {
        try check()
        try memory.renew(lease)
    }

    func revoke(_ lease: LeaseID) async throws(StoreError) {
        try check()
        try memory.revoke(lease)
    }
}
