/// How a target has done lately, in the eyes of one worker: what tells a bad one from its peers.
package struct TargetRecord: Hashable, Sendable, BitwiseCopyable {
    package private(set) var requests: UInt32 = 0
    /// Answers of 500 and above, and requests that got none.
    package private(set) var failures: UInt32 = 0

    /// The fewest healthy targets among which one can stand out (ALB's three).
    package static let peersMin = 3
    /// With fewer requests, or failures, nothing is said of a target.
    package static let requestsMin: UInt32 = 10
    package static let failuresMin: UInt32 = 3
    /// A bad target fails this many more of a hundred than twice what its peers fail.
    private static let marginPercent: UInt64 = 5

    package init() {}

    @inline(__always)
    package mutating func note(failed: Bool) {
        requests &+= 1
        if failed { failures &+= 1 }
    }

    /// Those of several targets together.
    package init(_ records: [TargetRecord]) {
        for record in records {
            requests &+= record.requests
            failures &+= record.failures
        }
    }

    /// This one without what `part` adds to it.
    package func without(_ part: TargetRecord) -> TargetRecord {
        var rest = self
        rest.requests &-= part.requests
        rest.failures &-= part.failures
        return rest
    }

    /// What happened counts half as much from now on.
    package mutating func fade() {
        requests /= 2
        failures /= 2
    }

    /// Whether it is clearly worse than its peers are together.
    package func isAnomalous(beside peers: TargetRecord) -> Bool {
        guard requests >= TargetRecord.requestsMin, failures >= TargetRecord.failuresMin,
            peers.requests >= TargetRecord.requestsMin
        else { return false }
        let mine = UInt64(failures) * 100 * UInt64(peers.requests)
        let theirs =
            UInt64(peers.failures) * 200 + TargetRecord.marginPercent * UInt64(peers.requests)
        return mine > theirs * UInt64(requests)
    }
}
