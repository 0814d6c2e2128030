import Model

/// One task as the kernel has it.
final class TaskProcess {
    enum Phase {
        case starting
        case listening
        /// SIGTERM has reached it: it takes nothing new and ends what it has.
        case stopping
        case ended
    }

    let task: TaskID
    let revision: ServiceRevisionID?
    let service: ServiceName?
    let port: UInt16
    private(set) var phase = Phase.starting
    private(set) var isHealthy = true
    private(set) var exitCode: Int?
    /// Since when it has been passing its health checks.
    private(set) var healthySince: Int64?
    /// When it stopped passing them.
    private(set) var lastServed: Int64?

    private let behaviour: Behaviour
    private unowned let machine: Machine
    private let environment: Environment
    private var flights: [Flight] = []

    init(_ task: Task, port: UInt16, on machine: Machine, in environment: Environment) {
        self.task = task.id
        revision = task.revision
        service = task.service
        self.port = port
        self.machine = machine
        self.environment = environment
        behaviour = Behaviour(of: task.taskDefinition)
    }

    /// Whether a health check would pass now.
    var isServing: Bool { phase == .listening && isHealthy && machine.isUp }

    func begin() {
        let wait = behaviour == .slow ? environment.pick(4000...12_000) : environment.delay() * 10
        environment.after(wait) { [self] in
            guard phase == .starting else { return }
            if behaviour == .exitsAtOnce { return exit(1) }
            listen()
        }
    }

    /// `false` when nothing listens.
    func accept(_ flight: Flight) -> Bool {
        guard phase == .listening else { return false }
        flights.removeAll(where: \.isOver)
        flights.append(flight)
        return true
    }

    func terminate() {
        guard phase != .ended, phase != .stopping else { return }
        environment.auditor?.toldToStop(self)
        phase = .stopping
        healthySince = nil
        // The worst of apps: what it had begun is lost with the signal.
        abandonFlights()
        environment.after(environment.delay() * 4) { [self] in
            if phase == .stopping { exit(0) }
        }
    }

    func exit(_ code: Int) {
        guard phase != .ended else { return }
        end(code)
        machine.onExit?(self)
    }

    /// Its machine has lost its power.
    func vanish() {
        end(137)
    }

    func sicken() {
        guard phase == .listening else { return }
        environment.auditor?.noteFailure()
        lastServed = environment.now
        isHealthy = false
        healthySince = nil
    }

    func recover() {
        guard phase == .listening, behaviour.lasts else { return }
        isHealthy = true
        healthySince = environment.now
    }

    private func listen() {
        phase = .listening
        isHealthy = behaviour != .unhealthy
        healthySince = isHealthy ? environment.now : nil
        switch behaviour {
        case .exitsLater: environment.after(environment.pick(2000...9000)) { [self] in exit(1) }
        case .sickensLater: environment.after(environment.pick(2000...9000)) { [self] in sicken() }
        case .sound, .slow, .unhealthy, .exitsAtOnce: break
        }
    }

    private func end(_ code: Int) {
        if phase != .stopping {
            environment.auditor?.noteFailure()
            if healthySince != nil { lastServed = environment.now }
        }
        phase = .ended
        exitCode = code
        healthySince = nil
        abandonFlights()
    }

    private func abandonFlights() {
        let lost = flights
        flights = []
        for flight in lost { flight.abandon(.targetGone) }
    }
}
