import Foundation

/// Which runs belong to `make test`: the same ones for every commit, so that a failure is news.
///
/// `TEAL_SEED` moves on to others; `make simulate` runs any number of them.
enum Seeds {
    static let base =
        ProcessInfo.processInfo.environment["TEAL_SEED"].flatMap { UInt64($0) } ?? 1

    /// As many as are cheap enough for every `make test`.
    static let count: UInt64 = 120

    static let all = (0..<count).map { base &+ $0 }
}
