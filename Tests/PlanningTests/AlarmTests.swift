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
