import Model
import Planning

/// Visits every state that a small world can reach, breadth first.
struct RolloutSearch {
    private let mutation: Mutation?
    private var records: [ServiceDeployment] = []
    private var indices: [ServiceDeployment: Int] = [:]
    private var states: [SmallWorld] = []
    private var known: [SmallWorld: Int] = [:]
    /// Of each state, the one that it was reached from, and how.
    private var origins: [(state: Int, move: String)] = []
    private var predecessors: [[Int]] = []

    struct Outcome {
        var states: Int
        var violation: String?
        /// The moves that lead to the violation.
        var trace: [String] = []
        /// States from which no end can be reached.
        var stuck: [String] = []
        /// Statuses that deployments ended in.
        var ends: Set<ServiceDeploymentStatus> = []
    }

    static let statesMax = 2_000_000

    static func run(
        faults: Int, balancersFail: Bool = true,
        strategy: DeploymentStrategy = .blueGreen, mutation: Mutation? = nil
    ) -> Outcome {
        var search = RolloutSearch(mutation: mutation)
        var first = SmallWorld(
            record: search.index(of: Scene.beginning(by: strategy)), faultsLeft: faults)
        first.balancersFail = balancersFail
        return search.explore(from: first)
    }

    private init(mutation: Mutation?) {
        self.mutation = mutation
    }

    private mutating func explore(from first: SmallWorld) -> Outcome {
        visit(first, from: -1, by: "")
        var next = 0
        while next < states.count, states.count < RolloutSearch.statesMax {
            let state = states[next]
            if let broken = state.brokenInvariant(of: records[state.record]) {
                return Outcome(states: states.count, violation: broken, trace: trace(to: next))
            }
            for (move, successor) in successors(of: state) where successor != state {
                visit(successor, from: next, by: move)
            }
            next += 1
        }
        return Outcome(states: states.count, stuck: stuckStates(), ends: ends())
    }

    private mutating func successors(of state: SmallWorld) -> [(String, SmallWorld)] {
        let record = records[state.record]
        let isOver = record.status.isTerminal
        var successors = state.moves(mutation: mutation, isOver: isOver)
        if !isOver { successors.append(("the controller's pass", pass(over: state))) }
        if !isOver, state.faultsLeft > 0, record.want == nil, !record.stopIntentBlue {
            for kind in [DeploymentWant.Kind.rollback, .supersede] {
                var wished = record
                wished.want = DeploymentWant(kind: kind, reason: "", at: .zero)
                var successor = state
                successor.faultsLeft -= 1
                successor.record = index(of: wished)
                successors.append(("the user wants a \(kind)", successor))
            }
        }
        return successors
    }

    /// One transaction: the step, its effects, tasks, the generation, and what may stop.
    private mutating func pass(over state: SmallWorld) -> SmallWorld {
        var next = state
        let step = Rollout.step(records[state.record], state.facts(mutation), at: Scene.now)
        var record = step.record
        for effect in step.effects {
            switch effect {
            case .retire("blue", _): if next.blue.isThere { next.retire(\.blue) }
            case .retire: if next.green.isThere { next.retire(\.green) }
            case .revive: next.retirement.blue = nil
            case .settle, .tell, .announce: break
            }
        }
        next.checkWeights(from: records[state.record], to: record)
        next.startTasks(record)
        next.publish(&record)
        if record.stopIntentBlue, next.blue.isThere, state.isBlueReleased(mutation) {
            next.stopBlue()
        }
        if record.stopIntentGreen, next.green.isThere, state.isGreenReleased(mutation) {
            next.stopGreen()
        }
        next.record = index(of: record)
        return next
    }
}

// MARK: - The rest of a pass

extension SmallWorld {
    fileprivate mutating func retire(_ side: WritableKeyPath<Retirement, UInt64?>) {
        if retirement[keyPath: side] == nil { retirement[keyPath: side] = .max }
    }

    fileprivate mutating func checkWeights(
        from old: ServiceDeployment, to new: ServiceDeployment
    ) {
        if new.productionWeight > old.productionWeight, green != .healthy, blue == .running {
            violation = "I10: traffic moves from a blue that serves to a green that does not"
        }
        if new.productionWeight < old.productionWeight, green == .healthy, blue != .running {
            violation = "I10: traffic moves from a green that serves to a blue that does not"
        }
    }

    fileprivate mutating func startTasks(_ record: ServiceDeployment) {
        let isUp = record.status == .inProgress && record.stage.map { $0 >= .scaleUp } == true
        if isUp, green == .absent { green = .starting }
        let isLeaving = record.status == .inProgress && record.stage == .cleanUp
        if blue == .lost, !isLeaving, record.status != .successful { blue = .starting }
    }

    fileprivate mutating func publish(_ record: inout ServiceDeployment) {
        let wanted = Configuration(
            toBlue: record.productionWeight < 1000,
            toGreen: record.productionWeight > 0,
            hasBlue: blue == .running && retirement.blue == nil,
            hasGreen: (green == .healthy || green == .unhealthy) && retirement.green == nil)
        if wanted != configuration {
            configuration = wanted
            generation += 1
            record.generations["lb"] = generation
        }
        record.generations["lb"] = min(record.generations["lb"] ?? 0, generation)
        if retirement.blue == .max { retirement.blue = generation }
        if retirement.green == .max { retirement.green = generation }
    }
}

extension SmallWorld.Blue {
    fileprivate var isThere: Bool { self == .running || self == .starting }
}

extension SmallWorld.Green {
    fileprivate var isThere: Bool { self != .absent && self != .stopped }
}

extension Scene {
    /// A deployment that waits to start; its bakes take no time, and half of the traffic is one of
    /// its steps if it has any.
    fileprivate static func beginning(by strategy: DeploymentStrategy) -> ServiceDeployment {
        var record = Scene(nil, status: .pending).record
        record.configuration.strategy = strategy
        record.configuration.canary = TrafficStep(weight: 500, bakeTimeMilliseconds: 0)
        record.configuration.bakeTimeMilliseconds = 0
        record.generations = [:]
        return record
    }
}

// MARK: - The graph

extension RolloutSearch {
    private mutating func index(of record: ServiceDeployment) -> Int {
        if let index = indices[record] { return index }
        records.append(record)
        indices[record] = records.count - 1
        return records.count - 1
    }

    private mutating func visit(_ state: SmallWorld, from origin: Int, by move: String) {
        if let index = known[state] {
            predecessors[index].append(origin)
            return
        }
        known[state] = states.count
        states.append(state)
        origins.append((origin, move))
        predecessors.append(origin < 0 ? [] : [origin])
    }

    private func trace(to state: Int) -> [String] {
        var moves: [String] = []
        var current = state
        while current > 0 {
            moves.append(origins[current].move)
            current = origins[current].state
        }
        return moves.reversed()
    }

    private func ends() -> Set<ServiceDeploymentStatus> {
        Set(states.map { records[$0.record].status }.filter(\.isTerminal))
    }

    /// L1: from everywhere an end can be reached.
    private func stuckStates() -> [String] {
        var hopeful = states.map { records[$0.record].status.isTerminal }
        var queue = states.indices.filter { hopeful[$0] }
        while let state = queue.popLast() {
            for previous in predecessors[state] where !hopeful[previous] {
                hopeful[previous] = true
                queue.append(previous)
            }
        }
        return states.indices.filter { !hopeful[$0] }.map { trace(to: $0).joined(separator: ", ") }
    }
}
