import Model

/// What runs tasks, and outlives its agent: processes, ports, and the traces that both leave.
final class Machine {
    let id: ContainerInstanceID
    let address: String
    private(set) var isUp = true
    /// Ended ones included: a shim keeps its exit code until the agent has seen it.
    private(set) var processes: [TaskID: TaskProcess] = [:]
    /// Told of every process that ends.
    var onExit: ((TaskProcess) -> Void)?

    private let environment: Environment
    private var nextPort: UInt16 = Machine.ports.lowerBound

    private static let ports: ClosedRange<UInt16> = 40_000...49_999

    init(_ number: Int, in environment: Environment) {
        id = ContainerInstanceID("machine\(number)")
        address = "10.0.0.\(number + 1)"
        self.environment = environment
    }

    /// `nil` when its ports are used up.
    func launch(_ task: Task) -> TaskProcess? {
        guard let port = freePort() else { return nil }
        let process = TaskProcess(task, port: port, on: self, in: environment)
        processes[task.id] = process
        process.begin()
        return process
    }

    func process(on port: UInt16) -> TaskProcess? {
        guard isUp else { return nil }
        return living.first { $0.port == port }
    }

    /// In the order of their ids.
    var living: [TaskProcess] {
        processes.values.filter { $0.phase != .ended }.sorted { $0.task < $1.task }
    }

    func forget(_ task: TaskID) {
        processes[task] = nil
    }

    /// The power goes: no process says good-bye.
    func crash() {
        isUp = false
        let lost = living
        processes = [:]
        for process in lost { process.vanish() }
    }

    func boot() {
        isUp = true
    }

    /// Each is used once: who gets a dead task's port is no question for this simulation.
    private func freePort() -> UInt16? {
        guard nextPort < Machine.ports.upperBound else { return nil }
        defer { nextPort += 1 }
        return nextPort
    }
}
