package import Model

/// One run of a whole installation under one seed: trouble first, then peace, then the reckoning.
///
/// Equal seeds give equal runs, event for event.
package struct Simulation {
    package let seed: UInt64
    package var scenario: Scenario
    package private(set) var mutation: Mutation?
    package var isTraced = false

    /// How long everything may take to end well once the troubles have ended.
    private static let peaceMilliseconds: Int64 = 400_000
    private static let lookMilliseconds: Int64 = 1000

    package init(seed: UInt64) {
        self.seed = seed
        scenario = Scenario(seed: seed)
    }

    /// Puts a defect in, where it can show.
    package mutating func mutate(_ mutation: Mutation) {
        self.mutation = mutation
        mutation.favour(&scenario)
    }

    package func run() -> Outcome {
        let trace = Trace(isKept: isTraced)
        let environment = Environment(scenario, seed: seed, mutation: mutation, trace: trace)
        let fleet = Fleet(in: environment)
        let auditor = Auditor(fleet, in: environment)
        let crowd = Crowd(fleet, in: environment)
        environment.auditor = auditor
        defer { environment.end() }
        begin(environment, fleet, crowd)
        let saboteur = Saboteur(fleet, in: environment)
        saboteur.begin()
        proceed(environment, until: scenario.troubledMilliseconds)
        environment.note("simulation", "the troubles end")
        saboteur.makePeace()
        reckon(environment, auditor)
        return Outcome(
            seed: seed, violation: environment.violation,
            endings: auditor.endings, requests: crowd.tally.answered,
            events: environment.events, milliseconds: environment.now, trace: trace.lines)
    }

    private func begin(_ environment: Environment, _ fleet: Fleet, _ crowd: Crowd) {
        let customer = Customer("customer", in: environment)
        customer.start()
        for program in fleet.programs {
            environment.after(environment.pick(0...800)) { program.start() }
        }
        crowd.begin()
    }

    private func proceed(_ environment: Environment, until limit: Int64) {
        while environment.violation == nil, environment.step(until: limit) {}
        environment.pass(to: limit)
    }

    /// Demands that everything ends well, and stays so.
    private func reckon(_ environment: Environment, _ auditor: Auditor) {
        let limit = environment.now + Simulation.peaceMilliseconds
        var calmLooks = 0
        while environment.violation == nil, calmLooks < 3 {
            guard environment.now < limit else {
                return environment.violate("L1", auditor.unrest ?? "it never settles")
            }
            proceed(environment, until: environment.now + Simulation.lookMilliseconds)
            calmLooks = auditor.unrest == nil ? calmLooks + 1 : 0
        }
    }
}

/// How a run ended.
package struct Outcome: Sendable {
    package let seed: UInt64
    package let violation: Violation?
    /// How each service's deployments ended, in their order.
    package let endings: [ServiceName: [ServiceDeploymentStatus]]
    package let requests: Int
    package let events: Int
    package let milliseconds: Int64
    package let trace: [String]
}

extension Outcome {
    /// One line.
    package var summary: String {
        if let violation { return "seed \(seed) failed: \(violation)" }
        return "seed \(seed) passed: \(milliseconds / 1000) s, \(events) events, "
            + "\(requests) requests; \(endingsText)"
    }

    var endingsText: String {
        endings.sorted { $0.key < $1.key }.map { name, list in
            "\(name) " + list.map(\.rawValue).joined(separator: ",")
        }.joined(separator: "; ")
    }
}
