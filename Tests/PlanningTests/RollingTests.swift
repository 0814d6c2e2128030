import Model
import Testing

@testable import Planning

/// Every reachable state of a rolling deployment, for small counts and all usual percentages.
struct RollingTests {
    /// Tasks by revision and condition, and how many may still fail.
    struct State: Hashable {
        var oldHealthy: Int
        var oldUnhealthy = 0
        var newStarting = 0
        var newHealthy = 0
        var newUnhealthy = 0
        var faults: Int

        var total: Int { oldHealthy + oldUnhealthy + newStarting + newHealthy + newUnhealthy }
        var healthy: Int { oldHealthy + newHealthy }
    }

    struct Case: CustomStringConvertible, Sendable {
        let count: Int
        let minimum: Int
        let maximum: Int

        var description: String { "\(count) tasks, \(minimum) % to \(maximum) %" }

        var rolling: Rolling {
            var configuration = DeploymentConfiguration()
            configuration.minimumHealthyPercent = minimum
            configuration.maximumPercent = maximum
            return Rolling(
                desiredCount: count, configuration: configuration, at: .zero, policy: Policy())
        }
    }

    static let cases = (1...4).flatMap { count in
        [0, 50, 100].flatMap { minimum in
            [100, 125, 150, 200].map { Case(count: count, minimum: minimum, maximum: $0) }
        }
    }

    @Test(arguments: cases) func neverLeavesItsBoundsAndAlwaysArrives(of test: Case) {
        let rolling = test.rolling
        let first = State(oldHealthy: test.count, faults: 1)
        var known: [State: Int] = [first: 0]
        var states = [first]
        var predecessors: [[Int]] = [[]]
        var next = 0
        while next < states.count {
            let state = states[next]
            let after = decide(state, rolling)
            #expect(after.total <= max(rolling.cap, test.count), "\(state)")
            #expect(after.healthy >= min(rolling.floor, state.healthy), "\(state)")
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
        let goals = states.indices.filter {
            states[$0].newHealthy == test.count && states[$0].total == test.count
        }
        let isMoving = decide(first, rolling) != first
        #expect(isMoving != rolling.isStuck)
        let stuck = states.count - reaching(goals, predecessors).count
        if isMoving { #expect(stuck == 0, "of \(states.count) states") }
    }

    /// While the balancers' word is missing, what runs is all that may be serving.
    @Test func departingTasksOfUnknownHealthCountForTheMinimum() {
        let test = Case(count: 3, minimum: 50, maximum: 150)
        let unknown = replicas("old", 0, 3, 0)
        let arriving = replicas("new", 0, 1, 0)
        let plan = test.rolling.plan(arriving: arriving, departing: unknown)
        #expect(plan.retirements.map(\.task) == ["old2"])
        let known = test.rolling.plan(
            arriving: replicas("new", 3, 0, 0), departing: unknown)
        #expect(known.retirements.count == 3)
    }

    private func decide(_ state: State, _ rolling: Rolling) -> State {
        let old = replicas("old", state.oldHealthy, 0, state.oldUnhealthy)
        let new = replicas("new", state.newHealthy, state.newStarting, state.newUnhealthy)
        let plan = rolling.plan(arriving: new, departing: old)
        var after = state
        after.newStarting += plan.starts.count
        for retirement in plan.retirements {
            let isOld = retirement.task.text.hasPrefix("old")
            let replica = (isOld ? old : new).first { $0.task.id == retirement.task }
            switch (isOld, replica?.condition) {
            case (true, .healthy): after.oldHealthy -= 1
            case (true, _): after.oldUnhealthy -= 1
            case (false, .unhealthy): after.newUnhealthy -= 1
            default: Issue.record("\(retirement) leaves for no reason")
            }
        }
        return after
    }

    private func happenings(_ state: State) -> [State] {
        var result: [State] = []
        func add(_ isPossible: Bool, _ edit: (inout State) -> Void) {
            guard isPossible else { return }
            var next = state
            edit(&next)
            result.append(next)
        }
        func fault(_ isPossible: Bool, _ edit: (inout State) -> Void) {
            add(isPossible && state.faults > 0) {
                $0.faults -= 1
                edit(&$0)
            }
        }
        add(state.newStarting > 0) {
            $0.newStarting -= 1
            $0.newHealthy += 1
        }
        fault(state.newStarting > 0) {
            $0.newStarting -= 1
            $0.newUnhealthy += 1
        }
        fault(state.oldHealthy > 0) {
            $0.oldHealthy -= 1
            $0.oldUnhealthy += 1
        }
        fault(state.oldHealthy > 0) { $0.oldHealthy -= 1 }
        fault(state.newHealthy > 0) {
            $0.newHealthy -= 1
            $0.newUnhealthy += 1
        }
        return result
    }

    private func replicas(
        _ prefix: String, _ healthy: Int, _ starting: Int, _ unhealthy: Int
    ) -> [Replica] {
        let conditions =
            Array(repeating: TaskCondition.healthy, count: healthy)
            + Array(repeating: .starting(isRunning: true), count: starting)
            + Array(repeating: .unhealthy("503"), count: unhealthy)
        return conditions.enumerated().map { slot, condition in
            let definition = TaskDefinition(
                family: "f", revision: 1, taskDefinitionArn: "f:1", containerDefinitions: [],
                registeredAt: .zero)
            var task = Task(
                id: TaskID("\(prefix)\(slot)"), arn: "", cluster: "default",
                taskDefinition: definition, group: "", createdAt: .zero)
            task.slot = slot
            return Replica(task: task, condition: condition, mustMove: false)
        }
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
