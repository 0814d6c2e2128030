/// Where tasks may run: one of ECS's `placementConstraints`.
package struct PlacementConstraint: Hashable, Sendable, Codable {
    package enum Kind: String, Hashable, Sendable, Codable {
        /// Each task on a machine of its own.
        case distinctInstance
        /// Only on machines for which the expression holds.
        case memberOf
    }

    package var type: Kind
    /// In ECS's cluster query language; of `memberOf` only.
    package var expression: String?

    /// Of one service, one task definition or one call.
    package static let countMax = 10

    package init(type: Kind, expression: String? = nil) {
        self.type = type
        self.expression = expression
    }
}
