import Logging
import Model
import Store
import Synchronization

/// Brings task states into the store: the newest of each task, several in one commit.
///
/// While the store is away only the newest state of each task is kept, so nothing piles up.
final class TaskStateReporter: Sendable {
    /// How many states share a commit.
    static let batchMax = 64
    static let retryMilliseconds: Int64 = 250

    private let store: any Store
    private let logger: Logger
    private let state = Mutex(State())
    private let bell: AsyncStream<Void>
    private let ring: AsyncStream<Void>.Continuation

    private struct State {
        var pending: [TaskID: TaskState] = [:]
        var waiting: [CheckedContinuation<Void, Never>] = []
        /// Those whose states were taken last and are on their way.
        var sent: Set<TaskID> = []
        var isEnded = false
    }

    init(store: any Store, logger: Logger) {
        self.store = store
        self.logger = logger
        (bell, ring) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func submit(_ taskState: TaskState) {
        state.withLock { $0.pending[taskState.task] = taskState }
        ring.yield()
    }

    /// Whether the store has all that was submitted of a task.
    func hasReported(_ task: TaskID) -> Bool {
        state.withLock { $0.pending[task] == nil && !$0.sent.contains(task) }
    }

    /// Returns when all that was submitted is in the store, `run` has ended, or the time is over.
    func drained(withinMilliseconds limit: Int64) async {
        let alarm = _Concurrency.Task {
            try await _Concurrency.Task.sleep(for: .milliseconds(limit))
            settle()
        }
        defer { alarm.cancel() }
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                guard !state.isEnded, !state.sent.isEmpty || !state.pending.isEmpty else {
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isDone { continuation.resume() }
        }
    }

    /// Reports until the task is cancelled.
    func run() async {
        for await _ in bell {
            while let batch = take(), !_Concurrency.Task.isCancelled {
                if await commit(batch) { continue }
                putBack(batch)
                try? await _Concurrency.Task.sleep(
                    for: .milliseconds(TaskStateReporter.retryMilliseconds))
            }
        }
        state.withLock { $0.isEnded = true }
        settle()
    }

    private func take() -> [TaskState]? {
        let batch = state.withLock { state -> [TaskState] in
            let ids = state.pending.keys.sorted().prefix(TaskStateReporter.batchMax)
            state.sent = Set(ids)
            return ids.compactMap { state.pending.removeValue(forKey: $0) }
        }
        guard batch.isEmpty else { return batch }
        settle()
        return nil
    }

    private func putBack(_ batch: [TaskState]) {
        state.withLock { state in
            state.sent = []
            // What was submitted meanwhile is newer.
            for taskState in batch where state.pending[taskState.task] == nil {
                state.pending[taskState.task] = taskState
            }
        }
    }

    private func settle() {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    private func commit(_ batch: [TaskState]) async -> Bool {
        do {
            let keys = batch.flatMap { state in
                [
                    Key.taskState(state.task, in: state.cluster),
                    .task(state.task, in: state.cluster),
                ]
            }
            var records: [Key: Record] = [:]
            for record in try await store.read(keys).records { records[record.key] = record }
            var transaction = Transaction()
            for state in batch {
                try TaskStateReporter.add(state, to: &transaction, given: records)
            }
            if !transaction.writes.isEmpty { try await store.commit(transaction) }
            return true
        } catch {
            logger.debug("task states are not yet in the store: \(error)")
            return false
        }
    }

    /// Adds what brings `state` into the store; nothing when the store already has it, and a
    /// removal when the task itself is gone and this was the last of it.
    private static func add(
        _ state: TaskState, to transaction: inout Transaction, given records: [Key: Record]
    ) throws(StoreError) {
        let key = Key.taskState(state.task, in: state.cluster)
        let isOver = state.lastStatus == .stopped
        guard records[.task(state.task, in: state.cluster)] != nil else {
            if isOver, records[key] != nil { transaction.writes.append(.remove(key)) }
            return
        }
        guard let record = records[key] else {
            transaction.preconditions.append(.absent(key))
            transaction.writes.append(try .put(key, state))
            return
        }
        let shown: TaskState = try record.decode()
        // Statuses only move forward: a task that was shown as stopped stays so.
        guard shown.lastStatus != .stopped || isOver else { return }
        var state = state
        guard !state.differsOnlyInVersion(from: shown) else { return }
        state.version = max(state.version, shown.version + 1)
        transaction.preconditions.append(.unchanged(key, version: record.version))
        transaction.writes.append(try .put(key, state))
    }
}

extension TaskState {
    fileprivate func differsOnlyInVersion(from other: TaskState) -> Bool {
        var other = other
        other.version = version
        return self == other
    }
}
