internal import Model

extension CompiledAction {
    init(
        _ action: RuleAction, _ field: String, _ indices: [TargetGroupName: Int]
    ) throws(ConfigurationDefect) {
        switch action {
        case .forward(let shares):
            self = .forward(try CompiledAction.plan(shares, "\(field).forward", indices))
        case .fixedResponse(let status, let contentType, let body):
            self = .fixedResponse(
                try CompiledAction.fixed(status, contentType, body, "\(field).fixedResponse"))
        case .redirect(let status, let location):
            self = .redirect(try CompiledAction.redirect(status, location, "\(field).redirect"))
        }
    }

    private static func plan(
        _ shares: [WeightedTargetGroup], _ field: String, _ indices: [TargetGroupName: Int]
    ) throws(ConfigurationDefect) -> ForwardPlan {
        guard !shares.isEmpty else {
            throw ConfigurationDefect(field, "there must be at least one target group")
        }
        var compiled: [(group: Int, weight: Int)] = []
        for share in shares {
            guard let index = indices[share.targetGroup] else {
                throw ConfigurationDefect(field, "there is no target group \(share.targetGroup)")
            }
            guard !compiled.contains(where: { $0.group == index }) else {
                throw ConfigurationDefect(field, "target group \(share.targetGroup) is named twice")
            }
            guard (0...1000).contains(share.weight) else {
                throw ConfigurationDefect(
                    field, "the weight of \(share.targetGroup) must be 0 to 1000")
            }
            compiled.append((index, share.weight))
        }
        return ForwardPlan(compiled)
    }

    private static func fixed(
        _ status: Int, _ contentType: String, _ body: String, _ field: String
    ) throws(ConfigurationDefect) -> FixedResponse {
        guard [2, 4, 5].contains(status / 100) else {
            throw ConfigurationDefect("\(field).statusCode", "must be 2XX, 4XX or 5XX")
        }
        guard body.utf8.count <= ConfigurationLimits.fixedBodyBytesMax else {
            throw ConfigurationDefect(
                "\(field).body",
                "is longer than \(ConfigurationLimits.fixedBodyBytesMax) bytes")
        }
        try checkFieldValue(contentType, "\(field).contentType")
        return FixedResponse(
            status: status, contentType: Array(contentType.utf8), body: Array(body.utf8))
    }

    private static func redirect(
        _ status: Int, _ location: String, _ field: String
    ) throws(ConfigurationDefect) -> Redirect {
        guard status == 301 || status == 302 else {
            throw ConfigurationDefect("\(field).statusCode", "must be 301 or 302")
        }
        try checkFieldValue(location, "\(field).location")
        guard !location.isEmpty, location.utf8.count <= ConfigurationLimits.locationBytesMax else {
            throw ConfigurationDefect("\(field).location", "is empty or too long")
        }
        guard let redirect = Redirect(status: status, location: location) else {
            throw ConfigurationDefect(
                "\(field).location",
                "'\(location)' holds a placeholder other than protocol, host, port, path, query")
        }
        return redirect
    }

    /// A line break in a value would be a second field.
    private static func checkFieldValue(
        _ text: String, _ field: String
    ) throws(ConfigurationDefect) {
        guard text.utf8.allSatisfy({ $0 >= 32 && $0 < 127 }) else {
            throw ConfigurationDefect(field, "may hold printable ASCII characters only")
        }
    }
}
