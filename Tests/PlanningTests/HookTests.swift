import Model
import Planning
import Testing

/// What a deployment asks of its hooks, and what their answers do.
struct HookTests {
    private static func scene(
        _ stage: LifecycleStage, _ stages: [LifecycleHookStage],
        target: LifecycleHookTarget = .url("http://ci/hook")
    ) -> Scene {
        var scene = Scene(stage)
        scene.record.configuration.lifecycleHooks = [
            LifecycleHook(target: target, lifecycleStages: stages)
        ]
        return scene
    }

    private func answer(
        _ scene: Scene, _ status: LifecycleHookStatus, _ reason: String? = nil
    ) throws -> [String: HookAnswer] {
        let asked = try #require(scene.record.hooks?.last)
        var answer = HookAnswer(
            deployment: scene.record.id, service: "hello", cluster: "default", execution: asked.id,
            attempt: asked.attempt, status: status)
        answer.reason = reason
        return [asked.id: answer]
    }

    @Test func aStageWithAHookIsLeftOnlyWhenItHasSucceeded() throws {
        var scene = HookTests.scene(.preScaleUp, [.preScaleUp])
        let asking = scene.step()
        #expect(asking.record.stage == .preScaleUp)
        #expect(asking.record.hooks?.map(\.id) == ["PRE_SCALE_UP.1"])
        #expect(asking.record.hooks?.first?.status == .inProgress)
        #expect(asking.record.hooks?.first?.expiresAt == Scene.now.advanced(seconds: 24 * 3600))
        scene.record = asking.record
        #expect(scene.step().record == scene.record)
        scene.facts.hookAnswers = try answer(scene, .succeeded)
        // One move a step: first the answer, then the stage.
        scene.record = scene.step().record
        #expect(scene.record.stage == .preScaleUp)
        #expect(scene.record.hooks?.first?.status == .succeeded)
        scene.record = scene.step().record
        #expect(scene.record.stage == .scaleUp)
        #expect(scene.record.hooks == nil)
    }

    /// Where each hook stage is reported, in ECS's order, with every hook stage in use.
    @Test func everyStageIsVisitedInOrder() throws {
        var scene = HookTests.scene(.preScaleUp, LifecycleHookStage.allCases)
        scene.record.configuration.strategy = .canary
        scene.record.configuration.canary = TrafficStep(weight: 100, bakeTimeMilliseconds: 0)
        scene.record.configuration.bakeTimeMilliseconds = 0
        scene.facts.green = .all(3)
        var visited: [String] = []
        for _ in 0..<80 where scene.record.stage != .cleanUp {
            scene.record = scene.step().record
            scene.facts.applied = scene.record.generations
            scene.facts.published = scene.record.generations
            guard let asked = scene.record.hooks?.last, asked.status == .inProgress else {
                continue
            }
            let place = "\(scene.record.stage?.rawValue ?? ""): \(asked.id)"
            if visited.last != place { visited.append(place) }
            scene.facts.hookAnswers = try answer(scene, .succeeded)
        }
        #expect(
            visited == [
                "PRE_SCALE_UP: PRE_SCALE_UP.1", "POST_SCALE_UP: POST_SCALE_UP.1",
                "TEST_TRAFFIC_SHIFT: TEST_TRAFFIC_SHIFT.1",
                "POST_TEST_TRAFFIC_SHIFT: POST_TEST_TRAFFIC_SHIFT.1",
                "POST_TEST_TRAFFIC_SHIFT: PRE_PRODUCTION_TRAFFIC_SHIFT.1.0",
                "PRODUCTION_TRAFFIC_SHIFT: PRODUCTION_TRAFFIC_SHIFT.1.100",
                "PRODUCTION_TRAFFIC_SHIFT: PRE_PRODUCTION_TRAFFIC_SHIFT.1.100",
                "PRODUCTION_TRAFFIC_SHIFT: PRODUCTION_TRAFFIC_SHIFT.1.1000",
                "POST_PRODUCTION_TRAFFIC_SHIFT: POST_PRODUCTION_TRAFFIC_SHIFT.1",
            ])
        #expect(scene.record.stage == .cleanUp)
    }

    @Test func aFailedHookRollsBackWithItsWords() throws {
        var scene = HookTests.scene(.postScaleUp, [.postScaleUp])
        scene.record = scene.step().record
        scene.facts.hookAnswers = try answer(scene, .failed, "3 of 40 tests failed")
        let record = scene.step().record
        #expect(record.status == .rollbackInProgress)
        #expect(
            record.statusReason == "Service deployment rolled back because POST_SCALE_UP lifecycle "
                + "hook(s) failed. Lifecycle hook http://ci/hook returned FAILED status: 3 of 40 "
                + "tests failed")
    }

    /// Whatever the circuit breaker may do: a hook that says no means back.
    @Test func aFailedHookRollsBackWhereTheBreakerMayNot() throws {
        var scene = HookTests.scene(.postScaleUp, [.postScaleUp])
        scene.record.configuration.circuitBreaker.rollback = false
        scene.record = scene.step().record
        scene.facts.hookAnswers = try answer(scene, .failed)
        #expect(scene.step().record.status == .rollbackInProgress)
    }

    @Test func aHookAtWorkIsCalledAgainWithItsDetails() throws {
        var scene = HookTests.scene(.postScaleUp, [.postScaleUp])
        scene.record = scene.step().record
        var answers = try answer(scene, .inProgress)
        answers["POST_SCALE_UP.1"]?.callBackDelayMilliseconds = 5_000
        answers["POST_SCALE_UP.1"]?.hookDetails = .string("job 7")
        scene.facts.hookAnswers = answers
        let step = scene.step()
        #expect(step.deadline == Scene.now.advanced(seconds: 5))
        let asked = try #require(step.record.hooks?.first)
        #expect(asked.attempt == 2)
        #expect(asked.nextCallAt == Scene.now.advanced(seconds: 5))
        #expect(asked.hookDetails == .string("job 7"))
        // The answer to the first call is none to the second.
        scene.record = step.record
        #expect(scene.step().record == scene.record)
    }

    @Test(arguments: [LifecycleHookAction.rollback, .continue])
    func timeOutDoesWhatItIsToldTo(action: LifecycleHookAction) {
        var scene = HookTests.scene(.postScaleUp, [.postScaleUp])
        scene.record.configuration.lifecycleHooks?[0].timeoutMilliseconds = 60_000
        scene.record.configuration.lifecycleHooks?[0].timeoutAction = action
        scene.record = scene.step().record
        let late = Scene.now.advanced(seconds: 60)
        scene.record = scene.step(at: late).record
        if action == .rollback {
            #expect(scene.record.status == .rollbackInProgress)
            #expect(scene.record.statusReason?.hasSuffix("http://ci/hook timed out.") == true)
        } else {
            #expect(scene.record.hooks?.first?.status == .timedOut)
            #expect(scene.step(at: late).record.stage == .testTrafficShift)
        }
    }

    @Test(arguments: [LifecycleHookAction.rollback, .continue])
    func aPauseIsEndedByADecision(action: LifecycleHookAction) {
        var scene = HookTests.scene(.postScaleUp, [.postScaleUp], target: .pause)
        scene.record = scene.step().record
        #expect(scene.record.hooks?.first?.status == .awaitingAction)
        // A day passes: the progress deadline waits.
        let late = Scene.now.advanced(seconds: 20 * 3600)
        #expect(scene.step(at: late).record == scene.record)
        scene.record.hooks?[0].decision = action
        scene.record = scene.step(at: late).record
        if action == .rollback {
            #expect(scene.record.status == .rollbackInProgress)
        } else {
            #expect(scene.record.progressDeadline == late.advanced(seconds: 600))
            #expect(scene.step(at: late).record.stage == .testTrafficShift)
        }
    }

    @Test func aHookThatNobodyWaitsForAnyMoreIsForgotten() {
        var scene = HookTests.scene(.postScaleUp, [.postScaleUp])
        scene.record = scene.step().record
        scene.want(.rollback)
        #expect(scene.step().record.hooks == [])
    }

    @Test func greenMustStillBeWellAfterTheWait() throws {
        var scene = HookTests.scene(.postScaleUp, [.postScaleUp])
        scene.record = scene.step().record
        scene.facts.hookAnswers = try answer(scene, .succeeded)
        scene.facts.green.healthy = 2
        scene.record = scene.step().record
        #expect(scene.step().record.stage == .postScaleUp)
        scene.facts.green.healthy = 3
        #expect(scene.step().record.stage == .testTrafficShift)
    }
}
