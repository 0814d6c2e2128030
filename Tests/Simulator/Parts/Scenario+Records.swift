import Model
import Store

/// What a user has described before the run begins.
extension Scenario {
    static let productionRule: RuleName = "web-rule"
    static let testRule: RuleName = "web-test-rule"

    /// A rolling deployment needs one only.
    private var groups: [TargetGroupName] {
        strategy == .rolling ? ["web-a"] : ["web-a", "web-b"]
    }

    func installation(at now: Instant) throws(StoreError) -> Transaction {
        var writes: [Write] = []
        let cluster = Cluster(name: Cluster.default, createdAt: now)
        writes.append(try .put(.cluster(Cluster.default), cluster))
        let balancer = LoadBalancer(name: Scenario.loadBalancer, createdAt: now)
        writes.append(try .put(.loadBalancer(balancer.name), balancer))
        let namespace = Namespace(name: "default", createdAt: now)
        writes.append(try .put(.namespace(namespace.name), namespace))
        for listener in listeners { writes.append(try .put(.listener(listener.name), listener)) }
        for rule in rules { writes.append(try .put(.rule(rule.name), rule)) }
        for group in targetGroups { writes.append(try .put(.targetGroup(group.name), group)) }
        return Transaction(writes)
    }

    private var listeners: [Listener] {
        let notFound = RuleAction.fixedResponse(
            statusCode: 404, contentType: "text/plain", body: "")
        let production = Listener(
            name: Scenario.productionListener, loadBalancer: Scenario.loadBalancer,
            address: "0.0.0.0", port: 8080, defaultAction: notFound)
        let test = Listener(
            name: Scenario.testListener, loadBalancer: Scenario.loadBalancer, address: "0.0.0.0",
            port: 8081, defaultAction: notFound)
        return hasTestListener ? [production, test] : [production]
    }

    private var rules: [Rule] {
        let action = RuleAction.forward(
            groups.enumerated().map {
                WeightedTargetGroup(targetGroup: $1, weight: $0 == 0 ? 1000 : 0)
            })
        let everything = [RuleCondition.pathPattern(["*"])]
        let production = Rule(
            name: Scenario.productionRule, listener: Scenario.productionListener, priority: 1,
            conditions: everything, action: action)
        let test = Rule(
            name: Scenario.testRule, listener: Scenario.testListener, priority: 1,
            conditions: everything, action: action)
        return hasTestListener ? [production, test] : [production]
    }

    private var targetGroups: [TargetGroup] {
        groups.map { name in
            var check = HealthCheck()
            check.intervalMilliseconds = probeMilliseconds
            check.timeoutMilliseconds = 200
            check.healthyThresholdCount = 2
            var group = TargetGroup(name: name, healthCheck: check)
            group.deregistrationDelaySeconds = deregistrationDelaySeconds
            group.service = Scenario.web
            return group
        }
    }

    func service(_ name: ServiceName, at now: Instant) -> Service {
        var configuration = DeploymentConfiguration()
        configuration.strategy = strategy
        configuration.canary = step
        configuration.linear = step
        configuration.lifecycleHooks = hooks.isEmpty ? nil : hooks
        configuration.minimumHealthyPercent = minimumHealthyPercent
        configuration.maximumPercent = maximumPercent
        configuration.bakeTimeMilliseconds = bakeMilliseconds
        configuration.progressDeadlineMilliseconds = progressDeadlineMilliseconds
        var service = Service(
            name: name, cluster: Cluster.default, taskDefinition: "", desiredCount: desiredCount,
            deploymentConfiguration: configuration, createdAt: now)
        service.recordTTLSeconds = recordTTLSeconds
        if name == Scenario.worker, hasDaemon { makeDaemon(&service) }
        guard name == Scenario.web else { return service }
        var entry = ServiceLoadBalancer(
            targetGroupArn: groups[0].text, containerName: Scenario.container,
            containerPort: Scenario.containerPort)
        if let alternate = groups.dropFirst().first {
            entry.advancedConfiguration = AdvancedConfiguration(
                alternateTargetGroupArn: alternate.text,
                productionListenerRule: Scenario.productionRule.text,
                testListenerRule: hasTestListener ? Scenario.testRule.text : nil)
        }
        service.loadBalancers = [entry]
        return service
    }

    private func makeDaemon(_ service: inout Service) {
        service.schedulingStrategy = .daemon
        service.desiredCount = 0
        service.deploymentConfiguration.strategy = .rolling
        service.deploymentConfiguration.minimumHealthyPercent = min(minimumHealthyPercent, 50)
        service.deploymentConfiguration.maximumPercent = 100
        service.deploymentConfiguration.lifecycleHooks = nil
    }

    func taskDefinition(
        of service: ServiceName, revision: Int, _ behaviour: Behaviour, at now: Instant
    ) -> TaskDefinition {
        var container = ContainerDefinition(
            name: Scenario.container, image: ContainerDefinition.hostImage)
        container.portMappings = [PortMapping(containerPort: Scenario.containerPort)]
        container.environment = [KeyValuePair(name: Behaviour.variable, value: behaviour.rawValue)]
        return TaskDefinition(
            family: service.text, revision: revision,
            taskDefinitionArn: Realm.local.taskDefinition(
                family: service.text, revision: revision),
            containerDefinitions: [container], registeredAt: now)
    }
}
