/// How far a request has come with the targets it was given to.
package struct Attempt: Hashable, Sendable, BitwiseCopyable {
    /// Connections that a request may be given to, the first one included: one more in its target
    /// group, and one in another group of its action.
    package static let triesMax = 3

    package var tries: UInt8 = 1
    /// Whether the request may be sent twice.
    package var isReplayable: Bool
    /// Whether a byte of the request was handed to any connection.
    package var hasSent = false
    /// Whether an interim response was handed to the client.
    package var hasSpoken = false
    /// Whether a byte of a final response was handed to the client.
    package var hasAnswered = false
    /// Whether it was given to another target group of its action.
    package var isElsewhere = false

    package init(isReplayable: Bool) {
        self.isReplayable = isReplayable
    }

    package enum Verdict: Hashable, Sendable {
        /// Give it to another target, or to a new connection when there is no other.
        case retry
        /// Answer in the target's stead.
        case answer
        /// A response has begun: the client must see that it is cut short.
        case cut
    }

    /// What to do after `failure`.
    package func verdict(on failure: Failure) -> Verdict {
        guard !hasAnswered else { return .cut }
        switch failure {
        case .connectRefused, .connectTimedOut, .upstreamClosed, .malformedResponse:
            return mayGoOn ? .retry : .answer
        case .clientGone:
            return .cut
        default:
            return .answer
        }
    }

    /// Whether it may be given to one more connection.
    package var mayGoOn: Bool {
        let isSafe = hasSent ? isReplayable && !hasSpoken : true
        return isSafe && tries < Attempt.triesMax
    }

    /// Whether the next connection may lead to its own target group once more: a second time only
    /// while nothing of it ever left us.
    package var mayStay: Bool {
        !isElsewhere && (tries == 1 || !hasSent)
    }
}
