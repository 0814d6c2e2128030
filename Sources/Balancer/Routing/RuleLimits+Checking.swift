internal import Model

extension RuleLimits {
    /// Whether each is in its range; `field` is the limits' place, for the error.
    func check(at field: String) throws(ConfigurationDefect) {
        let most = RuleLimits.largest
        let all = [
            ("rules", rules, 1, most.rules),
            ("conditionValues", conditionValues, 1, most.conditionValues),
            ("wildcards", wildcards, 0, most.wildcards),
            ("targetGroups", targetGroups, 1, most.targetGroups),
        ]
        for (name, value, least, most) in all where value < least || value > most {
            throw ConfigurationDefect("\(field).\(name)", "must be \(least) to \(most)")
        }
    }

    /// Throws when there are more than `max` things, and says which setting can raise that.
    static func check(
        _ count: Int, _ things: String, max: Int, setting: String, at field: String
    ) throws(ConfigurationDefect) {
        guard count > max else { return }
        throw ConfigurationDefect(
            field, "\(count) \(things); at most \(max), which rule_limits.\(setting) can raise")
    }
}
