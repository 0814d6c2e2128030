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
    package var fixedResponse: FixedResponseDescription?
    package var redirect: RedirectDescription?

    package init(priority: Int, conditions: [ConditionDescription]) {
        self.priority = priority
        self.conditions = conditions
    }

    var action: ActionDescription {
        var action = ActionDescription()
        action.forward = forward
        action.fixedResponse = fixedResponse
        action.redirect = redirect
        return action
    }

    private enum CodingKeys: String, CodingKey {
        case name
        case priority
        case conditions
        case forward
        case fixedResponse = "fixed_response"
        case redirect
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
    }
}
