package import Model

/// What is to be kept running, in the short form or the long one.
///
/// Short: `command` (and `image`, `host` when absent), `port` and `listener` make a task definition
/// of one container, a pair of target groups NAME-blue and NAME-green, and a rule on each listener.
/// Long: `task_definition` and `load_balancers` name what is described elsewhere. A part of the one
/// may stand beside a part of the other: `command` with `load_balancers`, say.
package struct ServiceDescription: Hashable, Sendable, Codable {
    package var name: ServiceName
    /// `default` when absent.
    package var cluster: ClusterName?
    /// 1 when the service is made; left as it is later, when absent. Not with DAEMON.
    package var desiredCount: Int?
    /// `REPLICA` (when absent) or `DAEMON`, which has a task on each machine; never changed.
    package var schedulingStrategy: SchedulingStrategy?

    // MARK: The container, in short

    /// `host` (the machine itself) when absent.
    package var image: String?
    package var entryPoint: [String]?
    package var command: [String]?
    package var environment: [String: PlainText]?
    package var workingDirectory: String?
    package var user: String?
    /// CPU units, 1024 a core.
    package var cpu: Int?
    /// Hard limit in MiB.
    package var memory: Int?
    /// From SIGTERM to SIGKILL, whole seconds; 30s when absent.
    package var stopTimeout: TimeSpan?

    // MARK: The way to it, in short

    /// The container's port; the host's is picked by the agent and arrives as `PORT`.
    package var port: Int?
    /// The production listener.
    package var listener: ListenerName?
    /// The listener on which the new revision is seen before it has production traffic.
    package var testListener: ListenerName?
    /// A path pattern, `/*` when absent.
    package var path: String?
    /// A host pattern; any when absent.
    package var host: String?
    /// Of the rules, 1-50000; a free one from 100 on when absent.
    package var priority: Int?
    /// Of both target groups.
    package var healthCheck: HealthCheckDescription?
    /// Of both target groups, 0s to 3600s; 300s when absent.
    package var deregistrationDelay: TimeSpan?
    /// Of both target groups; their defaults when absent.
    package var targetGroupAttributes: TargetGroupAttributes?

    // MARK: In full

    /// `FAMILY` (the newest active revision) or `FAMILY:REVISION`.
    package var taskDefinition: String?
    package var loadBalancers: [ServiceLoadBalancerDescription]?

    // MARK: Deployments and names

    package var deployment: DeploymentDescription?
    /// How long the old revision stays warm after the new one has all traffic, 0s to 24h: short
    /// for `deployment.bake_time`.
    package var bakeTime: TimeSpan?
    /// Failing health checks do not count for so long after a task's start; 0s when absent.
    package var healthCheckGracePeriod: TimeSpan?
    /// ECS's placementConstraints: `distinctInstance`, or `memberOf` with an expression.
    package var placementConstraints: [PlacementRequest]?
    /// ECS's placementStrategy: `spread`, `binpack` or `random`.
    package var placementStrategy: [PlacementRequest]?
    /// Its cluster's when absent: `[default]` in cluster default.
    package var namespaces: [NamespaceName]?
    /// The service of Cloud Map, 1 at most, with which its tasks are registered besides.
    package var serviceRegistries: [ServiceRegistryDescription]?
    /// Time to live of its DNS records, whole seconds; 10s when absent.
    package var recordTTL: TimeSpan?

    package init(name: ServiceName) {
        self.name = name
    }

    private enum CodingKeys: String, CodingKey {
        case name
        case cluster
        case desiredCount = "desired_count"
        case schedulingStrategy = "scheduling_strategy"
        case image
        case entryPoint = "entry_point"
        case command
        case environment
        case workingDirectory = "working_directory"
        case user
        case cpu
        case memory
        case stopTimeout = "stop_timeout"
        case port
        case listener
        case testListener = "test_listener"
        case path
        case host
        case priority
        case healthCheck = "health_check"
        case deregistrationDelay = "deregistration_delay"
        case targetGroupAttributes = "target_group_attributes"
        case taskDefinition = "task_definition"
        case loadBalancers = "load_balancers"
        case deployment
        case bakeTime = "bake_time"
        case healthCheckGracePeriod = "health_check_grace_period"
        case placementConstraints = "placement_constraints"
        case placementStrategy = "placement_strategy"
        case namespaces
        case serviceRegistries = "service_registries"
        case recordTTL = "record_ttl"
    }
}

/// A service of Cloud Map and the port that its SRV records give for the service's tasks.
package struct ServiceRegistryDescription: Hashable, Sendable, Codable {
    /// The id or the ARN of the Cloud Map service.
    package var registryArn: String
    /// 1-65535, instead of a container's.
    package var port: Int?
    package var containerName: String?
    /// With `container_name`; the port that balancers use when absent.
    package var containerPort: Int?

    private enum CodingKeys: String, CodingKey {
        case registryArn = "registry_arn"
        case port
        case containerName = "container_name"
        case containerPort = "container_port"
    }
}

/// A container port, the pair of target groups it is registered in, and the rules that a
/// deployment shifts.
package struct ServiceLoadBalancerDescription: Hashable, Sendable, Codable {
    package var targetGroup: TargetGroupName
    /// The other one of the pair: needed for blue-green deployments.
    package var alternateTargetGroup: TargetGroupName?
    /// Which of the task definition's containers; the only one when absent.
    package var containerName: String?
    package var containerPort: Int
    /// Needed with `alternate_target_group`.
    package var productionRule: RuleName?
    package var testRule: RuleName?

    package init(targetGroup: TargetGroupName, containerPort: Int) {
        self.targetGroup = targetGroup
        self.containerPort = containerPort
    }

    private enum CodingKeys: String, CodingKey {
        case targetGroup = "target_group"
        case alternateTargetGroup = "alternate_target_group"
        case containerName = "container_name"
        case containerPort = "container_port"
        case productionRule = "production_rule"
        case testRule = "test_rule"
    }
}

/// How a service goes from one revision to the next.
package struct DeploymentDescription: Hashable, Sendable, Codable {
    /// `BLUE_GREEN` (when absent), `CANARY`, `LINEAR` or `ROLLING`.
    package var strategy: String?
    /// CANARY's first share of traffic: 0.1 to 100.0; 5.0 when absent.
    package var canaryPercent: Double?
    /// How long that share is watched, 0s to 24h; 10m when absent.
    package var canaryBakeTime: TimeSpan?
    /// LINEAR's share at a time: 3.0 to 100.0; 10.0 when absent.
    package var stepPercent: Double?
    /// How long each share is watched, 0s to 24h; 6m when absent.
    package var stepBakeTime: TimeSpan?
    /// 0s to 24h; 0s when absent.
    package var bakeTime: TimeSpan?
    /// 0-100; 100 when absent.
    package var minimumHealthyPercent: Int?
    /// 100 or more; 200 when absent.
    package var maximumPercent: Int?
    /// Whether a deployment that cannot bring its tasks up is ended by itself; true when absent.
    package var circuitBreaker: Bool?
    /// Half of the desired tasks, within 3 to 200, when absent.
    package var circuitBreakerThreshold: BreakerThresholdDescription?
    /// Whether failures before a task that got and stayed healthy no longer count; true when
    /// absent.
    package var resetOnHealthyTask: Bool?
    /// Whether ending it also rolls back; true when absent.
    package var rollback: Bool?
    /// How long it may take to bring its tasks up, 1s to 24h; 600s when absent.
    package var progressDeadline: TimeSpan?
    /// Whether what becomes of the new revision's real requests can end it; on when absent.
    package var verdict: OnOff?
    /// What is asked on the way, in place of those of before; ECS's `lifecycleHooks`.
    package var hooks: [LifecycleHookDescription]?
    /// Which alarms end it; ECS's `alarms`.
    package var alarms: AlarmsDescription?

    package init() {}

    private enum CodingKeys: String, CodingKey {
        case strategy
        case canaryPercent = "canary_percent"
        case canaryBakeTime = "canary_bake_time"
        case stepPercent = "step_percent"
        case stepBakeTime = "step_bake_time"
        case bakeTime = "bake_time"
        case minimumHealthyPercent = "minimum_healthy_percent"
        case maximumPercent = "maximum_percent"
        case circuitBreaker = "circuit_breaker"
        case circuitBreakerThreshold = "circuit_breaker_threshold"
        case resetOnHealthyTask = "reset_on_healthy_task"
        case rollback
        case progressDeadline = "progress_deadline"
        case verdict
        case hooks
        case alarms
    }
}
