package import Model

/// A set of interchangeable targets, and how to tell which of them are well.
package struct TargetGroupDescription: Hashable, Sendable, Codable {
    package var name: TargetGroupName
    package var healthCheck: HealthCheckDescription?
    /// How long requests in flight may finish, 0s to 3600s; 300s when absent.
    package var deregistrationDelay: TimeSpan?
    /// How long an idle connection to a target is kept, 4s when absent: shorter than the target's
    /// own keep-alive timeout, or requests race its close.
    package var upstreamIdle: TimeSpan?
    /// ALB's attributes and Teal's, by name; their defaults when absent.
    package var attributes: TargetGroupAttributes?

    package init(name: TargetGroupName) {
        self.name = name
    }

    private enum CodingKeys: String, CodingKey {
        case name
        case healthCheck = "health_check"
        case deregistrationDelay = "deregistration_delay"
        case upstreamIdle = "upstream_idle"
        case attributes
    }
}

/// How targets are probed: ALB's settings, with its defaults.
package struct HealthCheckDescription: Hashable, Sendable, Codable {
    /// `/` when absent.
    package var path: String?
    /// The traffic port when absent.
    package var port: Int?
    /// 100ms to 300s; 30s when absent.
    package var interval: TimeSpan?
    /// 50ms to 120s; 5s, or the interval if that is less, when absent.
    package var timeout: TimeSpan?
    /// 2-10; 5 when absent.
    package var healthyThreshold: Int?
    /// 2-10; 2 when absent.
    package var unhealthyThreshold: Int?
    /// `200` when absent; `200,202` and `200-299` are possible.
    package var matcher: String?

    package init() {}

    private enum CodingKeys: String, CodingKey {
        case path
        case port
        case interval
        case timeout
        case healthyThreshold = "healthy_threshold"
        case unhealthyThreshold = "unhealthy_threshold"
        case matcher
    }
}
