import Model

/// Where a task may run, and where it rather should.
struct PlacementRules {
    /// An expression with the text that it was parsed from.
    struct Expression {
        let text: String
        fileprivate let parsed: PlacementExpression?

        /// What cannot be read holds nowhere: the API lets no such thing pass.
        func holds(for candidate: PlacementCandidate) -> Bool {
            parsed?.holds(for: candidate) ?? false
        }
    }

    private(set) var isDistinct = false
    private(set) var expressions: [Expression] = []
    let strategy: [PlacementStrategy]

    static let none = PlacementRules(constraints: [], strategy: [])

    init(constraints: [PlacementConstraint], strategy: [PlacementStrategy]) {
        self.strategy = strategy
        for constraint in constraints {
            switch constraint.type {
            case .distinctInstance: isDistinct = true
            case .memberOf:
                let text = constraint.expression ?? ""
                expressions.append(
                    Expression(text: text, parsed: try? PlacementExpression(parsing: text)))
            }
        }
    }
}
