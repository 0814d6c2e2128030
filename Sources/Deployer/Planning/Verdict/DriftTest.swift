/// Whether green's error rate has risen since nobody serves beside it: Page's CUSUM (1954).
///
/// The sum is taken per interval and falls back to 0 only at an interval's end. Its start is then
/// the best of fewer, so it never exceeds the sum taken per request: it raises no false alarm that
/// the other would not, and the alarm comes at most one interval later.
package struct DriftTest: Hashable, Sendable {
    /// The mean number of requests to a false alarm is at least this.
    static let requestsToFalseAlarm = 1e5
    private static let rateMin = 1e-4

    /// Green's error rate while all is well, and the one that must be found.
    let usual: Double
    let risen: Double
    package private(set) var sum: Double

    /// With blue's counts of before. A blue that was hardly asked vouches for little: its rate is
    /// Laplace's, one error more than there was.
    package init(blueRequests: Int, blueErrors: Int, sum: Double = 0) {
        let rate = Double(max(0, blueErrors) + 1) / Double(max(0, blueRequests) + 2)
        usual = min(max(rate, DriftTest.rateMin), 0.5)
        risen = min(max(4 * usual, usual + 0.01), 0.99)
        self.sum = sum.isFinite ? max(0, sum) : 0
    }

    package mutating func observe(requests: Int, errors: Int) {
        guard errors >= 0, requests >= errors else { return }
        let gain =
            Double(errors) * (risen / usual).naturalLogarithm
            + Double(requests - errors) * ((1 - risen) / (1 - usual)).naturalLogarithm
        sum = max(0, sum + gain)
    }

    package var isAlarmed: Bool { sum >= DriftTest.requestsToFalseAlarm.naturalLogarithm }
}
