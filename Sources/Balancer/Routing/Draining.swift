/// How long the requests of a target that left may go on.
package struct Draining: Hashable, Sendable {
    /// Steady milliseconds.
    package let since: Int64
    package let deadline: Int64

    /// `delaySeconds` is the group's deregistration delay.
    package init(since milliseconds: Int64, delaySeconds: Int) {
        self.init(since: milliseconds, milliseconds: Int64(delaySeconds) * 1000)
    }

    package init(since: Int64, milliseconds: Int64) {
        self.since = since
        deadline = since + max(0, milliseconds)
    }

    /// Whether one of the many that would stay for ever is to be told to go.
    ///
    /// `share` is its place among 256 of the first three quarters of the time: they come back
    /// elsewhere a few at a time, and have the last quarter to say their goodbyes.
    package func isTurn(ofShare share: UInt8, at milliseconds: Int64) -> Bool {
        milliseconds - since >= (deadline - since) * 3 / 4 * Int64(share) / 256
    }

    package enum Verdict: Hashable, Sendable {
        case wait
        /// Nothing is left to wait for.
        case done
        /// Time is up: end what is left, and count it.
        case cut
    }

    package func verdict(inFlight: Int, at milliseconds: Int64) -> Verdict {
        guard inFlight > 0 else { return .done }
        return milliseconds < deadline ? .wait : .cut
    }
}
