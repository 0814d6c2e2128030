package import Model

/// A load balancer, the ports it listens on, and the rules that say where requests go.
package struct LoadBalancerDescription: Hashable, Sendable, Codable {
    package var name: LoadBalancerName
    /// How long a connection may be silent, 1s to 4000s; 60s when absent.
    package var idleTimeout: TimeSpan?
    /// The longest life of a client connection, 60s to 604800s; 3600s when absent.
    package var clientKeepAlive: TimeSpan?
    /// What the rules of each listener may hold; ALB's quotas when absent.
    package var ruleLimits: RuleLimitsDescription?
    /// ALB's `routing.http.*`.
    package var attributes: RoutingAttributes?
    package var listeners: [ListenerDescription]?

    package init(name: LoadBalancerName) {
        self.name = name
    }

    private enum CodingKeys: String, CodingKey {
        case name
        case idleTimeout = "idle_timeout"
        case clientKeepAlive = "client_keep_alive"
        case ruleLimits = "rule_limits"
        case attributes
        case listeners
    }
}

package struct ListenerDescription: Hashable, Sendable, Codable {
    /// Unique among all listeners: services refer to it.
    package var name: ListenerName
    /// The local address, `0.0.0.0` when absent.
    package var address: String?
    /// 1-65535.
    package var port: Int
    /// ALB's `routing.http.response.*`, and `client_connections.*`.
    package var attributes: ListenerAttributes?
    /// What happens to a request that no rule takes; status 404 when absent.
    package var defaultAction: ActionDescription?
    package var rules: [RuleDescription]?

    package init(name: ListenerName, port: Int) {
        self.name = name
        self.port = port
    }

    private enum CodingKeys: String, CodingKey {
        case name
        case address
        case port
        case attributes
        case defaultAction = "default_action"
        case rules
    }
}

/// ALB's quotas of rules, to be raised.
package struct RuleLimitsDescription: Hashable, Sendable, Codable {
    /// Rules of one listener, 1-50000; 100 when absent.
    package var rules: Int?
    /// Values of all conditions of one rule, 1-1000; 5 when absent.
    package var conditionValues: Int?
    /// `*` and `?` in all conditions of one rule, 0-1000; 6 when absent.
    package var wildcards: Int?
    /// Target groups of one action, 1-100; 5 when absent.
    package var targetGroups: Int?

    package init() {}

    private enum CodingKeys: String, CodingKey {
        case rules
        case conditionValues = "condition_values"
        case wildcards
        case targetGroups = "target_groups"
    }
}
