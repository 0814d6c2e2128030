/// Why a configuration is refused: the field, and what is wrong with it.
package struct ConfigurationDefect: Error, Hashable, Sendable, CustomStringConvertible {
    /// A path such as `listeners[web].rules[10].priority`.
    package let field: String
    package let problem: String

    package init(_ field: String, _ problem: String) {
        self.field = field
        self.problem = problem
    }

    package var description: String { "\(field): \(problem)" }
}

/// What a configuration may hold at most.
package enum ConfigurationLimits {
    package static let listenersMax = 64
    package static let conditionsPerRuleMax = 32
    package static let patternBytesMax = 128
    package static let targetGroupsMax = 10_000
    package static let targetsPerGroupMax = 10_000
    package static let fixedBodyBytesMax = 1024
    package static let locationBytesMax = 2048
    package static let rewriteBytesMax = 1024
    package static let healthCheckPathBytesMax = 1024
}
