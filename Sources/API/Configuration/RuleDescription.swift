package import Model

/// "Requests like these go there", with the action's fields beside the conditions.
package struct RuleDescription: Hashable, Sendable, Codable {
    /// Unique among all rules; `LISTENER-PRIORITY` when absent.
    package var name: RuleName?
    /// 1-50000, unique per listener; the lowest number is tried first.
    package var priority: Int
    /// All must hold.
    package var conditions: [ConditionDescription]
    package var forward: [ForwardDescription]?
    /// Beside `forward`: whether the next target group steps in for one without healthy targets;
    /// no when absent.
    package var failover: Bool?
    package var rescue: Bool?
    package var targetGroupStickiness: TargetGroupStickinessDescription?
    /// Who gets copies of requests besides; nobody when absent.
    package var mirror: MirrorDescription?
    package var fixedResponse: FixedResponseDescription?
    package var redirect: RedirectDescription?
    /// How requests are changed on their way: one of each kind at most.
    package var transforms: [TransformDescription]?

    package init(priority: Int, conditions: [ConditionDescription]) {
        self.priority = priority
        self.conditions = conditions
    }

    var action: ActionDescription {
        var action = ActionDescription()
        action.forward = forward
        action.failover = failover
        action.rescue = rescue
        action.targetGroupStickiness = targetGroupStickiness
        action.mirror = mirror
        action.fixedResponse = fixedResponse
        action.redirect = redirect
        return action
    }

    private enum CodingKeys: String, CodingKey {
        case name
        case priority
        case conditions
        case forward
        case failover
        case rescue
        case targetGroupStickiness = "target_group_stickiness"
        case mirror
        case fixedResponse = "fixed_response"
        case redirect
        case transforms
    }
}

/// One condition: exactly one of the fields is given, and any of its values may hold.
package struct ConditionDescription: Hashable, Sendable, Codable {
    package var hostHeader: [String]?
    package var pathPattern: [String]?
    package var httpHeader: HeaderDescription?
    package var httpRequestMethod: [String]?
    package var queryString: [QueryStringPair]?
    /// CIDR blocks.
    package var sourceIP: [String]?
    /// Regular expressions, found anywhere in the host, in any case of letters.
    package var hostHeaderRegex: [String]?
    /// Regular expressions, found anywhere in the path.
    package var pathPatternRegex: [String]?
    /// Regular expressions, found anywhere in a value, in any case of letters.
    package var httpHeaderRegex: HeaderDescription?

    package init() {}

    package struct HeaderDescription: Hashable, Sendable, Codable {
        package var name: String
        package var values: [String]

        package init(name: String, values: [String]) {
            self.name = name
            self.values = values
        }
    }

    private enum CodingKeys: String, CodingKey {
        case hostHeader = "host_header"
        case pathPattern = "path_pattern"
        case httpHeader = "http_header"
        case httpRequestMethod = "http_request_method"
        case queryString = "query_string"
        case sourceIP = "source_ip"
        case hostHeaderRegex = "host_header_regex"
        case pathPatternRegex = "path_pattern_regex"
        case httpHeaderRegex = "http_header_regex"
    }
}

/// One transform: exactly one of the fields is given.
package struct TransformDescription: Hashable, Sendable, Codable {
    package var hostHeaderRewrite: RewriteDescription?
    package var urlRewrite: RewriteDescription?

    package init() {}

    package struct RewriteDescription: Hashable, Sendable, Codable {
        /// What it finds first is replaced.
        package var regex: String
        /// `$1` to `$9` stand for the groups found.
        package var replacement: String

        package init(regex: String, replacement: String) {
            self.regex = regex
            self.replacement = replacement
        }
    }

    private enum CodingKeys: String, CodingKey {
        case hostHeaderRewrite = "host_header_rewrite"
        case urlRewrite = "url_rewrite"
    }
}
