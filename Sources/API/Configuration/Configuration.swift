package import Model

/// One file's worth of wishes: load balancers, target groups, task definitions and services.
///
/// The keys are lower case with underscores; task definitions keep ECS's own field names. Every
/// part is optional, and what a file does not mention is left alone. `ConfigurationPlan` turns a
/// configuration and what exists into changes; applying the same one twice changes nothing.
package struct Configuration: Hashable, Sendable, Codable {
    package var loadBalancers: [LoadBalancerDescription]?
    package var targetGroups: [TargetGroupDescription]?
    /// Zones of names: a bare one such as `default` is served as `default.teal`.
    package var namespaces: [NamespaceName]?
    package var taskDefinitions: [TaskDefinitionDescription]?
    package var services: [ServiceDescription]?

    package init() {}

    private enum CodingKeys: String, CodingKey {
        case loadBalancers = "load_balancers"
        case targetGroups = "target_groups"
        case namespaces
        case taskDefinitions = "task_definitions"
        case services
    }
}

/// A task definition in ECS's own words, as RegisterTaskDefinition takes it: `family`,
/// `containerDefinitions`, `cpu`, ...
package struct TaskDefinitionDescription: Hashable, Sendable, Codable {
    package var request: RegisterTaskDefinitionRequest

    package init(_ request: RegisterTaskDefinitionRequest) {
        self.request = request
    }

    package init(from decoder: any Decoder) throws {
        request = try RegisterTaskDefinitionRequest(from: decoder)
    }

    package func encode(to encoder: any Encoder) throws {
        try request.encode(to: encoder)
    }
}
