import Model

/// What a service must satisfy, given all that it refers to.
struct ServiceRules {
    static let desiredCountMax = 5000
    static let targetGroupsMax = 5

    let taskDefinition: TaskDefinition
    let targetGroups: [TargetGroupName: TargetGroup]
    let rules: [RuleName: Rule]

    func check(_ service: Service) throws(FieldError) {
        guard NameRules.isValid(service.name.text) else {
            throw FieldError(
                "serviceName", "must be 1 to 255 letters, digits, hyphens and underscores")
        }
        guard (0...ServiceRules.desiredCountMax).contains(service.desiredCount) else {
            throw FieldError("desiredCount", "must be 0 to \(ServiceRules.desiredCountMax)")
        }
        guard (0...Int(Int32.max)).contains(service.healthCheckGracePeriodSeconds) else {
            throw FieldError("healthCheckGracePeriodSeconds", "must be 0 to \(Int32.max)")
        }
        try check(service.deploymentConfiguration, desiredCount: service.desiredCount)
        if service.isDaemon { try checkDaemon(service) }
        try check(service.serviceRegistries ?? [])
        guard service.loadBalancers.count <= ServiceRules.targetGroupsMax else {
            throw FieldError(
                "loadBalancers", "must have \(ServiceRules.targetGroupsMax) elements at most")
        }
        for (index, loadBalancer) in service.loadBalancers.enumerated() {
            let field = "loadBalancers[\(index)]"
            try checkContainer(loadBalancer.containerName, loadBalancer.containerPort, field)
            try checkTargetGroup(loadBalancer.targetGroupArn, "\(field).targetGroupArn")
            if let pair = loadBalancer.advancedConfiguration {
                try check(pair, of: loadBalancer, "\(field).advancedConfiguration")
            } else if service.deploymentConfiguration.strategy != .rolling {
                let strategy = service.deploymentConfiguration.strategy.rawValue
                throw FieldError(
                    "\(field).advancedConfiguration", "is needed by the strategy \(strategy)")
            }
        }
    }

    private func check(
        _ configuration: DeploymentConfiguration, desiredCount: Int
    ) throws(FieldError) {
        let minimum = configuration.minimumHealthyPercent
        let maximum = configuration.maximumPercent
        guard (0...100).contains(minimum) else {
            throw FieldError("deploymentConfiguration.minimumHealthyPercent", "must be 0 to 100")
        }
        guard (100...1000).contains(maximum) else {
            throw FieldError("deploymentConfiguration.maximumPercent", "must be 100 to 1000")
        }
        guard configuration.strategy != .rolling || configuration.lifecycleHooks ?? [] == [] else {
            throw FieldError(
                "deploymentConfiguration.lifecycleHooks",
                "need the strategy BLUE_GREEN, CANARY or LINEAR")
        }
        let room = desiredCount * maximum / 100
        let floor = (desiredCount * minimum + 99) / 100
        let isStuck = room <= desiredCount && floor >= desiredCount && desiredCount > 0
        guard configuration.strategy != .rolling || !isStuck else {
            throw FieldError(
                "deploymentConfiguration",
                "leaves no room to replace a task: raise maximumPercent above \(maximum) or lower "
                    + "minimumHealthyPercent below \(minimum)")
        }
    }

    private func checkDaemon(_ service: Service) throws(FieldError) {
        let configuration = service.deploymentConfiguration
        guard configuration.strategy == .rolling else {
            throw FieldError(
                "deploymentConfiguration.strategy",
                "must be ROLLING with DAEMON: a machine has one task at a time")
        }
        guard configuration.maximumPercent == 100 else {
            throw FieldError("deploymentConfiguration.maximumPercent", "must be 100 with DAEMON")
        }
        guard configuration.minimumHealthyPercent < 100 else {
            throw FieldError(
                "deploymentConfiguration.minimumHealthyPercent",
                "must be below 100 with DAEMON, or no task could ever be replaced")
        }
        guard service.placementStrategy ?? [] == [] else {
            throw FieldError("placementStrategy", "cannot be given with DAEMON")
        }
    }

    func checkContainer(_ name: String, _ port: Int, _ field: String) throws(FieldError) {
        let containers = taskDefinition.containerDefinitions
        guard let container = containers.first(where: { $0.name == name }) else {
            throw FieldError(
                "\(field).containerName",
                "is wrong: the container \(name) does not exist in the task definition")
        }
        guard container.portMappings.contains(where: { $0.containerPort == port }) else {
            throw FieldError(
                "\(field).containerPort",
                "is wrong: the container \(name) did not have a container port \(port) defined")
        }
    }

    private func checkTargetGroup(_ reference: String, _ field: String) throws(FieldError) {
        guard targetGroups[TargetGroupName(reference: reference)] != nil else {
            throw FieldError(field, "is wrong: target group \(reference) does not exist")
        }
    }

    private func check(
        _ pair: AdvancedConfiguration, of loadBalancer: ServiceLoadBalancer, _ field: String
    ) throws(FieldError) {
        try checkTargetGroup(pair.alternateTargetGroupArn, "\(field).alternateTargetGroupArn")
        let both = Set(
            [loadBalancer.targetGroupArn, pair.alternateTargetGroupArn].map {
                TargetGroupName(reference: $0)
            })
        guard both.count == 2 else {
            throw FieldError(
                "\(field).alternateTargetGroupArn", "must be another than targetGroupArn")
        }
        let references = [
            ("productionListenerRule", pair.productionListenerRule),
            ("testListenerRule", pair.testListenerRule),
        ]
        for (name, reference) in references {
            guard let reference else { continue }
            guard let rule = rules[RuleName(reference: reference)] else {
                throw FieldError("\(field).\(name)", "is wrong: rule \(reference) does not exist")
            }
            guard case .forward(let groups) = rule.action,
                both.isSubset(of: groups.map(\.targetGroup))
            else {
                throw FieldError(
                    "\(field).\(name)",
                    "is wrong: both targetGroup and alternateTargetGroup must be associated with "
                        + "the productionListenerRule or testListenerRule")
            }
        }
    }
}
