/// A class of trouble. Each run has some of them and none of the others: what hides behind one kind
/// of trouble shows when that kind is switched off.
package enum Fault: String, CaseIterable, Sendable {
    /// Killed between a decision and its commit (K1, K2).
    case controllerDiesBeforeCommit
    /// Killed after a commit, before it knows (K3).
    case controllerDiesAfterCommit
    /// Stopped for longer than its lease, then goes on with what it knew (K4).
    case controllerPauses
    /// A commit fails and nothing was written.
    case commitsAreLost
    /// A commit fails and everything was written (K7).
    case repliesAreLost
    /// Watches are seconds late, and many commits come as one.
    case watchesAreLate
    /// A watch ends, and what follows it is read as a whole.
    case watchesBreak
    /// A report of a balancer is written once more, long after newer ones.
    case reportsAreRepeated
    /// Everything takes much longer.
    case partsAreSlow
    /// The next process's clock is off by minutes.
    case clocksJump
    case balancerDies
    case balancerIsCutOff
    case agentDies
    case agentIsCutOff
    case machineDies
    case nameserverDies
    case nameserverIsCutOff
    /// A task ends by itself.
    case taskDies
    /// A task fails its health checks for a while.
    case taskSickens
}
