import Model

/// One container of a task that the agent runs, and what has happened to it.
struct ContainerLife: Hashable, Sendable {
    enum Phase: Hashable, Sendable {
        /// An earlier agent may have started it: not yet looked for.
        case unknown
        /// For what it depends on.
        case waiting
        case starting
        case running(since: Instant)
        /// Asked to end; `nil` once it was also killed.
        case stopping(killAt: Instant?)
        case stopped
    }

    let definition: ContainerDefinition
    let networkBindings: [NetworkBinding]
    var phase: Phase
    var hasStarted = false
    var runtimeId: String?
    var exit: ContainerExit?
    var monitor: HealthMonitor?

    /// Seconds between SIGTERM and SIGKILL where the definition says nothing: ECS's default.
    static let stopTimeoutDefault = 30

    init(_ definition: ContainerDefinition, networkBindings: [NetworkBinding]) {
        self.definition = definition
        self.networkBindings = networkBindings
        phase = .waiting
    }

    /// As an earlier agent described it.
    init(_ definition: ContainerDefinition, resuming state: ContainerState) {
        self.init(definition, networkBindings: state.networkBindings)
        runtimeId = state.runtimeId
        guard state.lastStatus == .stopped else {
            phase = .unknown
            monitor = monitor(since: .zero, status: state.healthStatus)
            return
        }
        phase = .stopped
        hasStarted = state.exitCode != nil
        exit = ContainerExit(
            state.exitCode.map { .code($0) } ?? .refused(state.reason ?? "It never started"))
    }

    var name: String { definition.name }

    /// Whether it has a process, or may soon have one.
    var isLive: Bool {
        switch phase {
        case .unknown, .starting, .running, .stopping: true
        case .waiting, .stopped: false
        }
    }

    var isRunning: Bool {
        if case .running = phase { true } else { false }
    }

    var healthStatus: HealthStatus { monitor?.status ?? .unknown }

    mutating func started(runtimeId: String, at now: Instant) {
        phase = .running(since: now)
        hasStarted = true
        self.runtimeId = runtimeId
        monitor = monitor(since: now, status: healthStatus)
    }

    mutating func ended(_ exit: ContainerExit) {
        phase = .stopped
        self.exit = exit
        switch exit.how {
        case .code, .signal: hasStarted = true
        case .refused, .lost: break
        }
    }

    /// Leaves without ever having started.
    mutating func refuse(_ reason: String?) {
        phase = .stopped
        exit = reason.map { ContainerExit(.refused($0)) }
    }

    private func monitor(since start: Instant, status: HealthStatus) -> HealthMonitor? {
        guard let check = definition.healthCheck, check.arguments != nil else { return nil }
        return HealthMonitor(check, startedAt: start, status: status)
    }

    func state(before: ContainerState?) -> ContainerState {
        var state = before ?? ContainerState(name: name, lastStatus: .pending)
        state.networkBindings = networkBindings
        state.healthStatus = healthStatus
        state.runtimeId = runtimeId
        switch phase {
        case .unknown: break
        case .waiting, .starting: state.lastStatus = .pending
        case .running, .stopping: state.lastStatus = .running
        case .stopped:
            state.lastStatus = .stopped
            state.exitCode = exit?.code ?? state.exitCode
            state.reason = exit?.reason ?? state.reason
        }
        return state
    }
}
