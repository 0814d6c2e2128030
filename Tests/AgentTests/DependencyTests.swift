import Model
import Testing

@testable import Agent

/// `dependsOn`, one case for each condition and each way of never coming true.
@Suite struct DependencyTests {
    private func pair(
        _ condition: String, essential: Bool = false, startTimeout: Int? = nil
    ) -> TaskLife {
        var life = Sample.life(
            Sample.container("first", essential: essential) { container in
                container.startTimeout = startTimeout
                container.healthCheck = ContainerHealthCheck(command: ["CMD", "true"])
            },
            Sample.container("second", dependsOn: [("first", condition)]))
        #expect(life.begin(at: .at(0)) == [.record, .start(container: "first")])
        return life
    }

    private let second = TaskLife.Action.start(container: "second")

    @Test func startWaitsForTheStart() {
        var life = pair("START")
        #expect(life.started("first", runtimeId: "1", at: .at(1)).contains(second))
    }

    @Test func completeWaitsForAnyEnd() {
        var life = pair("COMPLETE")
        #expect(!life.started("first", runtimeId: "1", at: .at(1)).contains(second))
        #expect(life.ended("first", ContainerExit(.code(9)), at: .at(2)).contains(second))
    }

    @Test func successWaitsForAGoodEnd() {
        var life = pair("SUCCESS")
        _ = life.started("first", runtimeId: "1", at: .at(1))
        #expect(life.ended("first", ContainerExit(.code(0)), at: .at(2)).contains(second))
    }

    @Test func healthyWaitsForACheckThatPassed() {
        var life = pair("HEALTHY")
        let actions = life.started("first", runtimeId: "1", at: .at(1))
        #expect(actions.last == .check(container: "first"))
        #expect(!life.checked("first", passed: false, at: .at(1)).contains(second))
        #expect(life.tick(at: .at(2)) == [.check(container: "first")])
        #expect(life.checked("first", passed: true, at: .at(2)).contains(second))
    }

    @Test(arguments: [
        ("SUCCESS", ContainerExit.How.code(1)), ("SUCCESS", .signal(9)), ("HEALTHY", .code(0)),
        ("START", .refused("no")), ("COMPLETE", .refused("no")), ("SOON", .code(0)),
    ])
    func whatCannotComeTrueFailsTheTask(condition: String, how: ContainerExit.How) {
        var life = Sample.life(
            Sample.container("first", essential: false),
            Sample.container("second", dependsOn: [("first", condition)]))
        _ = life.begin(at: .at(0))
        _ = life.ended("first", ContainerExit(how), at: .at(2))
        #expect(life.state.lastStatus == .stopped)
        #expect(life.state.stopCode == .taskFailedToStart)
        #expect(life.state.stoppedReason?.contains(condition) == true)
    }

    @Test func theStartTimeoutOfTheOtherGivesUp() {
        var life = pair("HEALTHY", startTimeout: 20)
        _ = life.started("first", runtimeId: "1", at: .at(5))
        #expect(life.tick(at: .at(24)).isEmpty)
        #expect(life.tick(at: .at(25)).contains(.signal(container: "first", .terminate)))
        #expect(life.state.stopCode == .taskFailedToStart)
        #expect(life.state.stoppedReason?.contains("startTimeout of 20 seconds") == true)
    }

    @Test func aDependencyOnNothingFailsTheTask() {
        var life = Sample.life(Sample.container("web", dependsOn: [("db", "START")]))
        #expect(life.begin(at: .at(0)) == [.record])
        #expect(life.state.stoppedReason == "The task has no container db to depend on")
    }

    @Test func aRefusalTakesBackTheOthersStarts() {
        var life = Sample.life(
            Sample.container("a"), Sample.container("b", dependsOn: [("nobody", "START")]))
        #expect(life.begin(at: .at(0)) == [.record])
        #expect(life.isOver)
    }

    @Test func aCycleFailsTheTask() {
        var life = Sample.life(
            Sample.container("a", dependsOn: [("b", "START")]),
            Sample.container("b", dependsOn: [("a", "START")]))
        _ = life.begin(at: .at(0))
        #expect(life.state.stopCode == .taskFailedToStart)
        #expect(life.state.stoppedReason?.contains("wait for each other") == true)
    }
}
