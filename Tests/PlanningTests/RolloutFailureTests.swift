import Model
import Planning
import Testing

/// What turns a deployment around, from which stage, and how it goes back.
struct RolloutFailureTests {
    private static let stages: [LifecycleStage] = [
        .scaleUp, .testTrafficShift, .productionTrafficShift, .bakeTime, .cleanUp,
    ]

    @Test(arguments: stages)
    func circuitBreakerTurnsEveryStageAround(stage: LifecycleStage) {
        var scene = Scene(stage)
        scene.facts.failures = 2
        #expect(scene.step().record.want == nil)
        scene.facts.failures = 3
        scene.facts.failureDetail = "3 tasks: Essential container in task exited."
        let record = scene.step().record
        #expect(record.status == .rollbackInProgress)
        #expect(
            record.statusReason
                == "Service deployment rolled back because the circuit breaker threshold was "
                + "exceeded. 3 tasks: Essential container in task exited.")
        #expect(record.productionWeight == 0)
        #expect(record.testWeight == 0)
    }

    @Test func disabledCircuitBreakerCountsNothing() {
        var scene = Scene(.scaleUp)
        scene.record.configuration.circuitBreaker.enable = false
        scene.facts.green = .init()
        scene.facts.failures = 100
        #expect(scene.step().record.want == nil)
    }

    @Test func circuitBreakerThatMayNotRollBackStops() {
        var scene = Scene(.bakeTime)
        scene.record.configuration.circuitBreaker.rollback = false
        scene.facts.failures = 3
        let record = scene.step().record
        #expect(record.status == .stopRequested)
        #expect(record.productionWeight == 0)
    }

    @Test(arguments: [LifecycleStage.reconcileService, .scaleUp, .productionTrafficShift])
    func progressDeadlineEndsWhatDoesNotMove(stage: LifecycleStage) {
        var scene = Scene(stage)
        scene.facts.isReconciled = false
        scene.facts.green.healthy = 0
        scene.facts.applied = ["lb": 6]
        #expect(scene.step(at: Scene.now.advanced(seconds: 59)).record.want == nil)
        let late = scene.step(at: Scene.now.advanced(seconds: 600)).record
        #expect(late.want?.kind == .rollback)
    }

    @Test func laggingBalancerFailsAShift() {
        var scene = Scene(.productionTrafficShift)
        scene.facts.applied = ["lb": 6]
        let record = scene.step(at: Scene.now.advanced(seconds: 60)).record
        #expect(record.statusReason?.contains("did not apply the shift in time") == true)
        scene.facts.applied = [:]
        #expect(scene.step(at: Scene.now.advanced(seconds: 60)).record.want == nil)
    }

    @Test func halfOfGreenLostInTheBakeGoesBackAtOnce() {
        var scene = Scene(.bakeTime)
        scene.facts.green.sound = 2
        scene.facts.green.healthy = 0
        #expect(scene.step().record.want == nil)
        scene.facts.green.sound = 1
        #expect(scene.step().record.status == .rollbackInProgress)
    }

    @Test func invalidConfigurationFailsBeforeAnythingStarts() {
        var scene = Scene(.preScaleUp)
        scene.facts.problem = "the target group gone does not exist."
        let record = scene.step().record
        #expect(
            record.statusReason
                == "Service deployment rolled back because the target group gone does not exist.")
    }

    @Test func trafficNeverGoesBackToAWorseSide() {
        var scene = Scene(.bakeTime)
        scene.want(.rollback)
        scene.facts.blue.healthy = 2
        scene.record = scene.step().record
        #expect(scene.record.productionWeight == 1000)
        #expect(scene.step().record == scene.record)
        scene.facts.green.healthy = 1
        scene.facts.green.sound = 1
        #expect(scene.step().record.productionWeight == 0)
    }

    @Test func withNobodyToAskNothingMoves() {
        var scene = Scene(.bakeTime)
        scene.want(.rollback)
        scene.facts.applied = [:]
        scene.facts.blue.healthy = 0
        scene.facts.green.healthy = 0
        #expect(scene.step().record.productionWeight == 1000)
    }

    @Test func greenLeavesOnlyWhenEveryBalancerIsBack() {
        var scene = Scene(.bakeTime)
        scene.want(.rollback)
        scene.record = scene.step().record
        #expect(scene.record.generations == ["lb": 8])
        #expect(scene.step().effects.isEmpty)
        scene.facts.published = ["lb": 8]
        scene.facts.applied = ["lb": 8]
        let step = scene.step()
        #expect(step.effects.contains { if case .retire("green", _) = $0 { true } else { false } })
        scene.record = step.record
        scene.facts.green = .leaving(3, drained: false)
        #expect(!scene.step().record.stopIntentGreen)
        scene.facts.green = .leaving(3, drained: true)
        scene.record = scene.step().record
        #expect(scene.record.stopIntentGreen)
        scene.facts.green = .init()
        #expect(scene.step().record.status == .rollbackSuccessful)
    }

    /// Balancers that have dropped blue must have found it again before it gets any traffic.
    @Test func afterTheCleanUpBlueIsWaitedFor() {
        var scene = Scene(.cleanUp, status: .stopRequested)
        scene.record.rollbackStartedAt = Scene.now
        scene.record.generations = ["lb": 8]
        scene.facts.published = ["lb": 8]
        #expect(scene.step().record.productionWeight == 1000)
        scene.facts.applied = ["lb": 8]
        #expect(scene.step().record.productionWeight == 0)
    }

    @Test func cleanUpGivesBlueBackItsTasks() {
        var scene = Scene(.cleanUp)
        scene.facts.blue = .leaving(3, drained: false)
        scene.want(.rollback)
        let step = scene.step()
        #expect(step.effects.contains(.revive("blue")))
        #expect(step.record.productionWeight == 1000)
    }

    @Test(arguments: [ServiceDeploymentStatus.inProgress, .rollbackRequested])
    func pastThePointOfNoReturnItOnlyGoesForward(status: ServiceDeploymentStatus) {
        var scene = Scene(.cleanUp, status: status)
        scene.record.stopIntentBlue = true
        scene.facts.blue = .leaving(3, drained: true)
        scene.want(.rollback)
        let record = scene.step().record
        #expect(record.status == .inProgress)
        #expect(record.want == nil)
        #expect(record.productionWeight == 1000)
    }

    @Test func blueThatNeverComesBackLeavesGreenInProduction() {
        var scene = Scene(.bakeTime)
        scene.want(.rollback)
        scene.facts.blue = .init()
        scene.record = scene.step().record
        let step = scene.step(at: Scene.now.advanced(seconds: 600))
        #expect(step.record.status == .rollbackFailed)
        #expect(step.effects.contains(.settle("green", swapped: true)))
    }

    @Test(arguments: [0, 2])
    func firstDeploymentKeepsWhatIsHealthy(healthy: Int) {
        var scene = Scene(.scaleUp)
        scene.record.source = nil
        scene.facts.green.healthy = healthy
        scene.want(.rollback)
        let step = scene.step()
        #expect(step.record.status == .rollbackFailed)
        let settles = step.effects.contains(.settle("green", swapped: false))
        #expect(settles == (healthy > 0))
    }

    @Test func onlyTheNameOfTheEndTellsASupersededDeployment() {
        var scene = Scene(.scaleUp)
        scene.want(.supersede, "Superseded by deployment d3.")
        scene.record = scene.step().record
        #expect(scene.record.status == .stopRequested)
        scene.facts.green = .init()
        #expect(scene.step().record.status == .stopped)
    }

    @Test func waitingDeploymentIsStoppedWithoutATrace() {
        var scene = Scene(nil, status: .pending)
        scene.facts.isSuperseded = true
        #expect(scene.step().record.status == .stopped)
        scene.facts.isSuperseded = false
        scene.want(.rollback)
        #expect(scene.step().record.status == .stopped)
        scene.record.status = .rollbackRequested
        let record = scene.step().record
        #expect(record.status == .stopped)
        #expect(record.statusReason == "By hand.")
    }
}
