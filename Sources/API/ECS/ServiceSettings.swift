import Model

/// The fields that CreateService and UpdateService have in common.
struct ServiceSettings: Decodable {
    let cluster: String?
    let taskDefinition: String?
    let desiredCount: Int?
    let schedulingStrategy: SchedulingStrategy?
    let deploymentConfiguration: DeploymentConfigurationRequest?
    let loadBalancers: [ServiceLoadBalancer]?
    let serviceRegistries: [ServiceRegistryRequest]?
    let healthCheckGracePeriodSeconds: Int?
    let placementConstraints: [PlacementRequest]?
    let placementStrategy: [PlacementRequest]?
    let tags: [Tag]?
    let echoed: [String: JSON]

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case cluster
        case taskDefinition
        case desiredCount
        case schedulingStrategy
        case deploymentConfiguration
        case loadBalancers
        case serviceRegistries
        case healthCheckGracePeriodSeconds
        case placementConstraints
        case placementStrategy
        case tags
    }

    private static let kept = KeptFields(
        echoed: [
            "launchType", "platformVersion", "networkConfiguration", "deploymentController",
            "enableECSManagedTags", "propagateTags", "availabilityZoneRebalancing",
        ],
        refused: [
            "serviceConnectConfiguration": "Service Connect is not available",
            "capacityProviderStrategy": "there are no capacity providers here",
            "enableExecuteCommand": "ECS Exec is not available",
            "gatewayConnectors": "gateways are not available",
            "volumeConfigurations": "EBS volumes are an AWS product",
            "vpcLatticeConfigurations": "VPC Lattice is an AWS product",
        ])

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        cluster = try container.decodeIfPresent(String.self, forKey: .cluster)
        taskDefinition = try container.decodeIfPresent(String.self, forKey: .taskDefinition)
        desiredCount = try container.decodeIfPresent(Int.self, forKey: .desiredCount)
        schedulingStrategy = try ECS.choice(
            container.decodeIfPresent(String.self, forKey: .schedulingStrategy),
            "schedulingStrategy")
        deploymentConfiguration = try container.decodeIfPresent(
            DeploymentConfigurationRequest.self, forKey: .deploymentConfiguration)
        loadBalancers = try container.decodeIfPresent(
            [ServiceLoadBalancer].self, forKey: .loadBalancers)
        serviceRegistries = try container.decodeIfPresent(
            [ServiceRegistryRequest].self, forKey: .serviceRegistries)
        healthCheckGracePeriodSeconds = try container.decodeIfPresent(
            Int.self, forKey: .healthCheckGracePeriodSeconds)
        placementConstraints = try container.decodeIfPresent(
            [PlacementRequest].self, forKey: .placementConstraints)
        placementStrategy = try container.decodeIfPresent(
            [PlacementRequest].self, forKey: .placementStrategy)
        tags = try container.decodeIfPresent([Tag].self, forKey: .tags)
        echoed = try ServiceSettings.kept.kept(
            of: decoder.fields(besides: Set(CodingKeys.allCases.map(\.rawValue))))
        try checkMeaning()
    }

    /// Refuses the values of echoed fields that would make another kind of service.
    private func checkMeaning() throws(Fault) {
        let controller = JSON.object(["type": .string("ECS")])
        if let given = echoed["deploymentController"], given != controller {
            throw .invalidParameter(
                "deploymentController must be ECS; CODE_DEPLOY and EXTERNAL are not available",
                field: "deploymentController")
        }
    }

    /// Writes what the request says into `service`.
    func apply(to service: inout Service) throws(FieldError) {
        try service.schedule(schedulingStrategy, count: desiredCount)
        service.loadBalancers = loadBalancers ?? service.loadBalancers
        service.healthCheckGracePeriodSeconds =
            healthCheckGracePeriodSeconds ?? service.healthCheckGracePeriodSeconds
        if let placementConstraints {
            service.placementConstraints = try PlacementRequest.constraints(
                placementConstraints, "placementConstraints")
        }
        if let placementStrategy {
            service.placementStrategy = try PlacementRequest.strategies(
                placementStrategy, "placementStrategy")
        }
        service.tags = tags ?? service.tags
        service.echoed.merge(echoed) { _, new in new }
        if let configuration = deploymentConfiguration {
            service.deploymentConfiguration = try configuration.applied(
                to: service.deploymentConfiguration)
        }
    }
}
