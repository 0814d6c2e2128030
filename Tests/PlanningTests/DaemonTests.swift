import Model
import Testing

@testable import Planning

/// Every reachable state of a daemon's deployment over a few machines.
struct DaemonTests {
    /// What a machine has of the service.
    enum Place: Hashable, CaseIterable {
        case empty, leaving
        case oldHealthy, oldUnhealthy
        case newStarting, newHealthy, newUnhealthy
    }

    struct State: Hashable {
        var places: [Place]
        var faults: Int

        var healthy: Int { places.count { $0 == .oldHealthy || $0 == .newHealthy } }
    }

    struct Case: CustomStringConvertible, Sendable {
        let machines: Int
        let floor: Int

        var description: String { "\(machines) machines, of which \(floor) must serve" }

        var daemon: Daemon {
            Daemon(
                machines: (0..<machines).map { Daemon.Machine(id: id($0), mayStart: true) },
                floor: floor, now: .zero, policy: Policy())
        }

        func id(_ machine: Int) -> ContainerInstanceID { ContainerInstanceID("i-\(machine)") }
    }

    static let cases = (1...4).flatMap { machines in
        (0..<machines).map { Case(machines: machines, floor: $0) }
    }

    @Test(arguments: cases) func keepsItsMinimumAndAlwaysArrives(of test: Case) {
        let first = State(
            places: Array(repeating: .oldHealthy, count: test.machines), faults: 2)
        var known: [State: Int] = [first: 0]
        var states = [first]
        var predecessors: [[Int]] = [[]]
        var next = 0
        while next < states.count {
            let state = states[next]
            let after = decide(state, test)
            #expect(after.healthy >= min(test.floor, state.healthy), "\(state)")
            for successor in [after] + happenings(state) where successor != state {
                if let index = known[successor] {
                    predecessors[index].append(next)
                } else {
                    known[successor] = states.count
                    states.append(successor)
                    predecessors.append([next])
                }
            }
            next += 1
        }
        let goals = states.indices.filter { states[$0].places.allSatisfy { $0 == .newHealthy } }
        #expect(reaching(goals, predecessors).count == states.count)
    }

    @Test func whatIsOutOfPlaceLeavesAndAwayMachinesWait() {
        let away = ContainerInstanceID("away")
        let daemon = Daemon(
            machines: [Daemon.Machine(id: away, mayStart: false)], floor: 0, now: .zero,
            policy: Policy())
        let stays = replica("a", on: away, .healthy)
        let leaves = replica("b", on: "drained", .healthy)
        let plan = daemon.plan(arriving: [stays, leaves])
        #expect(plan.retirements.map(\.task) == ["b"])
        #expect(plan.starts.isEmpty)
        #expect(daemon.plan(arriving: []).starts.isEmpty)
    }

    @Test func aTaskThatFailsAtItsStartWaitsForTheNext() {
        let daemon = Case(machines: 1, floor: 0).daemon
        var failed = task("a", on: "i-0")
        failed.retirement = Retirement(
            at: .zero, stopCode: .essentialContainerExited, reason: "")
        failed.retirement?.failed = true
        failed.attempt = 4
        let plan = daemon.plan(
            arriving: [Replica(task: failed, condition: .gone, mustMove: false)])
        #expect(plan.starts.isEmpty)
        #expect(plan.deadline == Instant(milliseconds: Policy().backOffMilliseconds))
    }

    @Test func aProtectedTaskStaysUntilItFails() {
        let daemon = Case(machines: 1, floor: 0).daemon
        var old = replica("old", on: "i-0", .healthy)
        old.isProtected = true
        #expect(daemon.plan(arriving: [], departing: [old]) == ReplicaPlan())
        var failed = replica("old", on: "i-0", .unhealthy("503"))
        failed.isProtected = true
        #expect(daemon.plan(arriving: [], departing: [failed]).retirements.count == 1)
    }
}

// MARK: - The search

extension DaemonTests {
    private func decide(_ state: State, _ test: Case) -> State {
        var arriving: [Replica] = []
        var departing: [Replica] = []
        for (index, place) in state.places.enumerated() {
            let id = test.id(index)
            let (old, new) = (TaskID("old-\(index)"), TaskID("new-\(index)"))
            switch place {
            case .empty: break
            case .leaving: departing.append(replica(old, on: id, .retiring))
            case .oldHealthy: departing.append(replica(old, on: id, .healthy))
            case .oldUnhealthy: departing.append(replica(old, on: id, .unhealthy("")))
            case .newStarting:
                arriving.append(replica(new, on: id, .starting(isRunning: true)))
            case .newHealthy: arriving.append(replica(new, on: id, .healthy))
            case .newUnhealthy: arriving.append(replica(new, on: id, .unhealthy("")))
            }
        }
        let plan = test.daemon.plan(arriving: arriving, departing: departing)
        var after = state
        for index in state.places.indices {
            if plan.retirements.contains(where: { $0.task.text.hasSuffix("-\(index)") }) {
                after.places[index] = .leaving
            }
            guard plan.starts.contains(where: { $0.instance == test.id(index) }) else { continue }
            #expect(state.places[index] == .empty, "one task at a time: \(state)")
            after.places[index] = .newStarting
        }
        return after
    }

    private func happenings(_ state: State) -> [State] {
        var result: [State] = []
        for (index, place) in state.places.enumerated() {
            let turns: [(to: Place, isFault: Bool)] =
                switch place {
                case .empty, .oldUnhealthy, .newUnhealthy: []
                case .leaving: [(.empty, false)]
                case .oldHealthy: [(.oldUnhealthy, true), (.empty, true)]
                case .newStarting: [(.newHealthy, false), (.newUnhealthy, true)]
                case .newHealthy: [(.newUnhealthy, true), (.empty, true)]
                }
            for turn in turns where !turn.isFault || state.faults > 0 {
                var next = state
                next.places[index] = turn.to
                if turn.isFault { next.faults -= 1 }
                result.append(next)
            }
        }
        return result
    }

    private func task(_ id: TaskID, on instance: ContainerInstanceID) -> Task {
        let definition = TaskDefinition(
            family: "f", revision: 1, taskDefinitionArn: "f:1", containerDefinitions: [],
            registeredAt: .zero)
        var task = Task(
            id: id, arn: "", cluster: "default", taskDefinition: definition, group: "",
            createdAt: .zero)
        task.containerInstance = instance
        return task
    }

    private func replica(
        _ id: TaskID, on instance: ContainerInstanceID, _ condition: TaskCondition
    ) -> Replica {
        Replica(task: task(id, on: instance), condition: condition, mustMove: false)
    }

    private func reaching(_ goals: [Int], _ predecessors: [[Int]]) -> Set<Int> {
        var reached = Set(goals)
        var queue = goals
        while let state = queue.popLast() {
            for previous in predecessors[state] where reached.insert(previous).inserted {
                queue.append(previous)
            }
        }
        return reached
    }
}
