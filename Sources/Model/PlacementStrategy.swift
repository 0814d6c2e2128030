/// Which of the machines that may run a task gets it: one of ECS's `placementStrategy`, which are
/// applied in order.
package struct PlacementStrategy: Hashable, Sendable, Codable {
    package enum Kind: String, Hashable, Sendable, Codable {
        case random
        /// Evenly over the values of `field`.
        case spread
        /// Where the least of `field` is left.
        case binpack
    }

    package var type: Kind
    /// `instanceId`, `host` or `attribute:NAME` to spread over; `cpu` or `memory` to pack.
    package var field: String?

    /// Of one service or one call.
    package static let countMax = 5

    package init(type: Kind, field: String? = nil) {
        self.type = type
        self.field = field
    }

    /// Whether `field` goes with `type`.
    package var isValid: Bool {
        switch (type, field) {
        case (.random, nil), (.binpack, "cpu"), (.binpack, "memory"): true
        case (.spread, "instanceId"), (.spread, "host"): true
        case (.spread, let field?):
            field.hasPrefix("attribute:") && field.count > "attribute:".count
        case (.random, _), (.binpack, _), (.spread, nil): false
        }
    }
}
