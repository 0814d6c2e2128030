package import Model

/// A configuration, checked and compiled; never changed, only replaced as a whole.
package final class RoutingTable: Sendable {
    package let generation: UInt64
    package let listeners: [CompiledListener]
    package let targetGroups: [CompiledTargetGroup]

    /// Throws the first defect, and then nothing of `configuration` is in force.
    package init(_ configuration: LoadBalancerConfiguration) throws(ConfigurationDefect) {
        generation = configuration.generation
        let indices = try RoutingTable.indices(of: configuration.targetGroups)
        try RoutingTable.check(listeners: configuration.listeners)
        var listeners: [CompiledListener] = []
        for listener in configuration.listeners {
            listeners.append(try CompiledListener(listener, groups: indices))
        }
        var groups: [CompiledTargetGroup] = []
        let used = Set(listeners.flatMap(\.groups))
        for (index, group) in configuration.targetGroups.enumerated() {
            groups.append(try CompiledTargetGroup(group, isUsed: used.contains(index)))
        }
        self.listeners = listeners
        targetGroups = groups
    }

    private static func indices(
        of groups: [TargetGroup]
    ) throws(ConfigurationDefect) -> [TargetGroupName: Int] {
        guard groups.count <= ConfigurationLimits.targetGroupsMax else {
            throw ConfigurationDefect(
                "targetGroups", "\(groups.count); at most \(ConfigurationLimits.targetGroupsMax)")
        }
        var indices: [TargetGroupName: Int] = [:]
        for (index, group) in groups.enumerated() {
            guard indices.updateValue(index, forKey: group.name) == nil else {
                throw ConfigurationDefect("targetGroups[\(group.name)]", "the name is used twice")
            }
        }
        return indices
    }

    private static func check(listeners: [Listener]) throws(ConfigurationDefect) {
        guard listeners.count <= ConfigurationLimits.listenersMax else {
            throw ConfigurationDefect(
                "listeners", "\(listeners.count); at most \(ConfigurationLimits.listenersMax)")
        }
        var names: Set<ListenerName> = []
        var places: Set<String> = []
        for listener in listeners {
            guard names.insert(listener.name).inserted else {
                throw ConfigurationDefect("listeners[\(listener.name)]", "the name is used twice")
            }
            guard places.insert("\(listener.address) \(listener.port)").inserted else {
                throw ConfigurationDefect(
                    "listeners[\(listener.name)].port",
                    "another listener has \(listener.address) port \(listener.port)")
            }
        }
    }
}

package struct CompiledTargetGroup: Sendable {
    package let source: TargetGroup
    package let matcher: StatusMatcher
    /// Whether any action names it; a group that none names is not probed.
    package let isUsed: Bool
}

package struct CompiledListener: Sendable {
    package let name: ListenerName
    package let address: String
    package let port: UInt16
    package let idleTimeoutSeconds: Int
    package let clientKeepAliveSeconds: Int
    /// By priority; the default action is the last.
    package let actions: [CompiledAction]
    private let rules: [CompiledRule]

    private struct CompiledRule: Sendable {
        let conditions: [RuleMatcher]
    }

    /// Whether every request gets the default action.
    package var isUnconditional: Bool { rules.isEmpty }

    /// The indices of all target groups that its actions name, those of weight zero included.
    let groups: [Int]

    /// The index of the action for `request`: the first rule whose conditions all hold.
    package func action(for request: RequestView) -> Int {
        rules.firstIndex { rule in
            rule.conditions.allSatisfy { $0.holds(for: request) }
        } ?? rules.count
    }
}

extension CompiledListener {
    init(
        _ listener: Listener, groups indices: [TargetGroupName: Int]
    ) throws(ConfigurationDefect) {
        let field = "listeners[\(listener.name)]"
        try CompiledListener.check(listener, field)
        let ordered = listener.rules.sorted { $0.priority < $1.priority }
        var rules: [CompiledRule] = []
        var actions: [CompiledAction] = []
        for (index, rule) in ordered.enumerated() {
            let field = "\(field).rules[\(rule.priority)]"
            guard (1...50_000).contains(rule.priority) else {
                throw ConfigurationDefect("\(field).priority", "must be 1 to 50000")
            }
            guard index == 0 || ordered[index - 1].priority != rule.priority else {
                throw ConfigurationDefect("\(field).priority", "two rules have it")
            }
            guard !rule.conditions.isEmpty else {
                throw ConfigurationDefect("\(field).conditions", "there must be at least one")
            }
            var conditions: [RuleMatcher] = []
            for condition in rule.conditions {
                conditions.append(try RuleMatcher(condition, at: "\(field).conditions"))
            }
            rules.append(CompiledRule(conditions: conditions))
            actions.append(try CompiledAction(rule.action, "\(field).action", indices))
        }
        actions.append(
            try CompiledAction(listener.defaultAction, "\(field).defaultAction", indices))
        name = listener.name
        address = listener.address
        port = listener.port
        idleTimeoutSeconds = listener.idleTimeoutSeconds
        clientKeepAliveSeconds = listener.clientKeepAliveSeconds
        self.rules = rules
        self.actions = actions
        groups = (listener.rules.map(\.action) + [listener.defaultAction]).flatMap {
            $0.targetGroups.compactMap { indices[$0] }
        }
    }

    private static func check(
        _ listener: Listener, _ field: String
    ) throws(ConfigurationDefect) {
        guard IPAddress(listener.address) != nil else {
            throw ConfigurationDefect(
                "\(field).address",
                "'\(listener.address)' is no IP address; write 0.0.0.0 or :: for all of them")
        }
        guard listener.protocol == .http else {
            throw ConfigurationDefect("\(field).protocol", "only HTTP is served; use HTTP")
        }
        guard listener.rules.count <= ConfigurationLimits.rulesPerListenerMax else {
            throw ConfigurationDefect(
                "\(field).rules",
                "\(listener.rules.count); at most \(ConfigurationLimits.rulesPerListenerMax)")
        }
        guard (1...4000).contains(listener.idleTimeoutSeconds) else {
            throw ConfigurationDefect("\(field).idleTimeoutSeconds", "must be 1 to 4000")
        }
        guard (60...604_800).contains(listener.clientKeepAliveSeconds) else {
            throw ConfigurationDefect("\(field).clientKeepAliveSeconds", "must be 60 to 604800")
        }
    }
}

extension RuleAction {
    var targetGroups: [TargetGroupName] {
        guard case .forward(let shares) = self else { return [] }
        return shares.map(\.targetGroup)
    }
}
