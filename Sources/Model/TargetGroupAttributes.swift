/// How a target group's targets are chosen and stood in for: ALB's target group attributes by their
/// own names, and Teal's besides. Those that a record does not mention have their defaults.
package struct TargetGroupAttributes: Hashable, Sendable, Codable {
    /// `load_balancing.algorithm.type`.
    package var algorithm = LoadBalancingAlgorithm.roundRobin
    /// `load_balancing.algorithm.anomaly_mitigation`: whether a target that fails more often than
    /// its peers gets fewer requests; with `weighted_random` only.
    package var anomalyMitigation = OnOff.off
    /// `slow_start.duration_seconds`, 0-900: how long a target that became healthy while others
    /// were takes to get its full share. 0 is off; ALB has no less than 30.
    package var slowStartSeconds = 0
    /// `stickiness.enabled`: whether a client stays with the target that answered it first.
    package var isSticky = false
    /// `stickiness.type`.
    package var stickinessType = StickinessType.lbCookie
    /// `stickiness.lb_cookie.duration_seconds`, 1-604800: for how long since its last response.
    package var stickySeconds = 86_400
    /// `stickiness.app_cookie.cookie_name`, needed with `app_cookie`: the cookie by which the
    /// application says that a client shall stay.
    package var appCookieName: String?
    /// `stickiness.app_cookie.duration_seconds`, 1-604800: for how long since its last response.
    package var appCookieSeconds = 86_400
    /// `stickiness.key`, 32 hexadecimal digits: what cookies are signed with. Balancers that shall
    /// accept each other's have the same; each has one of its own when absent.
    package var stickinessKey: String?
    /// `target_group_health.unhealthy_state_routing.minimum_healthy_targets.count`, 1-10000 or off:
    /// with fewer healthy targets all of them get requests.
    package var minimumHealthyCount = Threshold(1)
    /// `target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage`, 1-100 or
    /// off.
    package var minimumHealthyPercentage = Threshold.off
    /// `rescue.enabled`: whether a request that a target failed is given to another one.
    package var rescues = true
    /// `rescue.status_codes`: answers that count as such a failure; any of 500, 502, 503 and 504.
    package var rescuedStatuses = [502, 503, 504]
    /// `rescue.budget.percentage`, 0-100: the requests of the last ten seconds that may be sent
    /// again, of a hundred, in each worker.
    package var rescueBudgetPercentage = 20
    /// `rescue.budget.minimum`, 0-10000: so many may be sent again however few requests there were.
    package var rescueBudgetMinimum = 100
    /// `rescue.body_bytes`, 0-1048576: the longest request, head included, that is kept to be sent
    /// again when it has a body.
    package var rescueBodyBytes = 65_536
    /// `proxy_protocol_v1.enabled`, Teal's own: whether connections to targets begin with a header
    /// of the PROXY protocol that names the client. Such a connection carries one request only, for
    /// the next one may be another client's.
    package var sendsProxyProtocolV1 = false
    /// `proxy_protocol_v2.enabled` (NLB's): the same in version 2; one of both at most.
    package var sendsProxyProtocolV2 = false
    /// `concurrency.maximum_per_target`, 0-100000, Teal's own: the requests that one target may
    /// have at one time, of one balancer. 0 is no limit.
    package var concurrencyMaximum = 0
    /// `concurrency.queue.length`, 0-10000: the requests that may wait for a target, in each
    /// worker.
    package var concurrencyQueueLength = 100
    /// `concurrency.queue.timeout_milliseconds`, 1-60000: how long each of them may wait.
    package var concurrencyQueueMilliseconds = 5000

    package init() {}

    private enum CodingKeys: String, CodingKey {
        case algorithm = "load_balancing.algorithm.type"
        case anomalyMitigation = "load_balancing.algorithm.anomaly_mitigation"
        case slowStartSeconds = "slow_start.duration_seconds"
        case isSticky = "stickiness.enabled"
        case stickinessType = "stickiness.type"
        case stickySeconds = "stickiness.lb_cookie.duration_seconds"
        case appCookieName = "stickiness.app_cookie.cookie_name"
        case appCookieSeconds = "stickiness.app_cookie.duration_seconds"
        case stickinessKey = "stickiness.key"
        case minimumHealthyCount =
            "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count"
        case minimumHealthyPercentage =
            "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage"
        case rescues = "rescue.enabled"
        case rescuedStatuses = "rescue.status_codes"
        case rescueBudgetPercentage = "rescue.budget.percentage"
        case rescueBudgetMinimum = "rescue.budget.minimum"
        case rescueBodyBytes = "rescue.body_bytes"
        case concurrencyMaximum = "concurrency.maximum_per_target"
        case concurrencyQueueLength = "concurrency.queue.length"
        case concurrencyQueueMilliseconds = "concurrency.queue.timeout_milliseconds"
        case sendsProxyProtocolV1 = "proxy_protocol_v1.enabled"
        case sendsProxyProtocolV2 = "proxy_protocol_v2.enabled"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func value<Value: Decodable>(_ key: CodingKeys, _ absent: Value) throws -> Value {
            try container.decodeIfPresent(Value.self, forKey: key) ?? absent
        }
        algorithm = try value(.algorithm, algorithm)
        anomalyMitigation = try value(.anomalyMitigation, anomalyMitigation)
        slowStartSeconds = try value(.slowStartSeconds, slowStartSeconds)
        isSticky = try value(.isSticky, isSticky)
        stickinessType = try value(.stickinessType, stickinessType)
        stickySeconds = try value(.stickySeconds, stickySeconds)
        appCookieName = try container.decodeIfPresent(String.self, forKey: .appCookieName)
        appCookieSeconds = try value(.appCookieSeconds, appCookieSeconds)
        stickinessKey = try container.decodeIfPresent(String.self, forKey: .stickinessKey)
        minimumHealthyCount = try value(.minimumHealthyCount, minimumHealthyCount)
        minimumHealthyPercentage = try value(.minimumHealthyPercentage, minimumHealthyPercentage)
        rescues = try value(.rescues, rescues)
        rescuedStatuses = try value(.rescuedStatuses, rescuedStatuses)
        rescueBudgetPercentage = try value(.rescueBudgetPercentage, rescueBudgetPercentage)
        rescueBudgetMinimum = try value(.rescueBudgetMinimum, rescueBudgetMinimum)
        rescueBodyBytes = try value(.rescueBodyBytes, rescueBodyBytes)
        concurrencyMaximum = try value(.concurrencyMaximum, concurrencyMaximum)
        concurrencyQueueLength = try value(.concurrencyQueueLength, concurrencyQueueLength)
        concurrencyQueueMilliseconds =
            try value(.concurrencyQueueMilliseconds, concurrencyQueueMilliseconds)
        sendsProxyProtocolV1 = try value(.sendsProxyProtocolV1, sendsProxyProtocolV1)
        sendsProxyProtocolV2 = try value(.sendsProxyProtocolV2, sendsProxyProtocolV2)
    }
}
