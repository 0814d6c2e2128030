import Model

/// A described service with what its short form stands for.
struct ServiceExpansion {
    let description: ServiceDescription
    /// `services[0]`.
    let field: String

    init(_ description: ServiceDescription, at field: String) {
        self.description = description
        self.field = field
    }

    var name: ServiceName { description.name }

    var cluster: ClusterName { description.cluster ?? Cluster.default }

    /// What the names of its parts begin with: names of services are unique per cluster only.
    private var stem: String { cluster == Cluster.default ? name.text : "\(cluster)-\(name)" }

    var hasShortPath: Bool { description.listener != nil }

    var blue: TargetGroupName { TargetGroupName("\(stem)-blue") }

    var green: TargetGroupName { TargetGroupName("\(stem)-green") }

    func rule(on listener: ListenerName) -> RuleName { RuleName("\(stem)-\(listener)") }

    var listeners: [ListenerName] {
        [description.listener, description.testListener].compactMap(\.self)
    }

    /// The rules whose weights its deployments own.
    var shiftedRules: [RuleName] {
        if hasShortPath { return listeners.map(rule) }
        return (description.loadBalancers ?? []).flatMap { [$0.productionRule, $0.testRule] }
            .compactMap(\.self)
    }

    /// Refuses settings that do not go together.
    func check() throws(FieldError) {
        let container: [(String, Bool)] = [
            ("image", description.image != nil), ("command", description.command != nil),
            ("entry_point", description.entryPoint != nil),
            ("environment", description.environment != nil),
            ("working_directory", description.workingDirectory != nil),
            ("user", description.user != nil), ("cpu", description.cpu != nil),
            ("memory", description.memory != nil),
            ("stop_timeout", description.stopTimeout != nil),
        ]
        let given = container.first { $0.1 }?.0
        if description.taskDefinition != nil, let given {
            throw FieldError("\(field).\(given)", "cannot stand beside task_definition")
        }
        if description.taskDefinition == nil, description.image == nil,
            description.command == nil, description.entryPoint == nil
        {
            throw FieldError(field, "must have command, entry_point, image or task_definition")
        }
        if let port = description.port, !(1...65_535).contains(port) {
            throw FieldError("\(field).port", "must be 1 to 65535")
        }
        try checkPath()
        if description.bakeTime != nil, description.deployment?.bakeTime != nil {
            throw FieldError("\(field).bake_time", "is in deployment as well; give it once")
        }
    }

    private func checkPath() throws(FieldError) {
        guard !hasShortPath else {
            guard description.port != nil else {
                throw FieldError("\(field).port", "is missing; listener needs it")
            }
            guard description.loadBalancers == nil else {
                throw FieldError("\(field).load_balancers", "cannot stand beside listener")
            }
            guard description.testListener != description.listener else {
                throw FieldError("\(field).test_listener", "must be another than listener")
            }
            return
        }
        let path: [(String, Bool)] = [
            ("test_listener", description.testListener != nil),
            ("path", description.path != nil), ("host", description.host != nil),
            ("priority", description.priority != nil),
            ("health_check", description.healthCheck != nil),
            ("deregistration_delay", description.deregistrationDelay != nil),
            ("target_group_attributes", description.targetGroupAttributes != nil),
        ]
        if let stray = path.first(where: \.1)?.0 {
            throw FieldError("\(field).\(stray)", "needs listener")
        }
    }

    /// The pair of target groups behind the service's rules.
    func targetGroups() throws(FieldError) -> [TargetGroup] {
        var groups: [TargetGroup] = []
        for name in [blue, green] {
            var group = TargetGroup(name: name)
            group.service = self.name
            group.healthCheck =
                try description.healthCheck?.healthCheck("\(field).health_check") ?? HealthCheck()
            group.deregistrationDelaySeconds =
                try description.deregistrationDelay?.seconds("\(field).deregistration_delay")
                ?? group.deregistrationDelaySeconds
            group.attributes =
                try description.targetGroupAttributes?
                .checked("\(field).target_group_attributes")
            groups.append(group)
        }
        return groups
    }

    /// All traffic to blue, until a deployment says otherwise.
    func rule(on listener: ListenerName, priority: Int) -> Rule {
        var conditions: [RuleCondition] = [.pathPattern([description.path ?? "/*"])]
        if let host = description.host { conditions.append(.hostHeader([host])) }
        var rule = Rule(
            name: rule(on: listener), listener: listener, priority: priority,
            conditions: conditions,
            action: .forward([
                WeightedTargetGroup(targetGroup: blue, weight: 1000),
                WeightedTargetGroup(targetGroup: green, weight: 0),
            ]))
        // Whoever tries green there must see green, also when it fails.
        if listener == description.testListener { rule.forwarding = ForwardOptions(rescue: false) }
        return rule
    }

    /// The task definition of one container that the short form describes; `nil` in the long form.
    func taskDefinition() throws(FieldError) -> RegisterTaskDefinitionRequest? {
        guard description.taskDefinition == nil else { return nil }
        var container = ContainerDefinition(
            name: name.text, image: description.image ?? ContainerDefinition.hostImage)
        container.entryPoint = description.entryPoint ?? []
        container.command = description.command ?? []
        container.environment = (description.environment ?? [:])
            .sorted { $0.key < $1.key }.map { KeyValuePair(name: $0.key, value: $0.value.text) }
        container.workingDirectory = description.workingDirectory
        container.user = description.user
        container.cpu = description.cpu ?? 0
        container.memory = description.memory
        container.stopTimeout = try description.stopTimeout?.seconds("\(field).stop_timeout")
        container.portMappings = description.port.map { [PortMapping(containerPort: $0)] } ?? []
        return RegisterTaskDefinitionRequest(
            family: name.text, containerDefinitions: [container])
    }
}
