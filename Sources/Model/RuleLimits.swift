/// How much a listener's rules may hold: ALB's quotas, as defaults that a load balancer can raise.
package struct RuleLimits: Hashable, Sendable, Codable {
    /// Rules of one listener, the default action not counted: 1-50000, 100 by default.
    package var rules: Int = 100
    /// Values of all conditions of one rule: 1-1000, 5 by default.
    package var conditionValues: Int = 5
    /// `*` and `?` in all conditions of one rule: 0-1000, 6 by default.
    package var wildcards: Int = 6
    /// Target groups of one forward action: 1-100, 5 by default.
    package var targetGroups: Int = 5

    package init() {}

    /// The most that anybody may ask for.
    package static let largest: RuleLimits = {
        var limits = RuleLimits()
        limits.rules = 50_000
        limits.conditionValues = 1000
        limits.wildcards = 1000
        limits.targetGroups = 100
        return limits
    }()

    package init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        rules = try container.decodeIfPresent(Int.self, forKey: .rules) ?? rules
        conditionValues =
            try container.decodeIfPresent(Int.self, forKey: .conditionValues) ?? conditionValues
        wildcards = try container.decodeIfPresent(Int.self, forKey: .wildcards) ?? wildcards
        targetGroups =
            try container.decodeIfPresent(Int.self, forKey: .targetGroups) ?? targetGroups
    }
}
