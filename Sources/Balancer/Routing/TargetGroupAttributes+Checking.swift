package import Model

extension TargetGroupAttributes {
    /// Throws what is wrong with them, in the place called `field`.
    package func check(_ field: String) throws(ConfigurationDefect) {
        try check(slowStartSeconds, in: 0...900, "\(field).slow_start.duration_seconds")
        guard anomalyMitigation == .off || algorithm == .weightedRandom else {
            throw ConfigurationDefect(
                "\(field).load_balancing.algorithm.anomaly_mitigation",
                "needs load_balancing.algorithm.type weighted_random")
        }
        try checkStickiness("\(field).stickiness")
        let minimum =
            "\(field).target_group_health.unhealthy_state_routing.minimum_healthy_targets"
        try check(minimumHealthyCount.value ?? 1, in: 1...10_000, "\(minimum).count")
        try check(minimumHealthyPercentage.value ?? 1, in: 1...100, "\(minimum).percentage")
        try check(rescueBudgetPercentage, in: 0...100, "\(field).rescue.budget.percentage")
        try check(rescueBudgetMinimum, in: 0...10_000, "\(field).rescue.budget.minimum")
        try check(rescueBodyBytes, in: 0...1_048_576, "\(field).rescue.body_bytes")
        guard rescuedStatuses.allSatisfy({ [500, 502, 503, 504].contains($0) }) else {
            throw ConfigurationDefect(
                "\(field).rescue.status_codes", "may hold 500, 502, 503 and 504")
        }
        try check(concurrencyMaximum, in: 0...100_000, "\(field).concurrency.maximum_per_target")
        try check(concurrencyQueueLength, in: 0...10_000, "\(field).concurrency.queue.length")
        try check(
            concurrencyQueueMilliseconds, in: 1...60_000,
            "\(field).concurrency.queue.timeout_milliseconds")
        guard !sendsProxyProtocolV1 || !sendsProxyProtocolV2 else {
            throw ConfigurationDefect(
                "\(field).proxy_protocol_v1.enabled",
                "cannot be beside proxy_protocol_v2.enabled")
        }
    }

    private func checkStickiness(_ field: String) throws(ConfigurationDefect) {
        try check(stickySeconds, in: 1...604_800, "\(field).lb_cookie.duration_seconds")
        try check(appCookieSeconds, in: 1...604_800, "\(field).app_cookie.duration_seconds")
        guard stickinessKey.map({ SipKey(hexadecimal: $0) != nil }) ?? true else {
            throw ConfigurationDefect("\(field).key", "must be 32 lower-case hexadecimal digits")
        }
        guard let name = appCookieName else {
            guard stickinessType == .lbCookie || !isSticky else {
                throw ConfigurationDefect(
                    "\(field).app_cookie.cookie_name",
                    "is missing: \(field).type app_cookie needs the application's own cookie")
            }
            return
        }
        try check(applicationCookie: name, "\(field).app_cookie.cookie_name")
    }

    private func check(
        applicationCookie name: String, _ field: String
    ) throws(ConfigurationDefect) {
        guard (1...TargetGroupAttributes.cookieNameBytesMax).contains(name.utf8.count),
            name.utf8.allSatisfy(Token.holds)
        else {
            throw ConfigurationDefect(
                field,
                "must be 1 to \(TargetGroupAttributes.cookieNameBytesMax) letters, digits and "
                    + "!#$%&'*+-.^_`|~")
        }
        // AWSALB, AWSALBAPP and AWSALBTG are ours, with all that they begin.
        guard !name.hasPrefix("AWSALB") else {
            throw ConfigurationDefect(
                field, "'\(name)' is reserved: it must not begin with AWSALB, AWSALBAPP or AWSALBTG"
            )
        }
    }

    /// Of an application's cookie.
    static let cookieNameBytesMax = 256

    private func check(
        _ value: Int, in range: ClosedRange<Int>, _ field: String
    ) throws(ConfigurationDefect) {
        guard range.contains(value) else {
            throw ConfigurationDefect(
                field, "must be \(range.lowerBound) to \(range.upperBound)")
        }
    }
}
