package import Model

/// When the tests are believed, and from how much data on.
package enum VerdictPolicy {
    /// ln E from which a test says that green is bad.
    package static let evidenceMin = DeploymentAnalysis.evidenceMin.naturalLogarithm

    /// Requests per task of green, or the time since it got its first one, that say nothing yet:
    /// caches are empty and code is not compiled.
    static let warmUpRequestsPerTask = 300
    static let warmUpMilliseconds: Int64 = 30_000
    /// A share of traffic with too little data is watched for this many times its bake time.
    static let waitFactorMax: Int64 = 3

    /// Requests of blue from which its quantiles are known.
    static let quantileRequestsMin = 1_000
    /// A request that takes less than this is slow to nobody.
    static let slowMicrosecondsMin = 100_000

    /// From when on a request is slow: twice as long as nearly all of blue's took.
    static func slowMicroseconds(_ blue: BalancerOutcomes.Side) -> Int? {
        guard blue.requests >= quantileRequestsMin, let p99 = blue.quantile(0.99) else {
            return nil
        }
        return max(2 * p99, slowMicrosecondsMin)
    }

    /// Whether what green does from now on counts.
    ///
    /// Tasks that get traffic together warm up together.
    package static func isWarm(requests: Int, tasks: Int, milliseconds: Int64) -> Bool {
        milliseconds >= warmUpMilliseconds || requests >= warmUpRequestsPerTask * max(tasks, 1)
    }

    /// Requests that green must have got for the silence of the tests to mean anything: as many as
    /// would, on average, betray an error rate ten times blue's.
    package static func requestsMin(of blue: OutcomeCounts) -> Int {
        let rate = blue.requests > 0 ? Double(blue.errors) / Double(blue.requests) : 0
        let usual = min(max(rate, 1e-3), 0.05)
        let risen = 10 * usual
        let divergence =
            risen * (risen / usual).naturalLogarithm
            + (1 - risen) * ((1 - risen) / (1 - usual)).naturalLogarithm
        return Int((evidenceMin / divergence).rounded(.up))
    }
}
