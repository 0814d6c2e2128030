/// How a target failed a request that was given to it.
package enum TargetFailure: Int, Hashable, Sendable, CaseIterable {
    /// It could not be reached: ALB's `TargetConnectionErrorCount`.
    case connect
    /// It closed the connection before it answered.
    case reset
    /// It did not answer in time.
    case timeout
    /// What it answered is not HTTP.
    case malformed
    /// The deregistration delay was over before it answered.
    case deregistered
    /// Its response had begun, and did not come to its end: such a request counts as answered too.
    case incomplete
}

extension TargetFailure {
    /// `nil` when it is not the target that failed.
    package init?(_ failure: Failure, hasAnswered: Bool) {
        switch failure {
        case _ where failure.party != .upstream: return nil
        case _ where hasAnswered: self = .incomplete
        case .connectRefused, .connectTimedOut: self = .connect
        case .responseTimedOut: self = .timeout
        case .malformedResponse: self = .malformed
        case .deregistered: self = .deregistered
        default: self = .reset
        }
    }
}
