/// What a deployment has learnt of green from real requests: all that its verdict rests on, and
/// goes on from after a crash.
package struct DeploymentAnalysis: Hashable, Sendable, Codable {
    /// When green was first given traffic that every live balancer acknowledged.
    package var startedAt: Instant
    /// Counted since then, by all balancers.
    package var blue = OutcomeCounts()
    package var green = OutcomeCounts()
    /// Of `green`, what was counted once its tasks were warm.
    package var judged = OutcomeCounts()
    /// Blue's, from before: since its balancers started.
    package var baseline: OutcomeCounts
    /// Requests that took longer than so many microseconds count as slow; `nil` when blue had too
    /// few to tell.
    package var slowMicroseconds: Int?
    /// Of all requests that the balancers know of.
    package var blueLatency: LatencySummary?
    package var greenLatency: LatencySummary?

    /// ln of the evidence against green, a number for each alternative: of errors, of slowness.
    package var errorLogarithms: [Double] = []
    package var slowLogarithms: [Double] = []
    /// The sum of the test for a rise of errors once green has all traffic.
    package var drift: Double = 0
    /// The window in which outright failure is looked for.
    package var recentBlue = OutcomeCounts()
    package var recentGreen = OutcomeCounts()
    /// What each balancer had counted when it was last listened to, at the present weights.
    package var heard: [String: Heard] = [:]
    /// The likelihood of what was seen if green is worse than blue over that if it is not, at most
    /// a million: of errors and of slowness the greater one.
    package var evidence: Double = 1
    /// Whether the deployment went on without enough requests for a verdict.
    package var isInconclusive = false

    /// A balancer's counts at one moment.
    package struct Heard: Hashable, Sendable, Codable {
        package var incarnation: UInt64
        package var blue: OutcomeCounts
        package var green: OutcomeCounts

        package init(incarnation: UInt64, blue: OutcomeCounts, green: OutcomeCounts) {
            self.incarnation = incarnation
            self.blue = blue
            self.green = green
        }
    }

    /// Green is bad from here on: each of two tests is wrong about a good green in one deployment
    /// out of 200 at most, so that together they are in one out of a hundred.
    package static let evidenceMin: Double = 200

    package init(startedAt: Instant, baseline: OutcomeCounts) {
        self.startedAt = startedAt
        self.baseline = baseline
    }
}

/// How long requests took, in microseconds, to within an eighth.
package struct LatencySummary: Hashable, Sendable, Codable {
    /// Half of them took no longer.
    package var p50: Int
    /// 99 of a hundred took no longer.
    package var p99: Int

    package init(p50: Int, p99: Int) {
        self.p50 = p50
        self.p99 = p99
    }
}
