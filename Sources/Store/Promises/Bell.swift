import Synchronization

/// Wakes the watches of one process when the store's history has grown.
package final class Bell: Sendable {
    private let state = Mutex(State())

    private struct State {
        var revision: UInt64 = 0
        var lastTicket: UInt64 = 0
        var waiting: [UInt64: Waiter] = [:]
    }

    private struct Waiter {
        let revision: UInt64
        let continuation: CheckedContinuation<Void, Never>
    }

    package init() {}

    /// Wakes whoever waits for a revision up to `revision`, first come first.
    package func ring(_ revision: UInt64) {
        let woken = state.withLock { state in
            state.revision = max(state.revision, revision)
            let due = state.waiting.filter { $0.value.revision < state.revision }.keys.sorted()
            return due.compactMap { state.waiting.removeValue(forKey: $0)?.continuation }
        }
        for continuation in woken { continuation.resume() }
    }

    /// Returns when the bell has rung for more than `revision`, or the task is cancelled.
    package func wait(past revision: UInt64) async {
        let ticket = state.withLock { state in
            state.lastTicket += 1
            return state.lastTicket
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = state.withLock { state in
                    guard state.revision <= revision, !Task.isCancelled else { return false }
                    state.waiting[ticket] = Waiter(revision: revision, continuation: continuation)
                    return true
                }
                if !waits { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: ticket) }?.continuation.resume()
        }
    }
}

extension Watch {
    /// A watch that asks for what followed its place, and waits at `bell` when that was nothing.
    ///
    /// It asks only when its reader is ready for more: a slow reader gets fewer, larger batches,
    /// and no queue grows in between.
    package static func following(
        _ bell: Bell, from cursor: Cursor,
        changes: @escaping @Sendable (Cursor) async throws(StoreError) -> Batch
    ) -> Watch {
        let place = Mutex(cursor)
        return Watch(unfolding: {
            while !Task.isCancelled {
                let batch: Batch
                do {
                    batch = try await changes(place.withLock { $0 })
                } catch {
                    // A reader that is cancelled has no use for how its last question failed.
                    if Task.isCancelled { break }
                    throw error
                }
                place.withLock { $0 = batch.cursor }
                guard batch.changes.isEmpty else { return batch }
                await bell.wait(past: batch.cursor.revision)
            }
            return nil
        })
    }
}
