import Model

/// `placementConstraints` and `placementStrategy` of a request, and of a file.
package struct PlacementRequest: Hashable, Sendable, Codable {
    package var type: String
    /// Of a constraint `memberOf`: ECS's cluster query language.
    package var expression: String?
    /// Of a strategy.
    package var field: String?

    package init(type: String) {
        self.type = type
    }

    static func constraints(
        _ requests: [PlacementRequest], _ field: String
    ) throws(FieldError) -> [PlacementConstraint] {
        guard requests.count <= PlacementConstraint.countMax else {
            throw FieldError(field, "must have \(PlacementConstraint.countMax) elements at most")
        }
        var constraints: [PlacementConstraint] = []
        for (index, request) in requests.enumerated() {
            constraints.append(try request.constraint("\(field)[\(index)]"))
        }
        return constraints
    }

    static func strategies(
        _ requests: [PlacementRequest], _ field: String
    ) throws(FieldError) -> [PlacementStrategy] {
        guard requests.count <= PlacementStrategy.countMax else {
            throw FieldError(field, "must have \(PlacementStrategy.countMax) elements at most")
        }
        var strategies: [PlacementStrategy] = []
        for (index, request) in requests.enumerated() {
            strategies.append(try request.strategy("\(field)[\(index)]"))
        }
        return strategies
    }

    private func constraint(_ field: String) throws(FieldError) -> PlacementConstraint {
        switch (PlacementConstraint.Kind(rawValue: type), expression) {
        case (nil, _): throw FieldError("\(field).type", "must be distinctInstance or memberOf")
        case (.distinctInstance, nil): return PlacementConstraint(type: .distinctInstance)
        case (.distinctInstance, _):
            throw FieldError("\(field).expression", "cannot stand beside distinctInstance")
        case (.memberOf, nil): throw FieldError("\(field).expression", "is missing")
        case (.memberOf, let expression?):
            do {
                _ = try PlacementExpression(parsing: expression)
            } catch {
                throw FieldError("\(field).expression", error.description)
            }
            return PlacementConstraint(type: .memberOf, expression: expression)
        }
    }

    private func strategy(_ field: String) throws(FieldError) -> PlacementStrategy {
        guard let kind = PlacementStrategy.Kind(rawValue: type) else {
            throw FieldError("\(field).type", "must be random, spread or binpack")
        }
        let strategy = PlacementStrategy(type: kind, field: self.field)
        guard strategy.isValid else {
            throw FieldError(
                "\(field).field",
                "must be instanceId, host or attribute:NAME for spread, cpu or memory for binpack, "
                    + "and absent for random")
        }
        return strategy
    }
}
