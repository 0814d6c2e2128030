import Model
import Routing

/// All parts of one installation, and the network between balancers and tasks.
final class Fleet {
    let machines: [Machine]
    let agents: [Agent]
    private(set) var balancers: [Balancer] = []
    let nameservers: [Nameserver]
    let controllers: [ControllerProcess]

    init(in environment: Environment) {
        let scenario = environment.scenario
        machines = (0..<scenario.machines).map { Machine($0, in: environment) }
        agents = machines.map { Agent(of: $0, in: environment) }
        nameservers = (0..<scenario.nameservers).map { Nameserver("dns\($0)", in: environment) }
        controllers = (0..<scenario.controllers).map {
            ControllerProcess("controller\($0)", in: environment)
        }
        balancers = (0..<scenario.balancers).map { Balancer($0, in: environment, fleet: self) }
    }

    var programs: [Program] { controllers + balancers + agents + nameservers }

    /// Balancers that say they are ready.
    var readyBalancers: [Balancer] { balancers.filter { $0.isRunning && !$0.isFenced } }

    /// Every process that has not ended.
    var processes: [TaskProcess] { machines.flatMap(\.living) }

    func process(at address: String, _ port: UInt16) -> TaskProcess? {
        machines.first { $0.address == address }?.process(on: port)
    }

    func process(of target: Target) -> TaskProcess? {
        process(at: target.address, target.port)
    }

    func process(of task: TaskID) -> TaskProcess? {
        machines.lazy.compactMap { $0.processes[task] }.first
    }

    /// What a health check of `target` finds.
    func probe(_ target: Target) -> ProbeOutcome {
        guard let machine = machines.first(where: { $0.address == target.address }), machine.isUp
        else { return .timedOut }
        guard let process = machine.process(on: target.port), process.phase == .listening else {
            return .refused
        }
        return process.isHealthy ? .passed : .mismatch(status: 500)
    }
}
