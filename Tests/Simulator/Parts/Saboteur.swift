/// Inflicts what the scenario allows, one trouble at a time, until it is told to make peace.
final class Saboteur {
    private let environment: Environment
    private let fleet: Fleet

    init(_ fleet: Fleet, in environment: Environment) {
        self.fleet = fleet
        self.environment = environment
    }

    func begin() {
        let faults = Fault.allCases.filter(environment.scenario.faults.contains)
        guard !faults.isEmpty else { return }
        strike(from: faults)
    }

    /// Ends every trouble, and starts whatever is dead.
    func makePeace() {
        environment.isCalm = true
        for machine in fleet.machines where !machine.isUp { machine.boot() }
        for program in fleet.programs {
            program.link.isCut = false
            program.resume()
            program.start()
        }
        for process in fleet.processes { process.recover() }
    }

    private func strike(from faults: [Fault]) {
        environment.after(environment.pick(500...6000)) { [self] in
            guard !environment.isCalm else { return }
            if let fault = environment.pick(from: faults) { inflict(fault) }
            reviveControllers()
            strike(from: faults)
        }
    }

    private func inflict(_ fault: Fault) {
        switch fault {
        case .controllerPauses: pause(environment.pick(from: fleet.controllers))
        case .balancerDies: kill(environment.pick(from: fleet.balancers))
        case .balancerIsCutOff: cutOff(environment.pick(from: fleet.balancers))
        case .agentDies: kill(environment.pick(from: fleet.agents))
        case .agentIsCutOff: cutOff(environment.pick(from: fleet.agents))
        case .nameserverDies: kill(environment.pick(from: fleet.nameservers))
        case .nameserverIsCutOff: cutOff(environment.pick(from: fleet.nameservers))
        case .machineDies: killMachine()
        case .taskDies: environment.pick(from: fleet.processes)?.exit(139)
        case .taskSickens: sicken()
        case .controllerDiesBeforeCommit, .controllerDiesAfterCommit, .commitsAreLost,
            .repliesAreLost, .watchesAreLate, .watchesBreak, .reportsAreRepeated, .partsAreSlow,
            .clocksJump:
            // These happen by themselves, where the thing is done that they spoil.
            break
        }
    }

    private func kill(_ program: Program?) {
        guard let program, program.isRunning else { return }
        program.kill()
        environment.after(environment.pick(50...9000)) { program.start() }
    }

    private func pause(_ program: Program?) {
        guard let program, program.isRunning else { return }
        program.pause()
        environment.after(environment.pick(200...12_000)) { program.resume() }
    }

    private func cutOff(_ program: Program?) {
        guard let program, program.isRunning else { return }
        program.note("is cut off")
        program.link.isCut = true
        environment.after(environment.pick(200...12_000)) {
            program.note("is in contact again")
            program.link.isCut = false
        }
    }

    private func killMachine() {
        guard let agent = environment.pick(from: fleet.agents), agent.machine.isUp else { return }
        agent.note("loses its machine")
        agent.kill()
        agent.machine.crash()
        environment.after(environment.pick(1000...30_000)) { [self] in
            guard !agent.machine.isUp else { return }
            agent.machine.boot()
            environment.after(environment.delay()) { agent.start() }
        }
    }

    private func sicken() {
        guard let process = environment.pick(from: fleet.processes) else { return }
        process.sicken()
        environment.after(environment.pick(500...10_000)) { process.recover() }
    }

    /// A controller that was killed at a commit is started again by its supervisor.
    private func reviveControllers() {
        for controller in fleet.controllers where !controller.isRunning {
            environment.after(environment.pick(50...5000)) { controller.start() }
        }
    }
}
