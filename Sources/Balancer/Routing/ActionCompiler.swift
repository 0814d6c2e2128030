internal import Model

/// Checks the actions of a listener and compiles them.
struct ActionCompiler {
    private let listener: Listener
    private let limits: RuleLimits
    private let groups: [TargetGroupName: Int]
    private(set) var library: ExpressionLibrary

    /// `groups` are the indices of the table's target groups.
    init(
        _ listener: Listener, limits: RuleLimits, groups: [TargetGroupName: Int],
        library: ExpressionLibrary
    ) {
        self.listener = listener
        self.limits = limits
        self.groups = groups
        self.library = library
    }

    /// The actions of `rules`, and then the default action.
    mutating func compile(_ rules: [Rule]) throws(ConfigurationDefect) -> [CompiledAction] {
        let field = "listeners[\(listener.name)]"
        var actions: [CompiledAction] = []
        actions.reserveCapacity(rules.count + 1)
        for rule in rules {
            let field = "\(field).rules[\(rule.priority)]"
            let rewrite = try rewrite(rule, "\(field).transforms")
            actions.append(
                try compile(rule.action, rule.forwarding, rewrite, "\(field).action"))
        }
        actions.append(
            try compile(
                listener.defaultAction, listener.defaultForwarding, nil, "\(field).defaultAction"))
        return actions
    }

    private func compile(
        _ action: RuleAction, _ options: ForwardOptions?, _ rewrite: RequestRewrite?,
        _ field: String
    ) throws(ConfigurationDefect) -> CompiledAction {
        switch action {
        case .forward(let shares):
            let shares = try compile(shares, "\(field).forward")
            let seconds = options?.stickinessSeconds
            guard seconds.map({ (1...604_800).contains($0) }) ?? true else {
                throw ConfigurationDefect(
                    "\(field).targetGroupStickiness.durationSeconds", "must be 1 to 604800")
            }
            return .forward(
                ForwardPlan(
                    shares, failsOver: options?.failover ?? false,
                    rescues: options?.rescue ?? true, stickySeconds: seconds ?? 0,
                    mirror: try compile(options?.mirror, "\(field).mirror"),
                    rewrite: rewrite))
        case .fixedResponse(let status, let contentType, let body):
            return .fixedResponse(
                try compile(status, contentType, body, "\(field).fixedResponse"))
        case .redirect(let status, let location):
            return .redirect(try compile(status, location, "\(field).redirect"))
        }
    }

    private func compile(
        _ shares: [WeightedTargetGroup], _ field: String
    ) throws(ConfigurationDefect) -> [(group: Int, weight: Int)] {
        guard !shares.isEmpty else {
            throw ConfigurationDefect(field, "there must be at least one target group")
        }
        try RuleLimits.check(
            shares.count, "target groups", max: limits.targetGroups, setting: "target_groups",
            at: field)
        var compiled: [(group: Int, weight: Int)] = []
        for share in shares {
            guard let index = groups[share.targetGroup] else {
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
        return compiled
    }

    private func compile(
        _ mirror: RequestMirror?, _ field: String
    ) throws(ConfigurationDefect) -> ForwardPlan.Mirror? {
        guard let mirror else { return nil }
        guard let index = groups[mirror.targetGroup] else {
            throw ConfigurationDefect(field, "there is no target group \(mirror.targetGroup)")
        }
        guard (1...100).contains(mirror.percent) else {
            throw ConfigurationDefect("\(field).percent", "must be 1 to 100")
        }
        return ForwardPlan.Mirror(group: index, percent: mirror.percent)
    }

    private func compile(
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
        guard FixedResponse.contentTypes.contains(contentType) else {
            throw ConfigurationDefect(
                "\(field).contentType",
                "must be one of \(FixedResponse.contentTypes.joined(separator: ", "))")
        }
        return FixedResponse(
            status: status, contentType: Array(contentType.utf8), body: Array(body.utf8))
    }
}

// MARK: Redirects

extension ActionCompiler {
    private func compile(
        _ status: Int, _ location: String, _ field: String
    ) throws(ConfigurationDefect) -> Redirect {
        guard status == 301 || status == 302 else {
            throw ConfigurationDefect("\(field).statusCode", "must be 301 or 302")
        }
        let field = "\(field).location"
        // A line break in it would be a second field.
        guard location.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
            throw ConfigurationDefect(field, "may hold visible ASCII characters only")
        }
        guard location.utf8.count <= ConfigurationLimits.locationBytesMax else {
            throw ConfigurationDefect(
                field, "is longer than \(ConfigurationLimits.locationBytesMax) characters")
        }
        guard let redirect = Redirect(status: status, location: location) else {
            throw ConfigurationDefect(
                field,
                "'\(location)' holds a placeholder other than protocol, host, port, path, query")
        }
        try check(location, field)
        return redirect
    }

    /// ALB's rules about where a redirect may lead.
    private func check(_ text: String, _ field: String) throws(ConfigurationDefect) {
        guard let location = RedirectLocation(text) else {
            throw ConfigurationDefect(
                field,
                "'\(text)' must begin with http://, https://, #{protocol}:// and a host, or with /")
        }
        guard !location.leadsBack(to: listener) else {
            throw ConfigurationDefect(
                field,
                "'\(text)' leads back to where it came from: "
                    + "change the protocol, the host, the port or the path")
        }
        guard listener.protocol != .https || location.scheme?.lowercased() != "http" else {
            throw ConfigurationDefect(field, "'\(text)' leads from HTTPS to HTTP; use https")
        }
    }
}

// MARK: Transforms

extension ActionCompiler {
    private mutating func rewrite(
        _ rule: Rule, _ field: String
    ) throws(ConfigurationDefect) -> RequestRewrite? {
        guard let transforms = rule.transforms, !transforms.isEmpty else { return nil }
        guard case .forward = rule.action else {
            throw ConfigurationDefect(field, "are for rules that forward")
        }
        var host: Substitution?
        var url: Substitution?
        for (index, transform) in transforms.enumerated() {
            let field = "\(field)[\(index)]"
            switch transform {
            case .hostHeaderRewrite(let regex, let replacement):
                let field = "\(field).hostHeaderRewrite"
                guard host == nil else { throw ConfigurationDefect(field, "is the rule's second") }
                host = try substitution(
                    ExpressionText(regex, ignoringCase: true), replacement, field)
            case .urlRewrite(let regex, let replacement):
                let field = "\(field).urlRewrite"
                guard url == nil else { throw ConfigurationDefect(field, "is the rule's second") }
                url = try substitution(
                    ExpressionText(regex, ignoringCase: false), replacement, field)
            }
        }
        return RequestRewrite(host: host, url: url)
    }

    private mutating func substitution(
        _ text: ExpressionText, _ replacement: String, _ field: String
    ) throws(ConfigurationDefect) -> Substitution {
        let max = ConfigurationLimits.rewriteBytesMax
        let expression = try library.expression(text, max: max, at: "\(field).regex")
        guard replacement.utf8.count <= max, replacement.utf8.allSatisfy({ $0 > 32 && $0 < 127 })
        else {
            throw ConfigurationDefect(
                "\(field).replacement", "must be up to \(max) visible ASCII characters")
        }
        guard let substitution = Substitution(expression, replacement: replacement) else {
            throw ConfigurationDefect(
                "\(field).replacement",
                "'\(replacement)' may hold $0 to $\(min(expression.groupCount, 9)) "
                    + "and $$ for a dollar sign, no other dollar sign")
        }
        return substitution
    }
}
