import Model

extension ConfigurationPlan {
    mutating func add(_ description: TargetGroupDescription, at field: String) throws(FieldError) {
        try ConfigurationPlan.checkName(description.name, "\(field).name")
        try claim("targetGroups[\(description.name)]", for: field)
        var group = TargetGroup(name: description.name)
        group.service = inventory.targetGroups[description.name]?.service
        group.healthCheck =
            try description.healthCheck?.healthCheck("\(field).health_check")
            ?? HealthCheck()
        group.deregistrationDelaySeconds =
            try description.deregistrationDelay?.seconds("\(field).deregistration_delay") ?? 300
        group.upstreamIdleMilliseconds = Int(description.upstreamIdle?.milliseconds ?? 4000)
        group.attributes = try description.attributes?.checked("\(field).attributes")
        inventory.targetGroups[group.name] = group
    }

    mutating func add(_ description: LoadBalancerDescription, at field: String) throws(FieldError) {
        try ConfigurationPlan.checkName(description.name, "\(field).name")
        try claim("loadBalancers[\(description.name)]", for: field)
        let old = inventory.loadBalancers[description.name]
        var balancer = LoadBalancer(
            name: description.name, createdAt: old?.createdAt ?? call.now)
        balancer.idleTimeoutSeconds =
            try description.idleTimeout?.seconds("\(field).idle_timeout") ?? 60
        balancer.clientKeepAliveSeconds =
            try description.clientKeepAlive?.seconds("\(field).client_keep_alive") ?? 3600
        balancer.ruleLimits = description.ruleLimits?.limits
        balancer.routing = description.attributes
        inventory.loadBalancers[balancer.name] = balancer
        for (index, listener) in (description.listeners ?? []).enumerated() {
            try add(listener, of: balancer, at: "\(field).listeners[\(index)]")
            places["listeners[\(listener.name)].ruleLimits"] = "\(field).rule_limits"
        }
    }

    private mutating func add(
        _ description: ListenerDescription, of balancer: LoadBalancer, at field: String
    ) throws(FieldError) {
        try ConfigurationPlan.checkName(description.name, "\(field).name")
        try claim("listeners[\(description.name)]", for: field)
        if let owner = inventory.listeners[description.name]?.loadBalancer,
            owner != balancer.name
        {
            throw FieldError("\(field).name", "is a listener of load balancer \(owner) already")
        }
        guard let port = UInt16(exactly: description.port), port > 0 else {
            throw FieldError("\(field).port", "must be 1 to 65535")
        }
        var listener = Listener(
            name: description.name, loadBalancer: balancer.name,
            address: description.address ?? "0.0.0.0", port: port,
            defaultAction: .fixedResponse(
                statusCode: 404, contentType: "text/plain", body: "No rule takes this request.\n"))
        if let action = description.defaultAction {
            listener.defaultAction = try action.action("\(field).default_action")
            listener.defaultForwarding = action.forwarding
        }
        listener.idleTimeoutSeconds = balancer.idleTimeoutSeconds
        listener.clientKeepAliveSeconds = balancer.clientKeepAliveSeconds
        listener.ruleLimits = balancer.ruleLimits ?? RuleLimits()
        listener.routing = balancer.routing
        try description.attributes?.check("\(field).attributes")
        listener.responses = description.attributes?.responses
        listener.connections = description.attributes?.connections
        inventory.listeners[listener.name] = listener
    }

    mutating func add(_ name: NamespaceName, at field: String) throws(FieldError) {
        let labels = name.text.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.allSatisfy({ NameRules.isLabel($0) }), name.text.utf8.count <= 200 else {
            throw FieldError(field, "must be a domain name such as default or shop.internal")
        }
        if inventory.namespaces[name] == nil {
            inventory.namespaces[name] = Namespace(name: name, createdAt: call.now)
        }
    }

    /// The rules come once all services have said which of them they shift.
    mutating func addRules(
        of balancer: LoadBalancerDescription, _ services: [ServiceExpansion], at field: String
    ) throws(FieldError) {
        let shifted = inventory.shiftedRules.union(services.flatMap(\.shiftedRules))
        for (place, listener) in (balancer.listeners ?? []).enumerated() {
            for (index, description) in (listener.rules ?? []).enumerated() {
                let field = "\(field).listeners[\(place)].rules[\(index)]"
                let rule = try description.rule(of: listener.name, at: field)
                try ConfigurationPlan.checkName(rule.name, "\(field).name")
                try claim("rules[\(rule.name)]", for: field)
                try add(rule, isShifted: shifted.contains(rule.name), at: field)
            }
        }
    }

    /// Puts `rule` in its place.
    ///
    /// The weights of one that deployments shift stay as they are, as long as they are between the
    /// same target groups.
    mutating func add(_ rule: Rule, isShifted: Bool, at field: String) throws(FieldError) {
        if let owner = inventory.rules[rule.name]?.listener, owner != rule.listener {
            throw FieldError(
                "\(field).name", "rule \(rule.name) belongs to listener \(owner) already")
        }
        var rule = rule
        if isShifted, let old = inventory.rules[rule.name],
            Set(old.action.targetGroups) == Set(rule.action.targetGroups)
        {
            rule.action = old.action
        }
        inventory.rules[rule.name] = rule
        if let listener = inventory.listeners[rule.listener] {
            let place = "listeners[\(listener.name)].rules[\(rule.priority)]"
            places[place] = field
            // In the file what is done stands beside the conditions.
            places["\(place).action"] = field
        }
    }

    /// Notes that the thing called `name` is described at `field`, and only there.
    mutating func claim(_ name: String, for field: String) throws(FieldError) {
        if let other = places[name] {
            throw FieldError("\(field).name", "is taken: \(other) has it too")
        }
        places[name] = field
    }
}
