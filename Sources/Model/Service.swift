/// What a user wants kept running: a task definition, a count, a way to change it safely.
package struct Service: Hashable, Sendable, Codable {
    package var name: ServiceName
    package var cluster: ClusterName
    package var status: ServiceStatus = .active
    /// The task definition that was asked for last; a rollback sets it back, as in ECS.
    package var taskDefinition: String
    /// Of a DAEMON service as many as there are machines for it; the control loop counts them.
    package var desiredCount: Int
    /// REPLICA when absent; a service never changes it.
    package var schedulingStrategy: SchedulingStrategy?
    package var deploymentConfiguration: DeploymentConfiguration
    package var loadBalancers: [ServiceLoadBalancer] = []
    /// Where else its tasks are registered; nowhere when absent.
    package var serviceRegistries: [ServiceRegistry]?
    /// The names that discovery gives it; one in its cluster's namespace when nothing is said.
    package var namespaces: [NamespaceName]
    /// Time to live of its discovery records, in seconds.
    package var recordTTLSeconds: Int = 10
    package var healthCheckGracePeriodSeconds: Int = 0
    package var createdAt: Instant
    package var createdBy: String?
    /// Where its tasks may run; anywhere when absent.
    package var placementConstraints: [PlacementConstraint]?
    /// Which of the machines that may run a task gets it: the one with the fewest tasks of the
    /// service when absent.
    package var placementStrategy: [PlacementStrategy]?
    package var tags: [Tag] = []
    package var echoed: [String: JSON] = [:]

    /// The revision that serves, and that a rollback goes back to: the last SUCCESSFUL
    /// deployment's, or what a failed first deployment left healthy.
    package var productionRevision: ServiceRevisionID?
    /// Of each entry of `loadBalancers`, whether the alternate target group is the one that
    /// production uses now: every blue-green deployment swaps the two.
    package var usesAlternate: Bool = false
    /// The number of the newest deployment; they are numbered 1, 2, ... per service.
    package var deploymentSequence: Int = 0

    package init(
        name: ServiceName, cluster: ClusterName, taskDefinition: String, desiredCount: Int,
        deploymentConfiguration: DeploymentConfiguration, createdAt: Instant
    ) {
        self.name = name
        self.cluster = cluster
        self.taskDefinition = taskDefinition
        self.desiredCount = desiredCount
        self.deploymentConfiguration = deploymentConfiguration
        self.createdAt = createdAt
        namespaces = [cluster.namespace]
    }
}

extension Service {
    package var isDaemon: Bool { schedulingStrategy == .daemon }
}

extension ClusterName {
    /// Where its services have their names: services of one name in two clusters have two.
    ///
    /// A name that is too long for a label of a domain name shares `default`.
    package var namespace: NamespaceName {
        NamespaceName(text.utf8.count <= 63 ? text : "default")
    }
}

package enum ServiceStatus: String, Hashable, Sendable, Codable {
    case active = "ACTIVE"
    /// Deleted by its user, tasks still stopping.
    case draining = "DRAINING"
    case inactive = "INACTIVE"
}

/// A container port of the service's tasks and the target groups it is registered in.
package struct ServiceLoadBalancer: Hashable, Sendable, Codable {
    package var targetGroupArn: String
    package var containerName: String
    package var containerPort: Int
    package var advancedConfiguration: AdvancedConfiguration?

    package init(targetGroupArn: String, containerName: String, containerPort: Int) {
        self.targetGroupArn = targetGroupArn
        self.containerName = containerName
        self.containerPort = containerPort
    }
}

/// What a blue-green deployment shifts: the rule's weights between the two target groups.
package struct AdvancedConfiguration: Hashable, Sendable, Codable {
    package var alternateTargetGroupArn: String
    package var productionListenerRule: String
    package var testListenerRule: String?
    package var roleArn: String?

    package init(
        alternateTargetGroupArn: String, productionListenerRule: String, testListenerRule: String?
    ) {
        self.alternateTargetGroupArn = alternateTargetGroupArn
        self.productionListenerRule = productionListenerRule
        self.testListenerRule = testListenerRule
    }
}

/// How a service goes from one revision to the next.
package struct DeploymentConfiguration: Hashable, Sendable, Codable {
    package var strategy: DeploymentStrategy = .blueGreen
    /// How long blue stays warm after green has all traffic. ECS's `bakeTimeInMinutes`; our own
    /// configuration can give it in seconds.
    package var bakeTimeMilliseconds: Int64 = 0
    /// What CANARY shifts first; ECS's defaults when absent.
    package var canary: TrafficStep?
    /// What LINEAR shifts again and again; ECS's defaults when absent.
    package var linear: TrafficStep?
    package var minimumHealthyPercent: Int = 100
    package var maximumPercent: Int = 200
    package var circuitBreaker: DeploymentCircuitBreaker = DeploymentCircuitBreaker()
    /// How long a deployment may take to bring its tasks up before it is rolled back.
    package var progressDeadlineMilliseconds: Int64 = 600_000
    /// Whether what becomes of green's real requests can end a deployment; on when absent.
    package var verdict: OnOff?
    /// What is asked on the way; nothing when absent.
    package var lifecycleHooks: [LifecycleHook]?
    /// Which alarms end it; none when absent.
    package var alarms: DeploymentAlarms?
    package var echoed: [String: JSON] = [:]

    package init() {}
}

package enum DeploymentStrategy: String, Hashable, Sendable, Codable {
    case rolling = "ROLLING"
    case blueGreen = "BLUE_GREEN"
    case linear = "LINEAR"
    case canary = "CANARY"
}

package struct DeploymentCircuitBreaker: Hashable, Sendable, Codable {
    package var enable: Bool = true
    package var rollback: Bool = true
    /// Whether failures before a task that got and stayed healthy no longer count; true when
    /// absent.
    package var resetOnHealthyTask: Bool?
    /// Half of the desired tasks, within 3...200, when absent.
    package var thresholdConfiguration: BreakerThreshold?

    package init() {}
}
