/// How many requests of a target group may be sent once more: a share of its recent ones, so that
/// trouble is never multiplied, and a few in any case.
package struct RetryBudget: Hashable, Sendable, BitwiseCopyable {
    /// What counts as recent is this and the window before it.
    package static let windowMilliseconds: Int64 = 5000

    private var percentage: Int
    private var minimum: Int
    private var requests = 0
    private var requestsBefore = 0
    private var retries = 0
    private var retriesBefore = 0

    /// `percentage` of the recent requests, but never fewer than `minimum`.
    package init(percentage: Int, minimum: Int) {
        self.percentage = percentage
        self.minimum = minimum
    }

    /// Another share from now on; what was counted stays.
    package mutating func change(percentage: Int, minimum: Int) {
        self.percentage = percentage
        self.minimum = minimum
    }

    /// A request was given to a target of the group.
    @inline(__always)
    package mutating func note() {
        requests &+= 1
    }

    /// Whether one more may be sent again; if so it is counted.
    package mutating func take() -> Bool {
        let recent = requests &+ requestsBefore
        guard retries + retriesBefore < max(minimum, recent / 100 * percentage) else {
            return false
        }
        retries += 1
        return true
    }

    /// The same for a request that another group failed: of those, a share of this group's own
    /// requests and no minimum.
    package mutating func takeOver() -> Bool {
        let recent = requests &+ requestsBefore
        guard retries + retriesBefore < recent / 100 * percentage else { return false }
        retries += 1
        return true
    }

    /// A window is over.
    package mutating func turn() {
        requestsBefore = requests
        retriesBefore = retries
        requests = 0
        retries = 0
    }
}
