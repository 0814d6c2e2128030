import Model

/// What the program of a revision does, as its task definition's environment says.
package enum Behaviour: String, CaseIterable, Sendable {
    /// Starts soon and answers well.
    case sound = "SOUND"
    /// Takes many seconds to start.
    case slow = "SLOW"
    /// Listens and fails every health check.
    case unhealthy = "UNHEALTHY"
    /// Exits before it listens.
    case exitsAtOnce = "EXITS_AT_ONCE"
    /// Listens, and exits some seconds later.
    case exitsLater = "EXITS_LATER"
    /// Passes its health checks for some seconds and then no more.
    case sickensLater = "SICKENS_LATER"

    static let variable = "BEHAVIOUR"

    init(of definition: TaskDefinition) {
        let variables = definition.containerDefinitions.first?.environment ?? []
        let value = variables.first { $0.name == Behaviour.variable }?.value
        self = value.flatMap(Behaviour.init(rawValue:)) ?? .sound
    }

    /// Whether a service that runs it is expected to be whole in the end.
    var lasts: Bool { self == .sound || self == .slow }
}
