/// A set of interchangeable targets, and how to tell which of them are well.
package struct TargetGroup: Hashable, Sendable, Codable {
    package var name: TargetGroupName
    package var healthCheck: HealthCheck
    /// ALB's `deregistration_delay.timeout_seconds`, 0-3600: the time that requests in flight have.
    package var deregistrationDelaySeconds: Int = 300
    /// How long an idle connection to a target is kept, in milliseconds: it must be shorter than
    /// the target's own keep-alive timeout, or requests race its close.
    package var upstreamIdleMilliseconds: Int = 4000
    /// How targets are chosen and stood in for; the defaults when absent.
    package var attributes: TargetGroupAttributes?
    /// The service whose tasks are registered here, when one is.
    package var service: ServiceName?
    /// Registered targets, by id. Empty in the user's description; the control loop fills it in
    /// the snapshot it publishes.
    package var targets: [Target] = []

    package init(name: TargetGroupName, healthCheck: HealthCheck = HealthCheck()) {
        self.name = name
        self.healthCheck = healthCheck
    }
}

/// One address that answers requests.
package struct Target: Hashable, Sendable, Codable {
    /// Unique for all time (a task's id and container port), so that a reused address is a new
    /// target with a health of its own.
    package var id: TargetID
    /// IPv4 or IPv6 in text.
    package var address: String
    package var port: UInt16
    /// The service revision it runs: every count of requests and errors carries it.
    package var revision: ServiceRevisionID?

    package init(id: TargetID, address: String, port: UInt16, revision: ServiceRevisionID? = nil) {
        self.id = id
        self.address = address
        self.port = port
        self.revision = revision
    }
}

/// How a target group's targets are probed: ALB's settings, with intervals below five seconds too.
package struct HealthCheck: Hashable, Sendable, Codable {
    package var path: String = "/"
    /// `nil` is ALB's `traffic-port`.
    package var port: UInt16?
    package var intervalMilliseconds: Int = 30_000
    package var timeoutMilliseconds: Int = 5_000
    /// Consecutive passes that make an unhealthy target healthy; a new one needs a single pass.
    package var healthyThresholdCount: Int = 5
    package var unhealthyThresholdCount: Int = 2
    /// ALB's `Matcher.HttpCode`: `200`, `200,202`, `200-299`.
    package var matcher: String = "200"

    package init() {}
}

/// `TargetHealthStateEnum` of ELBv2.
package enum TargetHealthState: String, Hashable, Sendable, Codable {
    case initial
    case healthy
    case unhealthy
    case unused
    case draining
    case unavailable
}

/// What one balancer thinks of one target.
package struct TargetHealth: Hashable, Sendable, Codable {
    package var state: TargetHealthState
    /// `TargetHealthReasonEnum` of ELBv2, absent when healthy: `Target.Timeout`, ...
    package var reason: String?
    package var description: String?

    package init(state: TargetHealthState, reason: String? = nil, description: String? = nil) {
        self.state = state
        self.reason = reason
        self.description = description
    }
}
