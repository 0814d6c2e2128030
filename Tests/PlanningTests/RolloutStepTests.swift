import Model
import Planning
import Testing

/// One step from each stage, with its guard held and with it open.
struct RolloutStepTests {
    @Test func startsWhenNothingElseIsOpen() {
        var scene = Scene(nil, status: .pending)
        scene.facts.mayStart = false
        #expect(scene.step().record == scene.record)
        scene.facts.mayStart = true
        let record = scene.step().record
        #expect(record.status == .inProgress)
        #expect(record.stage == .preScaleUp)
        #expect(record.source == "blue")
        #expect(record.progressDeadline == Scene.now.advanced(seconds: 600))
    }

    @Test func reconcilesFirstWhenMoreThanOneRevisionIsActive() {
        var scene = Scene(nil, status: .pending)
        scene.facts.isReconciled = false
        scene.record = scene.step().record
        #expect(scene.record.stage == .reconcileService)
        #expect(scene.record.generations == ["lb": 8])
        scene.facts.isReconciled = true
        #expect(scene.step().record.stage == .reconcileService)
        scene.facts.applied = ["lb": 8]
        #expect(scene.step().record.stage == .preScaleUp)
    }

    @Test func scaleUpWaitsForEveryTaskAndEveryBalancer() {
        var scene = Scene(.scaleUp)
        scene.facts.green.healthy = 2
        #expect(scene.step().record.stage == .scaleUp)
        scene.facts.green.healthy = 3
        scene.facts.applied = ["lb": 6]
        #expect(scene.step().record.stage == .scaleUp)
        scene.facts.applied = [:]
        #expect(scene.step().record.stage == .scaleUp)
        scene.facts.applied = ["lb": 7]
        let record = scene.step().record
        #expect(record.stage == .testTrafficShift)
        #expect(record.testWeight == 1000)
        #expect(record.productionWeight == 0)
        #expect(record.generations == ["lb": 8])
    }

    @Test func serviceScaledToNothingEndsBlueBeforeItsTrafficMoves() {
        var scene = Scene(.scaleUp)
        scene.facts.desiredCount = 0
        scene.facts.green = .init()
        scene.facts.blue = .leaving(3, drained: false)
        #expect(scene.step().record.stage == .scaleUp)
        scene.facts.blue = .init()
        #expect(scene.step().record.stage == .testTrafficShift)
    }

    @Test func withoutATestRuleProductionShiftsAtOnce() {
        var scene = Scene(.scaleUp)
        scene.facts.hasTestRule = false
        let record = scene.step().record
        #expect(record.stage == .productionTrafficShift)
        #expect(record.productionWeight == 1000)
        #expect(record.shiftedAt == Scene.now)
    }

    @Test func withoutABalancerNobodyIsWaitedFor() {
        var scene = Scene(.productionTrafficShift)
        scene.facts.published = [:]
        scene.facts.applied = [:]
        #expect(scene.step().record.stage == .bakeTime)
    }

    @Test(arguments: [LifecycleStage.testTrafficShift, .productionTrafficShift])
    func shiftsWaitForEveryBalancer(stage: LifecycleStage) {
        var scene = Scene(stage)
        scene.record.generations = ["lb": 8]
        #expect(scene.step().record == scene.record)
        scene.facts.published = ["lb": 8]
        scene.facts.applied = ["lb": 8]
        let record = scene.step().record
        #expect(record.stage == (stage == .testTrafficShift ? .productionTrafficShift : .bakeTime))
        #expect(record.productionWeight == 1000)
    }

    @Test func bakeAccruesOnlyObservedTime() {
        var scene = Scene(.bakeTime)
        scene.facts.observingSince = .zero
        scene.record.bakeObservedAt = Scene.now
        let later = scene.step(at: Scene.now.advanced(seconds: 12))
        #expect(later.record.bakeAccruedMilliseconds == 12_000)
        #expect(later.record.stage == .bakeTime)
        #expect(later.deadline == Scene.now.advanced(seconds: 22))

        scene.facts.observingSince = Scene.now.advanced(seconds: 5)
        let restarted = scene.step(at: Scene.now.advanced(seconds: 40))
        #expect(restarted.record.bakeAccruedMilliseconds == 0)
        #expect(restarted.record.bakeObservedAt == Scene.now.advanced(seconds: 40))

        scene.facts.observingSince = .zero
        scene.facts.applied = ["lb": 6]
        #expect(scene.step(at: Scene.now.advanced(seconds: 40)).record.bakeObservedAt == nil)

        scene.facts.applied = ["lb": 7]
        scene.record.bakeObservedAt = Scene.now.advanced(seconds: 60)
        let jumped = scene.step(at: Scene.now.advanced(seconds: 40))
        #expect(jumped.record.bakeAccruedMilliseconds == 0)
    }

    @Test func bakeEndsWithTheCleanUp() {
        var scene = Scene(.bakeTime)
        scene.record.bakeObservedAt = Scene.now
        let step = scene.step(at: Scene.now.advanced(seconds: 30))
        #expect(step.record.stage == .cleanUp)
        #expect(step.effects.contains { if case .retire("blue", _) = $0 { true } else { false } })
        #expect(!step.record.stopIntentBlue)
    }

    @Test func cleanUpStopsBlueOnlyWhenItIsDrained() {
        var scene = Scene(.cleanUp)
        #expect(!scene.step().record.stopIntentBlue)
        scene.facts.blue = .leaving(3, drained: false)
        #expect(!scene.step().record.stopIntentBlue)
        scene.facts.blue = .leaving(3, drained: true)
        scene.record = scene.step().record
        #expect(scene.record.stopIntentBlue)
        #expect(scene.step().record.status == .inProgress)
        scene.facts.blue = .init()
        let step = scene.step()
        #expect(step.record.status == .successful)
        #expect(step.effects.contains(.settle("green", swapped: true)))
    }

    @Test func endsWhenEveryBalancerHasForgottenBlue() {
        var scene = Scene(.cleanUp)
        scene.facts.blue = .init()
        scene.facts.blue.isPublished = true
        #expect(scene.step().record.status == .inProgress)
        scene.facts.blue.isPublished = false
        scene.facts.applied = ["lb": 6]
        #expect(scene.step().record.status == .inProgress)
        scene.facts.applied = ["lb": 7]
        #expect(scene.step().record.status == .successful)
    }

    @Test func rollingBackEndsWhenEveryBalancerHasForgottenGreen() {
        var scene = Scene(.scaleUp, status: .rollbackInProgress)
        scene.record.configuration.strategy = .rolling
        scene.facts.green = .init()
        scene.facts.green.isPublished = true
        #expect(scene.step().record.status == .rollbackInProgress)
        scene.facts.green.isPublished = false
        scene.facts.applied = ["lb": 6]
        #expect(scene.step().record.status == .rollbackInProgress)
        scene.facts.applied = ["lb": 7]
        #expect(scene.step().record.status == .rollbackSuccessful)
    }

    @Test func firstDeploymentTakesTrafficWithItsFirstTask() {
        var scene = Scene(.scaleUp)
        scene.record.source = nil
        scene.facts.production = nil
        scene.facts.blue = .init()
        scene.facts.green.healthy = 1
        scene.facts.hasTestRule = false
        scene.record = scene.step().record
        #expect(scene.record.productionWeight == 1000)
        #expect(scene.record.stage == .scaleUp)
        scene.facts.green.healthy = 3
        scene.facts.applied = ["lb": 8]
        scene.record = scene.step().record
        #expect(scene.record.stage == .productionTrafficShift)
        scene.record = scene.step().record
        #expect(scene.record.stage == .bakeTime)
        scene.record = scene.step().record
        #expect(scene.record.stage == .cleanUp)
        let step = scene.step()
        #expect(step.record.status == .successful)
        #expect(step.effects.contains(.settle("green", swapped: false)))
    }

    @Test(arguments: ServiceDeploymentStatus.terminal)
    func terminalRecordsNeverChange(status: ServiceDeploymentStatus) {
        var scene = Scene(.bakeTime, status: status)
        scene.want(.rollback)
        scene.facts.failures = 100
        #expect(scene.step() == RolloutStep(scene.record))
    }
}

extension ServiceDeploymentStatus {
    static let terminal: [ServiceDeploymentStatus] = [
        .successful, .stopped, .rollbackSuccessful, .rollbackFailed,
    ]
}
