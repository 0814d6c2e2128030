/// An application load balancer as its user describes it.
package struct LoadBalancer: Hashable, Sendable, Codable {
    package var name: LoadBalancerName
    package var createdAt: Instant
    /// ALB's `idle_timeout.timeout_seconds`, 1-4000.
    package var idleTimeoutSeconds: Int = 60
    /// ALB's `client_keep_alive.seconds`, 60-604800: the longest life of a client connection.
    package var clientKeepAliveSeconds: Int = 3600
    /// What each of its listeners may hold; ALB's quotas when absent.
    package var ruleLimits: RuleLimits?
    /// ALB's `routing.http.*`; ALB's defaults when absent.
    package var routing: RoutingAttributes?

    package init(name: LoadBalancerName, createdAt: Instant) {
        self.name = name
        self.createdAt = createdAt
    }
}

/// A port of a load balancer, with the rules that say where its requests go.
package struct Listener: Hashable, Sendable, Codable {
    package var name: ListenerName
    package var loadBalancer: LoadBalancerName
    /// The local address to listen on: `0.0.0.0`, `::`, `127.0.0.1`, ...
    package var address: String
    /// 1-65535.
    package var port: UInt16
    package var `protocol`: ListenerProtocol = .http
    /// Highest priority (lowest number) first; the default rule is `defaultAction`.
    package var rules: [Rule]
    package var defaultAction: RuleAction
    package var idleTimeoutSeconds: Int = 60
    package var clientKeepAliveSeconds: Int = 3600
    /// What goes with `defaultAction` when that forwards.
    package var defaultForwarding: ForwardOptions?
    /// What `rules` are held to; `RuleLimits.largest` when absent.
    package var ruleLimits: RuleLimits?
    /// Those of its load balancer.
    package var routing: RoutingAttributes?
    /// ALB's `routing.http.response.*`; nothing is changed when absent.
    package var responses: ResponseAttributes?
    /// `client_connections.*`; the defaults when absent.
    package var connections: ConnectionAttributes?

    package init(
        name: ListenerName, loadBalancer: LoadBalancerName, address: String, port: UInt16,
        rules: [Rule] = [], defaultAction: RuleAction
    ) {
        self.name = name
        self.loadBalancer = loadBalancer
        self.address = address
        self.port = port
        self.rules = rules
        self.defaultAction = defaultAction
    }
}

package enum ListenerProtocol: String, Hashable, Sendable, Codable {
    case http = "HTTP"
    case https = "HTTPS"
}

/// "Requests like these go there." All conditions must hold; values within one are alternatives.
package struct Rule: Hashable, Sendable, Codable {
    package var name: RuleName
    package var listener: ListenerName
    /// 1-50000, unique per listener; the lowest number is tried first.
    package var priority: Int
    package var conditions: [RuleCondition]
    package var action: RuleAction
    /// What goes with `action` when that forwards.
    package var forwarding: ForwardOptions?
    /// How a request is changed on its way to a target: at most one of each kind.
    package var transforms: [RuleTransform]?

    package init(
        name: RuleName, listener: ListenerName, priority: Int, conditions: [RuleCondition],
        action: RuleAction
    ) {
        self.name = name
        self.listener = listener
        self.priority = priority
        self.conditions = conditions
        self.action = action
    }
}

/// One condition of a rule; each holds when any of its values does (ALB's rule condition types).
package enum RuleCondition: Hashable, Sendable, Codable {
    /// Case-insensitive; `*` and `?` are wildcards.
    case hostHeader([String])
    /// Case-sensitive, the path without the query; `*` and `?` are wildcards.
    case pathPattern([String])
    /// ALB's `RegexValues`: found anywhere in the host, in any case of letters.
    case hostHeaderRegex([String])
    /// ALB's `RegexValues`: found anywhere in the path without the query, case-sensitive.
    case pathPatternRegex([String])
    /// ALB's `RegexValues`: found anywhere in a value, in any case of letters.
    case httpHeaderRegex(name: String, values: [String])
    /// Name and values, both case-insensitive; wildcards in values.
    case httpHeader(name: String, values: [String])
    /// Exact, case-sensitive.
    case httpRequestMethod([String])
    /// Case-insensitive; wildcards in keys and values, but for those that a backslash precedes; a
    /// `nil` key matches any.
    case queryString([QueryStringPair])
    /// CIDR blocks, against the peer's address.
    case sourceIP([String])
}

package struct QueryStringPair: Hashable, Sendable, Codable {
    package var key: String?
    package var value: String

    package init(key: String?, value: String) {
        self.key = key
        self.value = value
    }
}

package enum RuleAction: Hashable, Sendable, Codable {
    case forward([WeightedTargetGroup])
    case fixedResponse(statusCode: Int, contentType: String, body: String)
    /// `location` may hold ALB's placeholders: `#{protocol}`, `#{host}`, `#{port}`, `#{path}` and
    /// `#{query}`.
    case redirect(statusCode: Int, location: String)
}

package struct WeightedTargetGroup: Hashable, Sendable, Codable {
    package var targetGroup: TargetGroupName
    /// In tenths of a percent, 0-1000; the shift of one pair adds up to 1000.
    package var weight: Int

    package init(targetGroup: TargetGroupName, weight: Int) {
        self.targetGroup = targetGroup
        self.weight = weight
    }
}
