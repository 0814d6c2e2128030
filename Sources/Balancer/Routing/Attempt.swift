/// How far a request has come with the targets it was given to.
package struct Attempt: Hashable, Sendable, BitwiseCopyable {
    /// Connections a request may be given to when it was not answered; the first one included.
    package static let triesMax = 2
    /// The same while nothing of the request ever left us: then another try costs nobody anything.
    package static let unsentTriesMax = 3

    package var tries: UInt8 = 1
    /// Whether the request may be sent twice.
    package var isReplayable: Bool
    /// Whether a byte of the request was handed to any connection.
    package var hasSent = false
    /// Whether a byte of a final response was handed to the client.
    package var hasAnswered = false

    package init(isReplayable: Bool) {
        self.isReplayable = isReplayable
    }

    package enum Verdict: Hashable, Sendable {
        /// Give it to another target, or to a new connection when there is no other.
        case retry
        case answer(status: Int)
        /// A response has begun: the client must see that it is cut short.
        case cut
    }

    /// What to do after `failure`.
    package func verdict(on failure: Failure) -> Verdict {
        guard !hasAnswered else { return .cut }
        switch failure {
        case .connectRefused, .connectTimedOut, .upstreamClosed:
            let isSafe = hasSent ? isReplayable : true
            let limit = hasSent ? Attempt.triesMax : Attempt.unsentTriesMax
            return isSafe && tries < limit ? .retry : .answer(status: failure.status)
        case .clientGone:
            return .cut
        default:
            return .answer(status: failure.status)
        }
    }
}
