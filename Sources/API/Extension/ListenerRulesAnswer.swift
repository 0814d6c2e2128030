import Model

/// A listener with its rules, in ELBv2's words.
struct ListenerRulesAnswer: Encodable {
    let name: ListenerName
    let loadBalancer: LoadBalancerName
    let port: UInt16
    /// In the order in which they are tried; the default is the last.
    let rules: [RuleAnswer]

    init(_ listener: Listener, rules: [Rule]) {
        name = listener.name
        loadBalancer = listener.loadBalancer
        port = listener.port
        self.rules =
            rules.filter { $0.listener == listener.name }
            .sorted { ($0.priority, $0.name) < ($1.priority, $1.name) }
            .map { RuleAnswer($0) } + [RuleAnswer(defaultOf: listener)]
    }
}

struct RuleAnswer: Encodable {
    /// Absent of the default.
    let name: RuleName?
    /// A number, or `default`.
    let priority: String
    let conditions: [ConditionAnswer]
    let transforms: [TransformAnswer]
    let action: ActionAnswer

    init(_ rule: Rule) {
        name = rule.name
        priority = String(rule.priority)
        conditions = rule.conditions.map { ConditionAnswer($0) }
        transforms = (rule.transforms ?? []).map { TransformAnswer($0) }
        action = ActionAnswer(rule.action, rule.forwarding)
    }

    init(defaultOf listener: Listener) {
        name = nil
        priority = "default"
        conditions = []
        transforms = []
        action = ActionAnswer(listener.defaultAction, listener.defaultForwarding)
    }
}

struct ConditionAnswer: Encodable {
    /// `host-header`, `path-pattern`, ...
    let field: String
    /// Of an http-header condition.
    var httpHeaderName: String?
    /// Of a query string: `key=value`, or the value alone.
    var values: [String]?
    var regexValues: [String]?

    init(_ condition: RuleCondition) {
        switch condition {
        case .hostHeader(let values): (field, self.values) = ("host-header", values)
        case .hostHeaderRegex(let values): (field, regexValues) = ("host-header", values)
        case .pathPattern(let values): (field, self.values) = ("path-pattern", values)
        case .pathPatternRegex(let values): (field, regexValues) = ("path-pattern", values)
        case .httpHeader(let name, let values):
            (field, httpHeaderName, self.values) = ("http-header", name, values)
        case .httpHeaderRegex(let name, let values):
            (field, httpHeaderName, regexValues) = ("http-header", name, values)
        case .httpRequestMethod(let values):
            (field, self.values) = ("http-request-method", values)
        case .queryString(let pairs):
            field = "query-string"
            values = pairs.map { pair in pair.key.map { "\($0)=\(pair.value)" } ?? pair.value }
        case .sourceIP(let values): (field, self.values) = ("source-ip", values)
        }
    }
}

struct TransformAnswer: Encodable {
    /// `host-header-rewrite` or `url-rewrite`.
    let type: String
    let regex: String
    let replace: String

    init(_ transform: RuleTransform) {
        switch transform {
        case .hostHeaderRewrite(let regex, let replacement):
            (type, self.regex, replace) = ("host-header-rewrite", regex, replacement)
        case .urlRewrite(let regex, let replacement):
            (type, self.regex, replace) = ("url-rewrite", regex, replacement)
        }
    }
}

struct ActionAnswer: Encodable {
    /// `forward`, `redirect` or `fixed-response`.
    let type: String
    var targetGroups: [WeightedTargetGroup]?
    var failover: Bool?
    var rescue: Bool?
    var targetGroupStickinessSeconds: Int?
    var mirror: RequestMirror?
    var statusCode: Int?
    var location: String?
    var contentType: String?
    var messageBody: String?

    init(_ action: RuleAction, _ options: ForwardOptions?) {
        switch action {
        case .forward(let groups):
            type = "forward"
            targetGroups = groups
            failover = options?.failover ?? false
            rescue = options?.rescue ?? true
            targetGroupStickinessSeconds = options?.stickinessSeconds
            mirror = options?.mirror
        case .redirect(let status, let location):
            type = "redirect"
            statusCode = status
            self.location = location
        case .fixedResponse(let status, let contentType, let body):
            type = "fixed-response"
            statusCode = status
            self.contentType = contentType
            messageBody = body
        }
    }
}
