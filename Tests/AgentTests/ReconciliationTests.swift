import Model
import Testing

@testable import Agent

/// Every combination of what is wanted, what is shown, and what is here.
@Suite struct ReconciliationTests {
    private func wanted(_ status: DesiredStatus = .running) -> Task {
        var task = Sample.task([Sample.container()])
        task.desiredStatus = status
        if status == .stopped {
            task.retirement = Retirement(
                at: .at(1), stopCode: .serviceSchedulerInitiated, reason: "scaled in")
        }
        return task
    }

    private func shown(_ status: TaskStatus?) -> TaskState? {
        status.map {
            TaskState(
                task: "0", cluster: Cluster.default, containerInstance: Sample.instance,
                lastStatus: $0)
        }
    }

    private func decide(
        _ task: Task?, _ status: TaskStatus?, isKnown: Bool = false, isOver: Bool = false
    ) -> Reconciliation {
        Reconciliation(wanted: task, shown: shown(status), isKnown: isKnown, isOver: isOver)
    }

    @Test(arguments: [nil, TaskStatus.provisioning, .pending])
    func whatNeverRanIsStarted(status: TaskStatus?) {
        #expect(decide(wanted(), status) == .start)
    }

    @Test(arguments: TaskStatus.allCases)
    func nothingIsStartedTwice(status: TaskStatus) {
        #expect(decide(wanted(), status, isKnown: true, isOver: true) == .nothing)
        if status != .stopped { #expect(decide(wanted(), status, isKnown: true) == .nothing) }
    }

    @Test(arguments: [TaskStatus.activating, .running, .deactivating, .stopping])
    func whatRanAndIsGoneIsSaidToBe(status: TaskStatus) {
        #expect(
            decide(wanted(), status) == .record(.infrastructureHealth, Reconciliation.vanished))
    }

    @Test func aStoppedTaskIsNeverStartedAgain() {
        #expect(decide(wanted(), .stopped) == .nothing)
        #expect(decide(wanted(.stopped), .stopped) == .nothing)
        guard case .stop = decide(wanted(), .stopped, isKnown: true) else {
            Issue.record("others have replaced it: it must not run on")
            return
        }
    }

    @Test func whatIsUnwantedStops() {
        #expect(
            decide(wanted(.stopped), .running, isKnown: true)
                == .stop(.serviceSchedulerInitiated, "scaled in"))
        #expect(
            decide(wanted(.stopped), nil) == .record(.serviceSchedulerInitiated, "scaled in"))
        #expect(decide(wanted(.stopped), .running, isKnown: true, isOver: true) == .nothing)
    }

    @Test func anOrphanStops() {
        #expect(
            decide(nil, .running, isKnown: true)
                == .stop(.serviceSchedulerInitiated, Reconciliation.orphaned))
        #expect(decide(nil, nil, isKnown: true, isOver: true) == .nothing)
        #expect(decide(nil, .running) == .nothing)
    }
}
