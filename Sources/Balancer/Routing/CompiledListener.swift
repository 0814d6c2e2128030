package import Model

package struct CompiledListener: Sendable {
    package let name: ListenerName
    package let address: String
    package let port: UInt16
    package let idleTimeoutSeconds: Int
    package let clientKeepAliveSeconds: Int
    package let requests: RequestPolicy
    package let desyncMitigationMode: DesyncMitigationMode
    package let responses: ResponseAdditions?
    package let connections: ConnectionAttributes
    package let proxyTrust: ProxyTrust
    /// By priority; the default action is the last.
    package let actions: [CompiledAction]
    /// The priorities of the rules, in the same order.
    package let priorities: [Int]
    /// Finds the rule for a request.
    package let index: RuleIndex
    /// The indices of all target groups that its actions name, those of weight zero and those that
    /// get copies of requests included.
    let groups: [Int]
    /// What `index` was made of.
    private let conditions: [[RuleCondition]]
    private let limits: RuleLimits
    private let library: ExpressionLibrary

    /// Whether every request gets the default action.
    package var isUnconditional: Bool { priorities.isEmpty }

    /// The index of the action for `request`: of the first rule whose conditions all hold.
    package func action(for request: RequestView) -> Int {
        index.firstRule(for: request).rule
    }
}

extension CompiledListener {
    /// `previous` is the same listener's, of the table before.
    init(
        _ listener: Listener, groups indices: [TargetGroupName: Int],
        after previous: CompiledListener?, _ compiler: ExpressionCompiler
    ) throws(ConfigurationDefect) {
        let field = "listeners[\(listener.name)]"
        let limits = listener.ruleLimits ?? .largest
        try CompiledListener.check(listener, limits, field)
        let rules = try CompiledListener.ordered(listener.rules, field)
        let conditions = rules.map(\.conditions)
        var library = ExpressionLibrary(compiler, after: previous?.library)
        // Weights change often, conditions seldom: then all that costs is here already.
        if let previous, previous.limits == limits, previous.conditions == conditions {
            index = previous.index
            library.keepAll()
        } else {
            index = try CompiledListener.index(rules, limits, &library, field)
        }
        var actions = ActionCompiler(listener, limits: limits, groups: indices, library: library)
        self.actions = try actions.compile(rules)
        self.library = actions.library
        self.limits = limits
        self.conditions = conditions
        name = listener.name
        address = listener.address
        port = listener.port
        idleTimeoutSeconds = listener.idleTimeoutSeconds
        clientKeepAliveSeconds = listener.clientKeepAliveSeconds
        let routing = listener.routing ?? RoutingAttributes()
        requests = RequestPolicy(routing)
        desyncMitigationMode = routing.desyncMitigationMode
        responses = try ResponseAdditions(
            listener.responses ?? ResponseAttributes(), "\(field).responses")
        connections = listener.connections ?? ConnectionAttributes()
        try connections.check("\(field).attributes")
        proxyTrust = ProxyTrust(connections)
        priorities = rules.map(\.priority)
        groups = (rules.flatMap(\.targetGroups) + listener.defaultTargetGroups)
            .compactMap { indices[$0] }
    }

    /// By priority, each of which only one rule has.
    private static func ordered(
        _ rules: [Rule], _ field: String
    ) throws(ConfigurationDefect) -> [Rule] {
        let ordered = rules.sorted { $0.priority < $1.priority }
        for (index, rule) in ordered.enumerated() {
            guard (1...50_000).contains(rule.priority) else {
                throw ConfigurationDefect(
                    "\(field).rules[\(rule.priority)].priority", "must be 1 to 50000")
            }
            guard index == 0 || ordered[index - 1].priority != rule.priority else {
                throw ConfigurationDefect(
                    "\(field).rules[\(rule.priority)].priority", "two rules have it")
            }
        }
        return ordered
    }

    private static func index(
        _ rules: [Rule], _ limits: RuleLimits, _ library: inout ExpressionLibrary,
        _ field: String
    ) throws(ConfigurationDefect) -> RuleIndex {
        var compiler = RuleCompiler(limits: limits, library: library)
        for rule in rules {
            try compiler.add(rule.conditions, at: "\(field).rules[\(rule.priority)]")
        }
        library = compiler.library
        return RuleIndex(compiler.program(), expressions: compiler.expressions)
    }

    private static func check(
        _ listener: Listener, _ limits: RuleLimits, _ field: String
    ) throws(ConfigurationDefect) {
        guard IPAddress(listener.address) != nil else {
            throw ConfigurationDefect(
                "\(field).address",
                "'\(listener.address)' is no IP address; write 0.0.0.0 or :: for all of them")
        }
        guard listener.protocol == .http else {
            throw ConfigurationDefect("\(field).protocol", "only HTTP is served; use HTTP")
        }
        try limits.check(at: "\(field).ruleLimits")
        try RuleLimits.check(
            listener.rules.count, "rules", max: limits.rules, setting: "rules",
            at: "\(field).rules")
        guard (1...4000).contains(listener.idleTimeoutSeconds) else {
            throw ConfigurationDefect("\(field).idleTimeoutSeconds", "must be 1 to 4000")
        }
        guard (60...604_800).contains(listener.clientKeepAliveSeconds) else {
            throw ConfigurationDefect("\(field).clientKeepAliveSeconds", "must be 60 to 604800")
        }
    }
}
