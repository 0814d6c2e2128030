/// The scheduler's own constants: times in milliseconds, limits in counts.
package struct Policy: Sendable {
    /// How long a task without any health check must run to count as healthy.
    package var probationMilliseconds: Int64 = 1_000
    /// How long a task that runs may refuse connections before that counts against it: it is most
    /// likely still starting. An answer that is wrong counts at once.
    package var startMilliseconds: Int64 = 30_000
    /// How long an agent may be away before its tasks are replaced.
    package var agentGraceMilliseconds: Int64 = 30_000
    /// The first wait of the back-off; each further failure in the same slot doubles it.
    package var backOffMilliseconds: Int64 = 500
    package var backOffMillisecondsMax: Int64 = 15 * 60_000
    /// A task that fails after a longer life than this is replaced at once.
    package var earlyFailureMilliseconds: Int64 = 60_000
    /// How often observed bake time is saved.
    package var bakeCheckpointMilliseconds: Int64 = 10_000
    /// How long a balancer that is alive may take to apply a shift before it counts as failed.
    package var acknowledgementMilliseconds: Int64 = 60_000
    /// How long a stopped task stays visible.
    package var stoppedTaskMilliseconds: Int64 = 3_600_000
    /// The least wait for names to be forgotten, for services that only discovery leads to.
    package var nameForgottenMilliseconds: Int64 = 10_000
    /// How long an event that would only repeat an older one is hidden.
    package var eventRepeatMilliseconds: Int64 = 6 * 3_600_000
    /// Tasks that one pass starts; the next pass goes on. It keeps the transaction within bounds.
    package var startsPerPassMax = 500
    /// Likewise tasks that one pass retires, tells to stop, notes as dead or forgets.
    package var departuresPerPassMax = 1_000
    /// Ended deployments that are kept per service.
    package var endedDeploymentsMax = 50

    package init() {}
}
