/// The record of one rollout: the only truth about it after a crash.
///
/// Every step is `step(record, facts, now) -> (record', effects)` in Planning, written under the
/// leader's term before any of its effects happens.
package struct ServiceDeployment: Hashable, Sendable, Codable {
    package var id: ServiceDeploymentID
    package var arn: String
    package var service: ServiceName
    package var cluster: ClusterName
    /// Per service, strictly increasing: of two open deployments the larger one wins.
    package var sequence: Int
    package var status: ServiceDeploymentStatus = .pending
    package var stage: LifecycleStage?
    package var statusReason: String?
    /// The revision in production when this one started; `nil` for a service's first deployment.
    package var source: ServiceRevisionID?
    package var target: ServiceRevisionID
    /// Frozen when the deployment was made.
    package var configuration: DeploymentConfiguration
    package var createdAt: Instant
    package var createdBy: String?
    package var updatedAt: Instant
    package var startedAt: Instant?
    package var finishedAt: Instant?
    package var stoppedAt: Instant?

    /// The share of production traffic that green should have, in tenths of a percent.
    package var productionWeight: Int = 0
    /// The share of test traffic that green should have: 0 or 1000.
    package var testWeight: Int = 0
    /// The generation in which this record last changed something, per load balancer: what a
    /// guard's acknowledgements must have reached.
    package var generations: [LoadBalancerName: UInt64] = [:]
    /// Why the deployment should not go on; the first writer wins, but for supersede over rollback.
    package var want: DeploymentWant?
    /// Observed bake time at the present weights only: it accrues while the leader runs and the
    /// barrier holds.
    package var bakeAccruedMilliseconds: Int64 = 0
    /// Since when bake time is being observed and not yet accrued; `nil` while it is not.
    package var bakeObservedAt: Instant?
    /// When green was first given traffic, test or production.
    package var shiftedAt: Instant?
    /// Tasks of green that failed to start or failed their health checks.
    package var failedTasks: Int = 0
    /// Failures up to then do not count any more: a task had got and stayed healthy.
    package var failuresForgivenUntil: Instant?
    /// The point of no return: blue may be told to stop from here on.
    package var stopIntentBlue: Bool = false
    package var stopIntentGreen: Bool = false
    package var progressDeadline: Instant?
    package var rollbackStartedAt: Instant?
    /// What real requests have said of green; `nil` before it has any, or when nobody judges.
    package var analysis: DeploymentAnalysis?
    /// The hooks of the present stage and share of traffic, as far as they have been reached.
    package var hooks: [HookExecution]?
    package var alarms: AlarmWatch?

    package init(
        id: ServiceDeploymentID, arn: String, service: ServiceName, cluster: ClusterName,
        sequence: Int, target: ServiceRevisionID, configuration: DeploymentConfiguration,
        createdAt: Instant
    ) {
        self.id = id
        self.arn = arn
        self.service = service
        self.cluster = cluster
        self.sequence = sequence
        self.target = target
        self.configuration = configuration
        self.createdAt = createdAt
        updatedAt = createdAt
    }
}

package enum ServiceDeploymentStatus: String, Hashable, Sendable, Codable {
    case pending = "PENDING"
    case inProgress = "IN_PROGRESS"
    case successful = "SUCCESSFUL"
    case stopRequested = "STOP_REQUESTED"
    case stopped = "STOPPED"
    case rollbackRequested = "ROLLBACK_REQUESTED"
    case rollbackInProgress = "ROLLBACK_IN_PROGRESS"
    case rollbackSuccessful = "ROLLBACK_SUCCESSFUL"
    case rollbackFailed = "ROLLBACK_FAILED"

    /// A terminal record never changes again.
    package var isTerminal: Bool {
        switch self {
        case .successful, .stopped, .rollbackSuccessful, .rollbackFailed: true
        case .pending, .inProgress, .stopRequested, .rollbackRequested, .rollbackInProgress: false
        }
    }
}

/// `ServiceDeploymentLifecycleStage` of ECS, in order.
package enum LifecycleStage: String, Hashable, Sendable, Codable, CaseIterable {
    case reconcileService = "RECONCILE_SERVICE"
    case preScaleUp = "PRE_SCALE_UP"
    case scaleUp = "SCALE_UP"
    case postScaleUp = "POST_SCALE_UP"
    case testTrafficShift = "TEST_TRAFFIC_SHIFT"
    case postTestTrafficShift = "POST_TEST_TRAFFIC_SHIFT"
    case productionTrafficShift = "PRODUCTION_TRAFFIC_SHIFT"
    case postProductionTrafficShift = "POST_PRODUCTION_TRAFFIC_SHIFT"
    case bakeTime = "BAKE_TIME"
    case cleanUp = "CLEAN_UP"
}

/// A durable wish that a deployment end otherwise than planned.
package struct DeploymentWant: Hashable, Sendable, Codable {
    package enum Kind: String, Hashable, Sendable, Codable {
        case rollback
        case supersede
    }

    package var kind: Kind
    package var reason: String
    package var by: String?
    package var at: Instant

    package init(kind: Kind, reason: String, by: String? = nil, at: Instant) {
        self.kind = kind
        self.reason = reason
        self.by = by
        self.at = at
    }
}

/// One line of a deployment's story: what happened, when, and why.
package struct HistoryEntry: Hashable, Sendable, Codable {
    package var at: Instant
    package var stage: LifecycleStage?
    package var status: ServiceDeploymentStatus
    /// A sentence for a person.
    package var message: String

    package init(
        at: Instant, stage: LifecycleStage?, status: ServiceDeploymentStatus, message: String
    ) {
        self.at = at
        self.stage = stage
        self.status = status
        self.message = message
    }
}

/// One event of a service, with ECS's text.
package struct ServiceEvent: Hashable, Sendable, Codable {
    package var id: String
    package var createdAt: Instant
    package var message: String

    /// DescribeServices shows this many; older ones are dropped.
    package static let countMax = 100

    package init(id: String, createdAt: Instant, message: String) {
        self.id = id
        self.createdAt = createdAt
        self.message = message
    }
}
