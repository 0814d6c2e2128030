import Logging
import Store

/// Keeps a directory like the store's, one commit after the other, for as long as it runs.
///
/// While the store is away the last good directory stays in force.
struct DirectoryFollower: Sendable {
    let store: any Store
    let counters: NameserverCounters
    let logger: Logger
    /// Puts a directory in force; returns when every later answer comes from it.
    let adopt: @Sendable (DirectoryRecords) async -> Void

    /// Between attempts to reach the store, doubling from the first to the last.
    private static let pauseMilliseconds = (first: 50, last: 2000)

    /// Returns when its task is cancelled.
    func run(from saved: DirectoryRecords) async {
        var records = saved
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
        let folders = DirectoryRecords.folders
        let snapshot = try await store.read(folders)
        report(records.replace(with: snapshot))
        await adopt(records)
        connected()
        counters.storeConnected.set(1)
        for try await batch in store.watch(folders, from: snapshot.cursor) {
            report(records.apply(batch.changes, revision: batch.cursor.revision))
            await adopt(records)
        }
    }

    private func report(_ problems: [String]) {
        for problem in problems {
            logger.warning("a record cannot be answered", metadata: ["problem": "\(problem)"])
        }
    }
}
