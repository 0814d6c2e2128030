import Model
import Store

extension ConfigurationPlan {
    /// The lowest priority number that is given to a rule whose service names none.
    static let priorityMin = 100

    /// The target groups and rules of the short form.
    mutating func addPath(of service: ServiceExpansion) throws(FieldError) {
        try service.check()
        try ConfigurationPlan.checkName(service.name, "\(service.field).name")
        guard service.hasShortPath else { return }
        for group in try service.targetGroups() {
            try claim("targetGroups[\(group.name)]", for: service.field)
            inventory.targetGroups[group.name] = group
        }
        for listener in service.listeners {
            let setting =
                listener == service.description.listener ? "listener" : "test_listener"
            guard inventory.listeners[listener] != nil else {
                throw FieldError("\(service.field).\(setting)", "\(listener) is no listener")
            }
            let rule = service.rule(on: listener, priority: priority(of: service, on: listener))
            try claim("rules[\(rule.name)]", for: service.field)
            try add(rule, isShifted: true, at: service.field)
            let place = "listeners[\(listener)].rules[\(rule.priority)].conditions"
            places["\(place)[0].pathPattern[0]"] = "\(service.field).path"
            places["\(place)[1].hostHeader[0]"] = "\(service.field).host"
        }
    }

    /// What the file says, or what the rule has already, or the first that is free.
    private func priority(of service: ServiceExpansion, on listener: ListenerName) -> Int {
        if let given = service.description.priority { return given }
        if let old = inventory.rules[service.rule(on: listener)] { return old.priority }
        let taken = Set(
            inventory.rules.values.values.filter { $0.listener == listener }.map(\.priority))
        return (ConfigurationPlan.priorityMin...).first { !taken.contains($0) }
            ?? ConfigurationPlan.priorityMin
    }

    /// The service itself, with the task definition of its short form.
    mutating func add(_ expansion: ServiceExpansion) throws(FieldError) {
        let field = expansion.field
        guard inventory.clusters.contains(expansion.cluster) else {
            throw FieldError("\(field).cluster", "\(expansion.cluster) is no active cluster")
        }
        let old = inventory.service(expansion.name, in: expansion.cluster)
        guard old?.value.status != .draining else {
            throw FieldError("\(field).name", "is being deleted; apply again when it is gone")
        }
        let definition = try taskDefinition(of: expansion, now: old?.value)
        var service: Service
        if let old, old.value.status == .active {
            service = old.value
        } else {
            service = Service(
                creating: expansion.name, in: expansion.cluster, after: old?.value, by: call)
        }
        try apply(expansion, to: &service, running: definition)
        try check(service, running: definition, at: field)
        services.append(
            ServiceChange(
                from: old, to: service, running: definition,
                deployments: old.map { inventory.deployments(of: $0.value) } ?? [], by: call,
                using: &generator))
    }

    /// Writes what the file says into `service`; what it does not mention stays.
    private mutating func apply(
        _ expansion: ServiceExpansion, to service: inout Service,
        running definition: TaskDefinition
    ) throws(FieldError) {
        let description = expansion.description
        let field = expansion.field
        let isNew = service.taskDefinition.isEmpty
        try description.applyScheduling(to: &service, field)
        if expansion.hasShortPath || description.loadBalancers != nil {
            service.loadBalancers = try loadBalancers(of: expansion, running: definition)
        }
        if isNew, !service.isDaemon {
            service.deploymentConfiguration.strategy = service.strategyByDefault
        }
        try description.deployment?.apply(to: &service.deploymentConfiguration, field)
        if let bakeTime = description.bakeTime {
            service.deploymentConfiguration.bakeTimeMilliseconds =
                try bakeTime.bakeTime("\(field).bake_time")
        }
        service.healthCheckGracePeriodSeconds =
            try description.healthCheckGracePeriod?.seconds("\(field).health_check_grace_period")
            ?? service.healthCheckGracePeriodSeconds
        if let recordTTL = description.recordTTL {
            service.recordTTLSeconds = try recordTTL.seconds("\(field).record_ttl")
            guard (1...86_400).contains(service.recordTTLSeconds) else {
                throw FieldError("\(field).record_ttl", "must be 1s to 1d")
            }
        }
        try description.applyPlacement(to: &service, field)
        try applyNames(expansion, to: &service)
    }

    /// Where the service is named.
    private mutating func applyNames(
        _ expansion: ServiceExpansion, to service: inout Service
    ) throws(FieldError) {
        let own = service.cluster.namespace
        let isNew = service.taskDefinition.isEmpty
        if isNew, inventory.namespaces[own] == nil {
            inventory.namespaces[own] = Namespace(name: own, createdAt: call.now)
        }
        service.namespaces = expansion.description.namespaces ?? service.namespaces
        for (index, name) in service.namespaces.enumerated()
        where inventory.namespaces[name] == nil {
            throw FieldError(
                "\(expansion.field).namespaces[\(index)]",
                "\(name) is no namespace; add it to namespaces")
        }
        if isNew || expansion.description.namespaces != nil {
            let others = inventory.services.map(\.value) + services.map(\.service)
            try service.checkNames(beside: others, "\(expansion.field).namespaces")
        }
        guard let registries = expansion.description.serviceRegistries else { return }
        let rules = ServiceRegistryRules(
            discoveryServices: inventory.discoveryServices, realm: call.realm)
        do throws(FieldError) {
            service.serviceRegistries = try rules.resolved(
                registries.map(ServiceRegistryRequest.init))
        } catch {
            throw FieldError(
                "\(expansion.field).\(FieldError.inFile(error.field))", error.problem)
        }
    }

    private func loadBalancers(
        of expansion: ServiceExpansion, running definition: TaskDefinition
    ) throws(FieldError) -> [ServiceLoadBalancer] {
        let names = LoadBalancerNames(
            realm: call.realm, rules: inventory.rules.values,
            listeners: Array(inventory.listeners.values.values))
        return try expansion.loadBalancers(running: definition).map(names.inFull)
    }

    private func check(
        _ service: Service, running definition: TaskDefinition, at field: String
    ) throws(FieldError) {
        let rules = ServiceRules(
            taskDefinition: definition, targetGroups: inventory.targetGroups.values,
            rules: inventory.rules.values)
        do throws(FieldError) {
            try rules.check(service)
        } catch {
            throw FieldError("\(field).\(FieldError.inFile(error.field))", error.problem)
        }
    }
}

extension ServiceExpansion {
    /// The entries of the service's `loadBalancers`, by name.
    func loadBalancers(
        running definition: TaskDefinition
    ) throws(FieldError) -> [ServiceLoadBalancer] {
        if let listener = description.listener, let port = description.port {
            var entry = ServiceLoadBalancer(
                targetGroupArn: blue.text,
                containerName: try container(of: definition, with: port, "\(field).port"),
                containerPort: port)
            entry.advancedConfiguration = AdvancedConfiguration(
                alternateTargetGroupArn: green.text,
                productionListenerRule: rule(on: listener).text,
                testListenerRule: description.testListener.map { rule(on: $0).text })
            return [entry]
        }
        var entries: [ServiceLoadBalancer] = []
        for (index, given) in (description.loadBalancers ?? []).enumerated() {
            entries.append(
                try entry(given, running: definition, "\(field).load_balancers[\(index)]"))
        }
        return entries
    }

    private func entry(
        _ given: ServiceLoadBalancerDescription, running definition: TaskDefinition,
        _ field: String
    ) throws(FieldError) -> ServiceLoadBalancer {
        var name = given.containerName ?? ""
        if given.containerName == nil {
            name = try container(
                of: definition, with: given.containerPort, "\(field).container_port")
        }
        var entry = ServiceLoadBalancer(
            targetGroupArn: given.targetGroup.text, containerName: name,
            containerPort: given.containerPort)
        switch (given.alternateTargetGroup, given.productionRule) {
        case (let alternate?, let production?):
            entry.advancedConfiguration = AdvancedConfiguration(
                alternateTargetGroupArn: alternate.text, productionListenerRule: production.text,
                testListenerRule: given.testRule?.text)
        case (_?, nil):
            throw FieldError(
                "\(field).production_rule", "is missing; alternate_target_group needs it")
        case (nil, _?):
            throw FieldError(
                "\(field).alternate_target_group", "is missing; production_rule needs it")
        case (nil, nil):
            guard given.testRule == nil else {
                throw FieldError("\(field).test_rule", "needs alternate_target_group")
            }
        }
        return entry
    }

    /// The first container that has `port`.
    private func container(
        of definition: TaskDefinition, with port: Int, _ field: String
    ) throws(FieldError) -> String {
        let container = definition.containerDefinitions.first {
            $0.portMappings.contains { $0.containerPort == port }
        }
        guard let container else {
            throw FieldError(
                field, "\(port) is no container port of \(definition.taskDefinitionArn)")
        }
        return container.name
    }
}

extension DeploymentDescription {
    func apply(
        to configuration: inout DeploymentConfiguration, _ service: String
    ) throws(FieldError) {
        let field = "\(service).deployment"
        if let strategy {
            do throws(FieldError) {
                configuration.strategy = try DeploymentStrategy(checking: strategy)
            } catch {
                throw FieldError("\(field).strategy", error.problem)
            }
        }
        configuration.canary = try step(
            configuration.canary, or: .canaryByDefault, percent: canaryPercent,
            within: TrafficStep.canaryWeights, "\(field).canary_percent",
            bakeTime: canaryBakeTime, "\(field).canary_bake_time")
        configuration.linear = try step(
            configuration.linear, or: .linearByDefault, percent: stepPercent,
            within: TrafficStep.linearWeights, "\(field).step_percent",
            bakeTime: stepBakeTime, "\(field).step_bake_time")
        if let bakeTime {
            configuration.bakeTimeMilliseconds = try bakeTime.bakeTime("\(field).bake_time")
        }
        configuration.minimumHealthyPercent =
            minimumHealthyPercent ?? configuration.minimumHealthyPercent
        configuration.maximumPercent = maximumPercent ?? configuration.maximumPercent
        configuration.circuitBreaker.enable =
            circuitBreaker ?? configuration.circuitBreaker.enable
        configuration.circuitBreaker.rollback = rollback ?? configuration.circuitBreaker.rollback
        configuration.verdict = verdict ?? configuration.verdict
        configuration.circuitBreaker.resetOnHealthyTask =
            resetOnHealthyTask ?? configuration.circuitBreaker.resetOnHealthyTask
        if let given = circuitBreakerThreshold {
            configuration.circuitBreaker.thresholdConfiguration = try BreakerThreshold(
                checking: given.type, given.value, "\(field).circuit_breaker_threshold")
        }
        if let progressDeadline {
            guard (1000...86_400_000).contains(progressDeadline.milliseconds) else {
                throw FieldError("\(field).progress_deadline", "must be 1s to 24h")
            }
            configuration.progressDeadlineMilliseconds = progressDeadline.milliseconds
        }
        if let hooks {
            configuration.lifecycleHooks = try DeploymentDescription.hooks(hooks, "\(field).hooks")
        }
        configuration.alarms = try alarms?.alarms("\(field).alarms") ?? configuration.alarms
    }

    private static func hooks(
        _ described: [LifecycleHookDescription], _ field: String
    ) throws(FieldError) -> [LifecycleHook] {
        guard described.count <= LifecycleHook.countMax else {
            throw FieldError(field, "must have \(LifecycleHook.countMax) elements at most")
        }
        var hooks: [LifecycleHook] = []
        for (index, hook) in described.enumerated() {
            hooks.append(try hook.hook("\(field)[\(index)]"))
        }
        return hooks
    }

    /// `old` with what is said of it; `nil` as long as nothing ever was.
    private func step(
        _ old: TrafficStep?, or standard: TrafficStep, percent: Double?,
        within weights: ClosedRange<Int>, _ percentField: String, bakeTime: TimeSpan?,
        _ bakeTimeField: String
    ) throws(FieldError) -> TrafficStep? {
        guard percent != nil || bakeTime != nil else { return old }
        var step = old ?? standard
        if let percent {
            step.weight = try TrafficStep.weight(percent, within: weights, percentField)
        }
        if let bakeTime { step.bakeTimeMilliseconds = try bakeTime.bakeTime(bakeTimeField) }
        return step
    }
}

extension TimeSpan {
    fileprivate func bakeTime(_ field: String) throws(FieldError) -> Int64 {
        guard milliseconds <= 86_400_000 else { throw FieldError(field, "must be 0s to 24h") }
        return milliseconds
    }
}
