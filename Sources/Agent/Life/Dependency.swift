import Model

/// What a container that waits may do, given the one it depends on.
enum Dependency: Hashable, Sendable {
    case met
    case notYet
    case never(String)

    /// Judges `condition` on `other`, of which `nil` means that the task has no such container.
    init(_ condition: ContainerDependency, on other: ContainerLife?, at now: Instant) {
        guard let other else {
            self = .never("The task has no container \(condition.containerName) to depend on")
            return
        }
        self = Dependency.judge(condition.condition, of: other)
        guard case .notYet = self, let deadline = Dependency.deadline(of: other), deadline <= now
        else { return }
        self = .never(
            "The container \(other.name) did not become \(condition.condition) within its "
                + "startTimeout of \(other.definition.startTimeout ?? 0) seconds")
    }

    /// When those that depend on `container` give up.
    static func deadline(of container: ContainerLife) -> Instant? {
        guard case .running(let since) = container.phase,
            let timeout = container.definition.startTimeout
        else { return nil }
        return since.advanced(seconds: timeout)
    }

    private static func judge(_ condition: String, of other: ContainerLife) -> Dependency {
        let isOver = other.phase == .stopped
        let impossible = Dependency.never(
            "The container \(other.name) ended without becoming \(condition)")
        switch condition {
        case "START":
            return other.hasStarted ? .met : isOver ? impossible : .notYet
        case "COMPLETE":
            guard isOver else { return .notYet }
            return other.hasStarted ? .met : impossible
        case "SUCCESS":
            guard isOver else { return .notYet }
            return other.exit?.how == .code(0) ? .met : impossible
        case "HEALTHY":
            if isOver { return impossible }
            return other.healthStatus == .healthy ? .met : .notYet
        default:
            return .never(
                "dependsOn has the condition \(condition); use START, COMPLETE, SUCCESS or HEALTHY")
        }
    }
}
