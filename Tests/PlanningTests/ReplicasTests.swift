import Model
import Testing

@testable import Planning

/// Which tasks of one revision are started and retired.
struct ReplicasTests {
    private let now = Instant(milliseconds: 1_000_000)
    private let policy = Policy()

    private func replica(
        _ slot: Int, _ attempt: Int = 0, _ condition: TaskCondition, mustMove: Bool = false,
        failedAt: Instant? = nil
    ) -> Replica {
        let definition = TaskDefinition(
            family: "f", revision: 1, taskDefinitionArn: "f:1", containerDefinitions: [],
            registeredAt: .zero)
        var task = Task(
            id: TaskID("\(slot).\(attempt)"), arn: "", cluster: "default",
            taskDefinition: definition, group: "service:hello", createdAt: failedAt ?? now)
        task.slot = slot
        task.attempt = attempt
        if let failedAt {
            task.retirement = Retirement(
                at: failedAt, stopCode: .essentialContainerExited, reason: "")
            task.retirement?.failed = true
        }
        return Replica(task: task, condition: condition, mustMove: mustMove)
    }

    private func decide(
        _ replicas: [Replica], count: Int = 1, serves: Bool = true, countMax: Int = 2,
        mayStart: Bool = true, mayShrink: Bool = true, healthyMin: Int = 0
    ) -> ReplicaPlan {
        let goal = ReplicaGoal(
            count: count, mayStart: mayStart, mayShrink: mayShrink, serves: serves,
            countMax: countMax, healthyMin: healthyMin)
        return Replicas.plan(replicas, for: goal, at: now, policy: policy)
    }

    private let running = TaskCondition.starting(isRunning: true)

    @Test func fillsEmptySlots() {
        let plan = decide([replica(1, 0, .healthy)], count: 3, countMax: 6)
        #expect(plan.starts.map(\.slot) == [0, 2])
        #expect(plan.retirements.isEmpty)
        #expect(decide([], count: 3, mayStart: false).starts.isEmpty)
    }

    @Test func shrinksFromTheTop() {
        let replicas = (0..<3).map { replica($0, 0, .healthy) }
        #expect(decide(replicas, count: 1).retirements.map(\.task) == ["1.0", "2.0"])
        #expect(decide(replicas, count: 1, mayShrink: false).retirements.isEmpty)
    }

    @Test func shrinksToWhatIsHealthy() {
        let bad = replica(0, 0, .unhealthy("503"))
        let replicas = [bad, replica(1, 0, .healthy), replica(2, 0, .healthy)]
        let first = decide(replicas, count: 1, countMax: 4)
        #expect(first.retirements.map(\.task) == ["2.0"])
        #expect(first.starts.map(\.slot) == [0])
        let second = decide([bad, replica(0, 1, .healthy), replica(1, 0, .healthy)], count: 1)
        #expect(Set(second.retirements.map(\.task)) == ["0.0", "1.0"])
    }

    /// With no balancer there to say how it is, the only task at work is not one too many.
    @Test func shrinksToWhatIsAtWork() {
        let waiting = replica(0, 0, .starting(isRunning: false))
        let plan = decide([waiting, replica(1, 0, running), replica(2, 0, running)], count: 1)
        #expect(plan.retirements.map(\.task) == ["2.0"])
        let better = decide([waiting, replica(1, 0, running), replica(2, 0, .healthy)], count: 1)
        #expect(better.retirements.map(\.task) == ["1.0"])
        #expect(decide([replica(0, 0, running)], count: 0).retirements.map(\.task) == ["0.0"])
    }

    @Test func badTaskThatServesIsKeptUntilItsReplacementIsHealthy() {
        let bad = replica(0, 0, .unhealthy("503"))
        let first = decide([bad])
        #expect(first.starts == [.init(slot: 0, attempt: 1, failures: 0)])
        #expect(first.retirements.isEmpty)
        #expect(decide([bad, replica(0, 1, running)]) == ReplicaPlan())
        let second = decide([bad, replica(0, 1, .healthy)])
        #expect(second.retirements == [.init(task: "0.0", failure: "503")])
        #expect(second.starts.isEmpty)
    }

    @Test func healthyTaskThatMustMoveStaysWhileTheMinimumNeedsIt() {
        let pair = [
            replica(0, 0, .healthy, mustMove: true), replica(1, 0, .healthy, mustMove: true),
        ]
        let all = decide(pair, count: 2, countMax: 2, healthyMin: 2)
        #expect(all == ReplicaPlan())
        let one = decide(pair, count: 2, countMax: 2, healthyMin: 1)
        #expect(one.retirements.map(\.task) == ["0.0"])
        #expect(one.starts.map(\.slot) == [1])
        let surging = decide(pair, count: 2, countMax: 3, healthyMin: 2)
        #expect(surging.starts.map(\.slot) == [0])
        #expect(surging.retirements.isEmpty)
    }

    @Test func badReplacementGoesAndTheOldestStays() {
        let plan = decide([replica(0, 0, .unhealthy("a")), replica(0, 1, .unhealthy("b"))])
        #expect(plan.retirements == [.init(task: "0.1", failure: "b")])
        #expect(plan.starts.isEmpty)
    }

    @Test func recoveredTaskNeedsNoReplacement() {
        let plan = decide([replica(0, 0, .healthy), replica(0, 1, running)])
        #expect(plan.retirements == [.init(task: "0.1", failure: nil)])
    }

    @Test func withoutRoomTheBadTaskGoesFirst() {
        let plan = decide([replica(0, 0, .unhealthy("a"))], countMax: 1)
        #expect(plan.retirements.map(\.task) == ["0.0"])
        #expect(plan.starts.isEmpty)
    }

    @Test func badTaskWithoutTrafficIsReplacedAtOnce() {
        let plan = decide([replica(0, 0, .unhealthy("a"))], serves: false)
        #expect(plan.retirements == [.init(task: "0.0", failure: "a")])
        #expect(plan.starts.map(\.attempt) == [1])
    }

    @Test func taskOnADrainingMachineMoves() {
        let moving = replica(0, 0, .healthy, mustMove: true)
        #expect(decide([moving]).starts.map(\.attempt) == [1])
        let plan = decide([moving, replica(0, 1, .healthy)])
        #expect(plan.retirements == [.init(task: "0.0", failure: nil)])
    }

    @Test(arguments: [
        (1, 500), (2, 1_000), (3, 2_000), (11, 512_000), (12, 900_000), (99, 900_000),
    ])
    func failuresInARowDoubleTheWait(count: Int, wait: Int64) {
        let replicas = (0..<count).map { replica(0, $0, .gone, failedAt: now) }
        let plan = decide(replicas)
        #expect(plan.starts.isEmpty)
        #expect(plan.deadline == now.advanced(milliseconds: wait))
    }

    @Test func waitIsOverAtItsDeadline() {
        let failed = replica(0, 0, .gone, failedAt: now.advanced(milliseconds: -500))
        #expect(decide([failed]).starts == [.init(slot: 0, attempt: 1, failures: 1)])
    }

    @Test func taskThatRanLongIsReplacedAtOnce() {
        var old = replica(0, 0, .gone, failedAt: now)
        var task = old.task
        task.createdAt = now.advanced(seconds: -61)
        old = Replica(task: task, condition: .gone, mustMove: false)
        #expect(decide([old]).starts.map(\.attempt) == [1])
    }
}
