package import Model

/// A configuration, checked and compiled; never changed, only replaced as a whole.
package final class RoutingTable: Sendable {
    package let generation: UInt64
    package let listeners: [CompiledListener]
    package let targetGroups: [CompiledTargetGroup]

    /// Throws the first defect, and then nothing of `configuration` is in force.
    ///
    /// What `previous` has compiled already, and is the same, is taken over.
    package init(
        _ configuration: LoadBalancerConfiguration, after previous: RoutingTable? = nil,
        expressions compiler: ExpressionCompiler = .none
    ) throws(ConfigurationDefect) {
        generation = configuration.generation
        let indices = try RoutingTable.indices(of: configuration.targetGroups)
        try RoutingTable.check(listeners: configuration.listeners)
        var listeners: [CompiledListener] = []
        for listener in configuration.listeners {
            let old = previous?.listeners.first { $0.name == listener.name }
            listeners.append(
                try CompiledListener(listener, groups: indices, after: old, compiler))
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
    package let attributes: TargetGroupAttributes
    package let matcher: StatusMatcher
    /// Whether any action names it; a group that none names is not probed.
    package let isUsed: Bool
}

extension RoutingTable {
    /// Indices of the groups that some action sends requests to.
    package var weightedGroups: Set<Int> {
        Set(listeners.flatMap(\.actions).flatMap(\.weightedGroups))
    }
}

extension CompiledAction {
    fileprivate var weightedGroups: [Int] {
        guard case .forward(let plan) = self else { return [] }
        return plan.shares.map(\.group)
    }
}
