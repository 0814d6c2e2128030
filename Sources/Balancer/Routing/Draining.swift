/// How long the requests of a target that left may go on.
package struct Draining: Hashable, Sendable {
    /// Steady milliseconds.
    package let deadline: Int64

    /// `delaySeconds` is the group's deregistration delay.
    package init(since milliseconds: Int64, delaySeconds: Int) {
        deadline = milliseconds + Int64(delaySeconds) * 1000
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
