import Model
import Planning
import Testing

/// What alarms do to a deployment.
struct AlarmTests {
    private static let stages: [LifecycleStage] = [
        .reconcileService, .preScaleUp, .scaleUp, .testTrafficShift, .productionTrafficShift,
        .bakeTime,
    ]

    private func scene(_ stage: LifecycleStage?, _ status: ServiceDeploymentStatus = .inProgress)
        -> Scene
    {
        var scene = Scene(stage, status: status)
        scene.record.configuration.alarms = DeploymentAlarms(alarmNames: ["errors", "latency"])
        return scene
    }

    @Test(arguments: stages) func oneInALARMTurnsEveryStageAround(stage: LifecycleStage) {
        var scene = scene(stage)
        scene.facts.alarms = ["errors": .ok, "latency": .alarm]
        let record = scene.step().record
        // Before green has tasks there is nothing to go back from.
        let isAtOnce = [.reconcileService, .preScaleUp].contains(stage)
        #expect(record.status == (isAtOnce ? .rollbackSuccessful : .rollbackInProgress))
        #expect(record.alarms?.triggered == ["latency"])
        #expect(
            record.statusReason == "Service deployment rolled back because of one or more active "
                + "alarms. In ALARM: latency.")
    }

    @Test func afterTheBakeItIsTooLate() {
        var scene = scene(.cleanUp)
        scene.facts.alarms = ["latency": .alarm]
        #expect(scene.step().record.status == .inProgress)
    }

    @Test(arguments: [AlarmState.ok, .insufficientData]) func nothingElseEndsIt(state: AlarmState) {
        var scene = scene(.bakeTime)
        scene.facts.alarms = ["errors": state]
        #expect(scene.step().record.status == .inProgress)
    }

    @Test func withoutDataTheBakeWaitsForALimitedTime() {
        var scene = scene(.bakeTime)
        scene.facts.alarms = ["errors": .insufficientData, "latency": .ok]
        var now = Scene.now
        func pass(seconds: Int) {
            for _ in 0..<seconds {
                now = now.advanced(seconds: 1)
                scene.record = scene.step(at: now).record
            }
        }
        // The bake takes 30 s.
        pass(seconds: 60)
        #expect(scene.record.stage == .bakeTime)
        #expect(scene.record.bakeAccruedMilliseconds == 0)
        pass(seconds: 31)
        #expect(scene.record.alarms?.ignored == ["errors"])
        pass(seconds: 31)
        #expect(scene.record.stage == .cleanUp)
    }

    @Test func dataThatComesLetsTheBakeGoOn() {
        var scene = scene(.bakeTime)
        scene.facts.alarms = ["errors": .insufficientData]
        scene.record = scene.step().record
        #expect(scene.record.alarms?.silentSince == Scene.now)
        scene.facts.alarms = ["errors": .ok]
        for second in 1...32 {
            scene.record = scene.step(at: Scene.now.advanced(seconds: second)).record
        }
        #expect(scene.record.alarms?.silentSince == nil)
        #expect(scene.record.stage == .cleanUp)
    }

    @Test func whatWasInALARMBeforeSaysNothing() {
        var scene = scene(nil, .pending)
        scene.facts.alarms = ["errors": .alarm, "latency": .ok]
        scene.record = scene.step().record
        #expect(scene.record.alarms?.excluded == ["errors"])
        #expect(scene.step().record.status == .inProgress)
        scene.facts.alarms["latency"] = .alarm
        #expect(scene.step().record.alarms?.triggered == ["latency"])
    }

    @Test func withoutRollbackItStops() {
        var scene = scene(.bakeTime)
        scene.record.configuration.alarms?.rollback = false
        scene.facts.alarms = ["errors": .alarm]
        #expect(scene.step().record.status == .stopRequested)
        scene.record.configuration.alarms?.enable = false
        #expect(scene.step().record.status == .inProgress)
    }
}
