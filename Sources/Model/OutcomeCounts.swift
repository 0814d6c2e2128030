/// How many requests a revision was given within some time, and how many of them went wrong.
package struct OutcomeCounts: Hashable, Sendable, Codable {
    /// Requests that are over, each counted once.
    package var requests: Int
    /// Of those, the ones that got a 5xx response, or no response or half of one.
    package var errors: Int
    /// Of those, the ones that took longer than nearly all of blue's.
    package var slow: Int

    package init(requests: Int = 0, errors: Int = 0, slow: Int = 0) {
        self.requests = requests
        self.errors = errors
        self.slow = slow
    }

    package mutating func add(_ other: OutcomeCounts) {
        requests += other.requests
        errors += other.errors
        slow += other.slow
    }
}
