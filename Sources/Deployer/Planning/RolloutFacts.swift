package import Model

/// All that a rollout's next step depends on besides its record.
package struct RolloutFacts: Hashable, Sendable {
    /// One revision's tasks, counted.
    package struct Side: Hashable, Sendable {
        /// Tasks that are to stay.
        package var staying = 0
        /// Of those, the ones that every live balancer sees healthy, and their container checks; of
        /// green's only those that will stay when it is scaled to the desired count.
        package var healthy = 0
        /// Of those, the ones that run and that nobody knows to be unhealthy.
        package var sound = 0
        /// Tasks that are retiring and still there.
        package var leaving = 0
        /// Whether each of `leaving` is out of every live balancer, its requests ended, its name
        /// forgotten.
        package var isDrained = true
        /// Whether the current generation of some load balancer still names one of its tasks.
        package var isPublished = false

        package init() {}

        /// A task that crashed is no more, yet balancers have still to be told.
        package var isGone: Bool { staying == 0 && leaving == 0 && !isPublished }
    }

    package var desiredCount = 0
    /// The service's revision in production; `nil` before anything ever served.
    package var production: ServiceRevisionID?
    /// Whether no other deployment of the service is open.
    package var mayStart = true
    /// Whether a newer deployment of the service waits.
    package var isSuperseded = false
    /// Whether production is the only revision with tasks, and has all weight.
    package var isReconciled = true
    /// Why the service's configuration makes a deployment impossible.
    package var problem: String?
    /// Whether there is production traffic to shift.
    package var hasProductionRule = true
    package var hasTestRule = false
    /// The current generation of each load balancer of the service.
    package var published: [LoadBalancerName: UInt64] = [:]
    /// The newest generation that all live balancers of each have applied; none when none lives.
    package var applied: [LoadBalancerName: UInt64] = [:]
    /// What a balancer said when it refused the newest generation.
    package var refusal: String?
    package var blue = Side()
    package var green = Side()
    /// Since when failures count: a task had got and stayed healthy.
    package var failuresForgivenUntil: Instant?
    /// Green tasks of this deployment that failed since, and what most of them failed of.
    package var failures = 0
    package var failureDetail: String?
    /// Since when the leader, without a gap, sees what happens.
    package var observingSince = Instant.zero
    /// Whether the service has real requests judge green.
    package var isJudged = true
    /// What each live balancer has counted of blue and green, in a fixed order.
    package var outcomes: [BalancerOutcomes] = []
    /// What hooks of this deployment have answered, by execution.
    package var hookAnswers: [String: HookAnswer] = [:]
    /// The alarms that it names, as far as there are any.
    package var alarms: [AlarmName: AlarmState] = [:]

    package init() {}
}

/// What a step wants done besides saving its record. Doing it twice is doing it once.
package enum RolloutEffect: Hashable, Sendable {
    /// Take all tasks of the revision out of service, then stop them.
    case retire(ServiceRevisionID, reason: String)
    /// Take back a retirement that has stopped nothing yet.
    case revive(ServiceRevisionID)
    /// The service's production is this revision from now on (`nil`: none), and its pair of target
    /// groups has swapped or not.
    case settle(ServiceRevisionID?, swapped: Bool)
    /// A line of the deployment's story.
    case tell(String)
    /// An event of the service.
    case announce(String)
}

/// The record after one step, what else is to be done, and when time alone brings the next.
package struct RolloutStep: Hashable, Sendable {
    package var record: ServiceDeployment
    package var effects: [RolloutEffect] = []
    package var deadline: Instant?

    package init(_ record: ServiceDeployment) {
        self.record = record
    }
}
