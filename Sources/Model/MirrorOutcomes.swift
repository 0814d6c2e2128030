/// What became of the copies of requests that a revision's targets were given.
package struct MirrorOutcomes: Hashable, Sendable, Codable, BitwiseCopyable {
    /// Answered as the client's own target did.
    package var same = 0
    /// Answered with a status of another class (2xx, 3xx, 4xx, 5xx).
    package var otherStatus = 0
    /// Answered with the same class and a body of quite another length.
    package var otherLength = 0
    /// Not answered whole, or not in time.
    package var failures = 0
    /// Answered, while the client got no whole answer that this could be compared with.
    package var uncompared = 0

    package init() {}

    /// All that are over.
    package var requests: Int { same + differing + uncompared }

    /// Those that another revision did better with.
    package var differing: Int { otherStatus + otherLength + failures }

    package mutating func add(_ other: MirrorOutcomes) {
        same &+= other.same
        otherStatus &+= other.otherStatus
        otherLength &+= other.otherLength
        failures &+= other.failures
        uncompared &+= other.uncompared
    }
}
