import Foundation

/// Which runs belong to `make test`: the same ones for every commit, so that a failure is news.
///
/// `TEAL_SEED` moves on to others; `make simulate` runs any number of them.
enum Seeds {
    static let base =
        ProcessInfo.processInfo.environment["TEAL_SEED"].flatMap { UInt64($0) } ?? 1

    /// Runs that are cheap enough for every `make test`.
    static let runsPerBatch: UInt64 = 15
    static let batches: [UInt64] = Array(0..<8)

    static func batch(_ number: UInt64) -> Range<UInt64> {
        let first = base &+ number * runsPerBatch
        return first..<first + runsPerBatch
    }
}
