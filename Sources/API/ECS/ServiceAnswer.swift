import Model

struct ServiceAnswer: Encodable {
    let serviceArn: String
    let serviceName: ServiceName
    let clusterArn: String
    let status: ServiceStatus
    let desiredCount: Int
    let schedulingStrategy: SchedulingStrategy
    let runningCount: Int
    let pendingCount: Int
    let launchType: String
    let taskDefinition: String
    let deploymentConfiguration: Echoing<DeploymentConfigurationAnswer>
    let deployments: [DeploymentAnswer]
    let loadBalancers: [ServiceLoadBalancer]
    let serviceRegistries: [ServiceRegistryAnswer]
    let events: [EventAnswer]
    let createdAt: Double
    let createdBy: String?
    let currentServiceDeployment: String?
    let currentServiceRevisions: [RevisionSummary]
    let healthCheckGracePeriodSeconds: Int
    let placementConstraints: [PlacementConstraint]
    let placementStrategy: [PlacementStrategy]
    let tags: [Tag]

    /// What ECS says of a service when its creator did not.
    static let absent: [String: JSON] = [
        "deploymentController": .object(["type": .string("ECS")]),
        "enableECSManagedTags": .boolean(false),
        "enableExecuteCommand": .boolean(false),
        "propagateTags": .string("NONE"),
        "availabilityZoneRebalancing": .string("DISABLED"),
    ]
}

/// One of a service's `deployments`: a revision of it that is wanted or still has tasks.
struct DeploymentAnswer: Encodable {
    enum Status: String, Encodable {
        case primary = "PRIMARY"
        case active = "ACTIVE"
    }

    enum RolloutState: String, Encodable {
        case completed = "COMPLETED"
        case failed = "FAILED"
        case inProgress = "IN_PROGRESS"

        init(_ status: ServiceDeploymentStatus) {
            switch status {
            case .successful: self = .completed
            case .stopped, .rollbackSuccessful, .rollbackFailed: self = .failed
            case .pending, .inProgress, .stopRequested, .rollbackRequested, .rollbackInProgress:
                self = .inProgress
            }
        }
    }

    let id: String
    let status: Status
    let taskDefinition: String
    let desiredCount: Int
    let pendingCount: Int
    let runningCount: Int
    let failedTasks: Int
    let createdAt: Double
    let updatedAt: Double
    let launchType: String
    let rolloutState: RolloutState
    let rolloutStateReason: String
}

struct EventAnswer: Encodable {
    let id: String
    let createdAt: Double
    let message: String

    init(_ event: ServiceEvent) {
        id = event.id
        createdAt = event.createdAt.seconds
        message = event.message
    }
}

struct RevisionSummary: Encodable {
    let arn: String
    let requestedTaskCount: Int
    let runningTaskCount: Int
    let pendingTaskCount: Int
    var requestedTestTrafficWeight: Double?
    var requestedProductionTrafficWeight: Double?
}

extension ServiceRevisionID {
    /// The id of the service's deployment of it, as tasks carry it in `startedBy`.
    var deploymentID: String { "ecs-svc/\(text)" }
}
