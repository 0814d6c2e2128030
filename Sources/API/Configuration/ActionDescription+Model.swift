import Model

extension ActionDescription {
    func action(_ field: String) throws(FieldError) -> RuleAction {
        guard forward != nil || failover == nil else {
            throw FieldError("\(field).failover", "is for actions that forward")
        }
        guard forward != nil || rescue == nil else {
            throw FieldError("\(field).rescue", "is for actions that forward")
        }
        if let mirror {
            guard forward != nil else {
                throw FieldError("\(field).mirror", "is for actions that forward")
            }
            guard (1...100).contains(mirror.percent ?? 100) else {
                throw FieldError("\(field).mirror.percent", "must be 1 to 100")
            }
        }
        if let stickiness = targetGroupStickiness {
            let field = "\(field).target_group_stickiness"
            guard forward != nil else { throw FieldError(field, "is for actions that forward") }
            try stickiness.check(field)
        }
        switch (forward, fixedResponse, redirect) {
        case (let groups?, nil, nil):
            return .forward(try ForwardDescription.weighted(groups, "\(field).forward"))
        case (nil, let response?, nil):
            return .fixedResponse(
                statusCode: response.statusCode,
                contentType: response.contentType ?? "text/plain", body: response.body ?? "")
        case (nil, nil, let redirect?):
            return .redirect(
                statusCode: redirect.statusCode,
                location: try redirect.location("\(field).redirect"))
        default:
            throw FieldError(field, "must have one of forward, fixed_response and redirect")
        }
    }
}

extension ActionDescription {
    /// `nil` where nothing differs from what is usual.
    var forwarding: ForwardOptions? {
        let options = ForwardOptions(
            failover: failover ?? false, rescue: rescue ?? true,
            stickinessSeconds: targetGroupStickiness?.seconds,
            mirror: mirror.map {
                RequestMirror(targetGroup: $0.targetGroup, percent: $0.percent ?? 100)
            })
        return options == ForwardOptions() ? nil : options
    }
}

extension TargetGroupStickinessDescription {
    /// `nil` where it is off.
    fileprivate var seconds: Int? { enabled ? durationSeconds : nil }

    fileprivate func check(_ field: String) throws(FieldError) {
        guard durationSeconds != nil || !enabled else {
            throw FieldError("\(field).duration_seconds", "is missing")
        }
        guard durationSeconds.map({ (1...604_800).contains($0) }) ?? true else {
            throw FieldError("\(field).duration_seconds", "must be 1 to 604800")
        }
    }
}

extension RedirectDescription {
    func location(_ field: String) throws(FieldError) -> String {
        let parts = [`protocol`, host, port, path, query]
        if let location {
            guard parts.allSatisfy({ $0 == nil }) else {
                throw FieldError("\(field).location", "cannot be beside the parts of one")
            }
            return location
        }
        let path = path ?? "/#{path}"
        guard path.hasPrefix("/") else { throw FieldError("\(field).path", "must begin with /") }
        let query = query ?? "#{query}"
        return "\(`protocol`?.lowercased() ?? "#{protocol}")://\(host ?? "#{host}")"
            + ":\(port ?? "#{port}")\(path)\(query.isEmpty ? "" : "?\(query)")"
    }
}

extension ForwardDescription {
    /// A single target group may go without a weight; several must share 1000.
    static func weighted(
        _ groups: [ForwardDescription], _ field: String
    ) throws(FieldError) -> [WeightedTargetGroup] {
        if let only = groups.first, groups.count == 1, only.weight == nil {
            return [WeightedTargetGroup(targetGroup: only.targetGroup, weight: 1000)]
        }
        var weighted: [WeightedTargetGroup] = []
        for (index, group) in groups.enumerated() {
            guard let weight = group.weight else {
                throw FieldError("\(field)[\(index)].weight", "is missing")
            }
            guard (0...1000).contains(weight) else {
                throw FieldError("\(field)[\(index)].weight", "must be 0 to 1000")
            }
            weighted.append(WeightedTargetGroup(targetGroup: group.targetGroup, weight: weight))
        }
        guard weighted.reduce(0, { $0 + $1.weight }) == 1000 else {
            throw FieldError(field, "must have weights that add up to 1000")
        }
        return weighted
    }
}

extension RuleDescription {
    func rule(of listener: ListenerName, at field: String) throws(FieldError) -> Rule {
        var conditions: [RuleCondition] = []
        for (index, condition) in self.conditions.enumerated() {
            conditions.append(try condition.condition("\(field).conditions[\(index)]"))
        }
        var rule = Rule(
            name: name ?? RuleName("\(listener)-\(priority)"), listener: listener,
            priority: priority, conditions: conditions, action: try action.action(field))
        rule.forwarding = action.forwarding
        for (index, transform) in (transforms ?? []).enumerated() {
            let made = try transform.transform("\(field).transforms[\(index)]")
            rule.transforms = (rule.transforms ?? []) + [made]
        }
        return rule
    }
}

extension ConditionDescription {
    func condition(_ field: String) throws(FieldError) -> RuleCondition {
        let given: [RuleCondition?] = [
            hostHeader.map { .hostHeader($0) },
            pathPattern.map { .pathPattern($0) },
            httpHeader.map { .httpHeader(name: $0.name, values: $0.values) },
            httpRequestMethod.map { .httpRequestMethod($0) },
            queryString.map { .queryString($0) },
            sourceIP.map { .sourceIP($0) },
            hostHeaderRegex.map { .hostHeaderRegex($0) },
            pathPatternRegex.map { .pathPatternRegex($0) },
            httpHeaderRegex.map { .httpHeaderRegex(name: $0.name, values: $0.values) },
        ]
        let conditions = given.compactMap(\.self)
        guard conditions.count == 1, let condition = conditions.first else {
            throw FieldError(
                field,
                "must have one of host_header, path_pattern, http_header, http_request_method, "
                    + "query_string, source_ip, host_header_regex, path_pattern_regex and "
                    + "http_header_regex")
        }
        return condition
    }
}

extension TransformDescription {
    func transform(_ field: String) throws(FieldError) -> RuleTransform {
        switch (hostHeaderRewrite, urlRewrite) {
        case (let host?, nil):
            return .hostHeaderRewrite(regex: host.regex, replacement: host.replacement)
        case (nil, let url?):
            return .urlRewrite(regex: url.regex, replacement: url.replacement)
        default:
            throw FieldError(field, "must have one of host_header_rewrite and url_rewrite")
        }
    }
}

extension RuleLimitsDescription {
    /// ALB's quotas, but for those that are given.
    var limits: RuleLimits {
        var limits = RuleLimits()
        limits.rules = rules ?? limits.rules
        limits.conditionValues = conditionValues ?? limits.conditionValues
        limits.wildcards = wildcards ?? limits.wildcards
        limits.targetGroups = targetGroups ?? limits.targetGroups
        return limits
    }
}

extension HealthCheckDescription {
    func healthCheck(_ field: String) throws(FieldError) -> HealthCheck {
        var check = HealthCheck()
        check.path = path ?? check.path
        if let port {
            guard let number = UInt16(exactly: port), number > 0 else {
                throw FieldError("\(field).port", "must be 1 to 65535")
            }
            check.port = number
        }
        check.intervalMilliseconds = interval.map { Int($0.milliseconds) } ?? 30_000
        check.timeoutMilliseconds =
            timeout.map { Int($0.milliseconds) }
            ?? min(5000, max(2000, check.intervalMilliseconds))
        check.healthyThresholdCount = healthyThreshold ?? check.healthyThresholdCount
        check.unhealthyThresholdCount = unhealthyThreshold ?? check.unhealthyThresholdCount
        check.matcher = matcher ?? check.matcher
        return check
    }
}

extension TimeSpan {
    /// For a setting that counts whole seconds.
    func seconds(_ field: String) throws(FieldError) -> Int {
        guard milliseconds % 1000 == 0 else {
            throw FieldError(field, "must be whole seconds")
        }
        return Int(milliseconds / 1000)
    }
}
