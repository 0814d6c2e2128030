/// A defect put into the protocol on purpose: a harness that does not find it proves nothing.
package enum Mutation: String, CaseIterable, Sendable {
    /// Balancers acknowledge a generation when they have read it, long before they apply it.
    case acknowledgesBeforeApplying
    /// The control loop believes that every balancer has applied everything.
    case ignoresTheBarrier
    /// The control loop believes that nothing is in flight.
    case skipsTheDrain
    /// The control loop believes that every target is healthy everywhere.
    case skipsTheWarmUp
    /// The control loop believes that name servers know everything.
    case forgetsNamesAtOnce
    /// A leader goes on without its lease, and writes without insisting that it still leads.
    case writesWithoutATerm
    /// A balancer that cannot renew its lease goes on as if it could.
    case neverFencesItself
    /// A balancer that has applied something counts itself in, without the store's word that it is
    /// current.
    case unfencesAlone
    /// A balancer that starts counts as current at once.
    case startsUnfenced
    /// A balancer takes whatever generation it reads, newer or not, from a stale copy.
    case goesBackAGeneration
    /// Agents stop a task when it starts to leave, not when it is told to stop.
    case stopsTasksEarly
    /// Agents forget, when they start, what they had started before.
    case forgetsItsTasks
}
