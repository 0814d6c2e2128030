/// What became of the requests that one balancer gave to one revision's targets in a target group,
/// since that balancer started.
package struct RevisionOutcomes: Hashable, Sendable, Codable {
    package var targetGroup: TargetGroupName
    package var revision: ServiceRevisionID
    /// Requests that are over, each counted once.
    package var requests: Int
    /// Of those, the ones that got a 5xx response, or no response or half of one.
    package var errors: Int
    /// How many took up to so many microseconds from being given to a target to the head of its
    /// response, and longer than the next shorter time here.
    package var latencies: [Int: Int]
    /// Of copies of other revisions' requests, in no other count; `nil` when there were none.
    package var mirrored: MirrorOutcomes?

    package init(
        targetGroup: TargetGroupName, revision: ServiceRevisionID, requests: Int = 0,
        errors: Int = 0, latencies: [Int: Int] = [:]
    ) {
        self.targetGroup = targetGroup
        self.revision = revision
        self.requests = requests
        self.errors = errors
        self.latencies = latencies
    }
}
