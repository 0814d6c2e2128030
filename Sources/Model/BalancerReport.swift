/// What a balancer says of itself: a lease-bound record, rewritten when something in it changes.
///
/// Reports are monotone in (`incarnation`, `appliedGeneration`): an old one can never satisfy a
/// newer guard.
package struct BalancerReport: Hashable, Sendable, Codable {
    package var id: BalancerID
    package var loadBalancer: LoadBalancerName
    /// Grows with every start of the balancer's process.
    package var incarnation: UInt64
    /// The generation in force in every worker; 0 before the first.
    package var appliedGeneration: UInt64
    /// Whether it still serves from a snapshot that no leader has granted since it started. Its
    /// reports do not count for a barrier until it runs the current generation.
    package var fenced: Bool
    /// The health of each registered target as this balancer's own checks see it.
    package var health: [TargetID: TargetHealth]
    /// Requests in flight per target, leaving targets included; absent means none.
    package var inFlight: [TargetID: Int]
    /// Why the newest generation was refused, when it was.
    package var refusal: Refusal?
    /// What became of requests, of each revision that is registered beside another one of its
    /// service, in the order of target groups; absent while there are none. The counts only grow
    /// within an incarnation.
    package var outcomes: [RevisionOutcomes]?

    /// Entries of `outcomes`; of more, the last in order are left out.
    package static let outcomesMax = 128

    package struct Refusal: Hashable, Sendable, Codable {
        package var generation: UInt64
        package var reason: String

        package init(generation: UInt64, reason: String) {
            self.generation = generation
            self.reason = reason
        }
    }

    package init(
        id: BalancerID, loadBalancer: LoadBalancerName, incarnation: UInt64,
        appliedGeneration: UInt64, fenced: Bool, health: [TargetID: TargetHealth] = [:],
        inFlight: [TargetID: Int] = [:], refusal: Refusal? = nil
    ) {
        self.id = id
        self.loadBalancer = loadBalancer
        self.incarnation = incarnation
        self.appliedGeneration = appliedGeneration
        self.fenced = fenced
        self.health = health
        self.inFlight = inFlight
        self.refusal = refusal
    }
}
