/// An expression of ECS's cluster query language: whether a machine may run a task.
package indirect enum PlacementExpression: Hashable, Sendable {
    case comparison(Subject, Operator, [String])
    case exists(Subject)
    case matches(Subject, PlacementPattern)
    case not(PlacementExpression)
    case both(PlacementExpression, PlacementExpression)
    case either(PlacementExpression, PlacementExpression)

    package enum Subject: Hashable, Sendable {
        case attribute(String)
        case agentVersion
        case instanceID
        case registeredAt
        case runningTasksCount
        /// The groups of the tasks that the machine runs.
        case taskGroup
    }

    package enum Operator: Hashable, Sendable {
        case equals, greater, greaterOrEqual, less, lessOrEqual
        /// One of a list.
        case isIn
    }

    package static let charactersMax = 2000
    /// Parentheses and negations within one another.
    package static let depthMax = 16

    /// Why a text is no expression.
    package struct Problem: Error, Hashable, Sendable {
        package let description: String
    }
}

/// What an expression is asked of.
package struct PlacementCandidate: Sendable {
    package var attributes: [String: String]
    package var agentVersion: String
    package var instanceID: String
    package var registeredAt: Instant
    package var runningTasksCount: Int
    package var taskGroups: Set<String>

    package init(_ instance: ContainerInstance, runningTasksCount: Int, taskGroups: Set<String>) {
        attributes = Dictionary(
            instance.attributes.map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { $1 })
        agentVersion = instance.agentVersion
        instanceID = instance.id.text
        registeredAt = instance.registeredAt
        self.runningTasksCount = runningTasksCount
        self.taskGroups = taskGroups
    }

    /// The subject's values; none when the machine does not have it.
    fileprivate func values(of subject: PlacementExpression.Subject) -> [String] {
        switch subject {
        case .attribute(let name): attributes[name].map { [$0] } ?? []
        case .agentVersion: [agentVersion]
        case .instanceID: [instanceID]
        case .registeredAt: [String(registeredAt.milliseconds / 1000)]
        case .runningTasksCount: [String(runningTasksCount)]
        case .taskGroup: taskGroups.sorted()
        }
    }
}

extension PlacementExpression {
    package func holds(for candidate: PlacementCandidate) -> Bool {
        switch self {
        case .exists(let subject): !candidate.values(of: subject).isEmpty
        case .matches(let subject, let pattern):
            candidate.values(of: subject).contains { pattern.matches($0) }
        case .not(let inner): !inner.holds(for: candidate)
        case .both(let left, let right):
            left.holds(for: candidate) && right.holds(for: candidate)
        case .either(let left, let right):
            left.holds(for: candidate) || right.holds(for: candidate)
        case .comparison(let subject, let comparison, let arguments):
            candidate.values(of: subject).contains { comparison.holds($0, arguments) }
        }
    }
}

extension PlacementExpression.Operator {
    fileprivate func holds(_ value: String, _ arguments: [String]) -> Bool {
        guard let argument = arguments.first else { return false }
        return switch self {
        case .equals: value == argument
        case .isIn: arguments.contains(value)
        case .greater: Self.isLess(argument, value)
        case .greaterOrEqual: !Self.isLess(value, argument)
        case .less: Self.isLess(value, argument)
        case .lessOrEqual: !Self.isLess(argument, value)
        }
    }

    /// As numbers where both are: versions go part by part, `1.10` after `1.9`.
    private static func isLess(_ left: String, _ right: String) -> Bool {
        let leftParts = left.split(separator: ".").map { Int($0) }
        let rightParts = right.split(separator: ".").map { Int($0) }
        guard leftParts.allSatisfy({ $0 != nil }), rightParts.allSatisfy({ $0 != nil }) else {
            return left < right
        }
        return leftParts.compactMap(\.self).lexicographicallyPrecedes(rightParts.compactMap(\.self))
    }
}
