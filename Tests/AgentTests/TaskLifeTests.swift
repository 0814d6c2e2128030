import Model
import Testing

@testable import Agent

/// ECS's rules for the containers of a task, one case each.
@Suite struct TaskLifeTests {
    @Test func aTaskStartsAndRuns() {
        var life = Sample.life(Sample.container())
        #expect(life.state.lastStatus == .pending)
        #expect(life.begin(at: .at(0)) == [.record, .start(container: "web")])
        #expect(life.started("web", runtimeId: "7", at: .at(1)) == [.record])
        #expect(life.state.lastStatus == .running)
        #expect(life.state.startedAt == .at(1))
        #expect(life.state.containers.first?.runtimeId == "7")
        #expect(life.state.version == 2)
        #expect(life.deadline == nil)
    }

    @Test(arguments: [
        (ContainerExit.How.code(0), TaskStopCode.essentialContainerExited, Int?(0)),
        (.code(3), .essentialContainerExited, 3),
        (.signal(9), .essentialContainerExited, 137),
        (.lost("gone", byMachine: true), .infrastructureHealth, nil),
        (.lost("gone", byMachine: false), .essentialContainerExited, nil),
        (.refused("no such file"), .taskFailedToStart, nil),
    ])
    func anEssentialContainerEndsTheTask(
        how: ContainerExit.How, code: TaskStopCode, exitCode: Int?
    ) {
        var life = Sample.life(Sample.container(), Sample.container("side", essential: false))
        _ = life.begin(at: .at(0))
        _ = life.started("side", runtimeId: "1", at: .at(1))
        let actions = life.ended("web", ContainerExit(how), at: .at(5))
        #expect(actions == [.record, .signal(container: "side", .terminate)])
        #expect(life.state.lastStatus == .stopping)
        #expect(life.state.stopCode == code)
        #expect(life.state.containers.first?.exitCode == exitCode)
        #expect(life.ended("side", ContainerExit(.signal(15)), at: .at(6)) == [.record])
        #expect(life.state.lastStatus == .stopped)
        #expect(life.state.stoppingAt == .at(5))
        #expect(life.state.stoppedAt == .at(6))
    }

    @Test func theReasonIsECSsOwn() {
        var life = Sample.life(Sample.container())
        _ = life.begin(at: .at(0))
        _ = life.started("web", runtimeId: "1", at: .at(0))
        var exit = ContainerExit(.signal(9))
        exit.ranOutOfMemory = true
        _ = life.ended("web", exit, at: .at(1))
        #expect(life.state.stoppedReason == "Essential container in task exited")
        #expect(
            life.state.containers.first?.reason
                == "OutOfMemoryError: Container killed due to memory usage")
    }

    @Test func anInessentialContainerMayEnd() {
        var life = Sample.life(Sample.container(), Sample.container("side", essential: false))
        _ = life.begin(at: .at(0))
        _ = life.started("web", runtimeId: "1", at: .at(1))
        #expect(life.state.lastStatus == .pending)
        _ = life.ended("side", ContainerExit(.refused("no")), at: .at(2))
        #expect(life.state.lastStatus == .running)
        #expect(life.state.stopCode == nil)
    }

    // MARK: Stopping

    @Test func stoppingAsksThenKills() {
        var life = Sample.life(Sample.container { $0.stopTimeout = 7 })
        _ = life.begin(at: .at(0))
        _ = life.started("web", runtimeId: "1", at: .at(0))
        let asked = life.stop(.serviceSchedulerInitiated, "scaled in", at: .at(10))
        #expect(asked == [.record, .signal(container: "web", .terminate)])
        #expect(life.deadline == .at(17))
        #expect(life.tick(at: .at(16)) == [])
        #expect(life.tick(at: .at(17)) == [.signal(container: "web", .kill)])
        #expect(life.tick(at: .at(99)) == [])
        _ = life.ended("web", ContainerExit(.signal(9)), at: .at(18))
        #expect(life.state.stopCode == .serviceSchedulerInitiated)
        #expect(life.state.stoppedReason == "scaled in")
        #expect(life.state.containers.first?.exitCode == 137)
    }

    @Test func theFirstReasonIsKept() {
        var life = Sample.life(Sample.container())
        _ = life.begin(at: .at(0))
        _ = life.started("web", runtimeId: "1", at: .at(0))
        _ = life.stop(.userInitiated, "first", at: .at(1))
        #expect(life.stop(.terminationNotice, "second", at: .at(2)) == [])
        #expect(life.state.stoppedReason == "first")
    }

    @Test func theDefaultStopTimeoutIsThirtySeconds() {
        var life = Sample.life(Sample.container())
        _ = life.begin(at: .at(0))
        _ = life.started("web", runtimeId: "1", at: .at(0))
        _ = life.stop(.userInitiated, "", at: .at(0))
        #expect(life.deadline == .at(30))
    }

    @Test func aContainerThatStartsWhileTheTaskStopsIsAskedToEnd() {
        var life = Sample.life(Sample.container())
        _ = life.begin(at: .at(0))
        #expect(life.stop(.userInitiated, "", at: .at(1)) == [.record])
        #expect(life.state.lastStatus == .stopping)
        let actions = life.started("web", runtimeId: "1", at: .at(2))
        #expect(actions.contains(.signal(container: "web", .terminate)))
    }

    @Test func whatNeverStartedStopsAtOnce() {
        var life = Sample.life(Sample.container())
        #expect(life.stop(.userInitiated, "never mind", at: .at(1)) == [.record])
        #expect(life.state.lastStatus == .stopped)
        #expect(life.state.containers.first?.lastStatus == .stopped)
        #expect(life.state.containers.first?.exitCode == nil)
    }

    @Test func containersStopInReverseOrderOfDependency() {
        var life = Sample.life(
            Sample.container("db"), Sample.container("web", dependsOn: [("db", "START")]))
        _ = life.begin(at: .at(0))
        _ = life.started("db", runtimeId: "1", at: .at(0))
        _ = life.started("web", runtimeId: "2", at: .at(0))
        let first = life.stop(.userInitiated, "", at: .at(1))
        #expect(first == [.record, .signal(container: "web", .terminate)])
        let second = life.ended("web", ContainerExit(.code(0)), at: .at(2))
        #expect(second == [.record, .signal(container: "db", .terminate)])
        _ = life.ended("db", ContainerExit(.code(0)), at: .at(3))
        #expect(life.isOver)
    }

    // MARK: Health

    @Test func theTaskIsAsHealthyAsItsWorstEssentialContainer() {
        let check = ContainerHealthCheck(command: ["CMD", "true"])
        var life = Sample.life(
            Sample.container("a") { $0.healthCheck = check },
            Sample.container("b") { $0.healthCheck = check },
            Sample.container("c", essential: false) { $0.healthCheck = check })
        _ = life.begin(at: .at(0))
        for name in ["a", "b", "c"] {
            let actions = life.started(name, runtimeId: name, at: .at(0))
            #expect(actions.last == .check(container: name))
        }
        _ = life.checked("a", passed: true, at: .at(1))
        #expect(life.state.healthStatus == .unknown)
        _ = life.checked("b", passed: true, at: .at(1))
        #expect(life.state.healthStatus == .healthy)
        var now = 1
        for _ in 1...3 {
            now += 30
            #expect(life.tick(at: .at(now)).contains(.check(container: "b")))
            _ = life.checked("b", passed: false, at: .at(now))
        }
        #expect(life.state.healthStatus == .unhealthy)
        #expect(life.state.lastStatus == .running, "the service scheduler decides, not the agent")
    }

    @Test func nothingIsCheckedWhileTheTaskStops() {
        var life = Sample.life(
            Sample.container { $0.healthCheck = ContainerHealthCheck(command: ["CMD", "true"]) })
        _ = life.begin(at: .at(0))
        _ = life.started("web", runtimeId: "1", at: .at(0))
        _ = life.checked("web", passed: true, at: .at(0))
        _ = life.stop(.userInitiated, "", at: .at(1))
        #expect(life.tick(at: .at(30)) == [])
    }

    // MARK: Coming back

    @Test func aContainerThatIsFoundGoesOn() {
        var life = resumed { $0.started("web", runtimeId: "7", at: .at(0)) }
        #expect(life.unknown == ["web"])
        #expect(life.started("web", runtimeId: "7", at: .at(100)) == [])
        #expect(life.state.startedAt == .at(0))
        #expect(life.state.lastStatus == .running)
    }

    @Test func anEndThatNobodySawIsRecorded() {
        var life = resumed { $0.started("web", runtimeId: "7", at: .at(0)) }
        _ = life.ended("web", ContainerExit(.code(5)), at: .at(100))
        #expect(life.state.lastStatus == .stopped)
        #expect(life.state.containers.first?.exitCode == 5)
    }

    @Test func whatWasAboutToStartStarts() {
        var life = resumed { _ in [] }
        #expect(life.missing("web", at: .at(100)) == [.start(container: "web")])
    }

    @Test func aStopGoesOn() {
        var life = resumed { life in
            _ = life.started("web", runtimeId: "7", at: .at(0))
            return life.stop(.userInitiated, "enough", at: .at(1))
        }
        let actions = life.started("web", runtimeId: "7", at: .at(100))
        #expect(actions == [.signal(container: "web", .terminate)])
        #expect(life.deadline == .at(130))
        _ = life.ended("web", ContainerExit(.code(0)), at: .at(101))
        #expect(life.state.stoppedReason == "enough")
        #expect(life.state.stoppingAt == .at(1))
    }

    @Test func nothingIsDecidedBeforeAllIsFound() {
        let before = Sample.life(Sample.container("a"), Sample.container("b"))
        var life = TaskLife(before.task, resuming: before.state)
        #expect(life.missing("a", at: .at(1)) == [])
        #expect(life.stop(.userInitiated, "", at: .at(1)) == [])
        #expect(life.missing("b", at: .at(1)) == [.record])
        #expect(life.isOver)
    }

    @Test func whatIsOverStaysOver() {
        var before = Sample.life(Sample.container())
        _ = before.stop(.userInitiated, "", at: .at(1))
        var life = TaskLife(before.task, resuming: before.state)
        #expect(life.unknown == [])
        #expect(life.stop(.userInitiated, "again", at: .at(2)) == [])
        #expect(life.begin(at: .at(3)) == [.record])
        #expect(life.state == before.state)
    }

    private func resumed(after events: (inout TaskLife) -> [TaskLife.Action]) -> TaskLife {
        var before = Sample.life(Sample.container())
        _ = before.begin(at: .at(0))
        _ = events(&before)
        return TaskLife(before.task, resuming: before.state)
    }
}
