package import Model

/// A load balancer, the ports it listens on, and the rules that say where requests go.
package struct LoadBalancerDescription: Hashable, Sendable, Codable {
    package var name: LoadBalancerName
    /// How long a connection may be silent, 1s to 4000s; 60s when absent.
    package var idleTimeout: TimeSpan?
    /// The longest life of a client connection, 60s to 604800s; 3600s when absent.
    package var clientKeepAlive: TimeSpan?
    package var listeners: [ListenerDescription]?

    package init(name: LoadBalancerName) {
        self.name = name
    }

    private enum CodingKeys: String, CodingKey {
        case name
        case idleTimeout = "idle_timeout"
        case clientKeepAlive = "client_keep_alive"
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
        case defaultAction = "default_action"
        case rules
    }
}

/// What is done with a request; exactly one of the three is given.
package struct ActionDescription: Hashable, Sendable, Codable {
    package var forward: [ForwardDescription]?
    package var fixedResponse: FixedResponseDescription?
    package var redirect: RedirectDescription?

    package init() {}

    private enum CodingKeys: String, CodingKey {
        case forward
        case fixedResponse = "fixed_response"
        case redirect
    }
}

package struct ForwardDescription: Hashable, Sendable, Codable {
    package var targetGroup: TargetGroupName
    /// In tenths of a percent; the weights of an action add up to 1000. May be absent when there
    /// is one target group.
    package var weight: Int?

    package init(targetGroup: TargetGroupName, weight: Int? = nil) {
        self.targetGroup = targetGroup
        self.weight = weight
    }

    private enum CodingKeys: String, CodingKey {
        case targetGroup = "target_group"
        case weight
    }
}

package struct FixedResponseDescription: Hashable, Sendable, Codable {
    /// 200-599 without 3xx, as ALB takes it.
    package var statusCode: Int
    /// `text/plain` when absent.
    package var contentType: String?
    package var body: String?

    package init(statusCode: Int) {
        self.statusCode = statusCode
    }

    private enum CodingKeys: String, CodingKey {
        case statusCode = "status_code"
        case contentType = "content_type"
        case body
    }
}

package struct RedirectDescription: Hashable, Sendable, Codable {
    /// 301 or 302.
    package var statusCode: Int
    /// May hold `#{protocol}` `#{host}` `#{port}` `#{path}` `#{query}`.
    package var location: String

    package init(statusCode: Int, location: String) {
        self.statusCode = statusCode
        self.location = location
    }

    private enum CodingKeys: String, CodingKey {
        case statusCode = "status_code"
        case location
    }
}
