import Logging
import Naming
import Store

/// Keeps a directory like the store's, one commit after the other, for as long as it runs.
///
/// While the store is away the last good directory stays in force.
struct DirectoryFollower: Sendable {
    let store: any Store
    let counters: NameserverCounters
    let logger: Logger
    /// Puts a directory in force, which has these changes; returns when every later answer comes
    /// from it.
    let adopt: @Sendable (Directory, [Change]) async -> Void

    /// Between attempts to reach the store, doubling from the first to the last.
    private static let pauseMilliseconds = (first: 50, last: 2000)

    /// Keeps `records` like the store's; returns when its task is cancelled.
    func run(with records: inout DirectoryRecords) async {
        var pause = Self.pauseMilliseconds.first
        while !Task.isCancelled {
            do {
                try await follow(&records) { pause = Self.pauseMilliseconds.first }
            } catch {
                logger.warning(
                    "the directory is not followed, the last good one stays in force",
                    metadata: ["error": "\(error)", "revision": "\(records.revision)"])
            }
            counters.storeConnected.set(0)
            try? await Task.sleep(for: .milliseconds(pause))
            pause = min(pause * 2, Self.pauseMilliseconds.last)
        }
    }

    private func follow(
        _ records: inout DirectoryRecords, whenConnected connected: () -> Void
    ) async throws {
        let cursor = try await catchUp(&records)
        connected()
        counters.storeConnected.set(1)
        for try await batch in store.watch(DirectoryRecords.folders, from: cursor) {
            let outcome = records.apply(batch.changes, revision: batch.cursor.revision)
            await adopt(outcome, of: records.directory)
        }
    }

    private func catchUp(_ records: inout DirectoryRecords) async throws -> Cursor {
        let snapshot = try await store.read(DirectoryRecords.folders)
        let outcome = records.replace(with: snapshot)
        await adopt(outcome, of: records.directory)
        return snapshot.cursor
    }

    private func adopt(_ outcome: DirectoryRecords.Outcome, of directory: Directory) async {
        for problem in outcome.problems {
            logger.warning("a record cannot be answered", metadata: ["problem": "\(problem)"])
        }
        await adopt(directory, outcome.changes)
    }
}
