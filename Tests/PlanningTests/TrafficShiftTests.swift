import Model
import Planning
import Testing

/// CANARY and LINEAR: share by share, each acknowledged and watched before the next.
struct TrafficShiftTests {
    private static let minute: Int64 = 60_000

    private func scene(_ strategy: DeploymentStrategy, at weight: Int = 0) -> Scene {
        var scene = Scene(weight > 0 ? .productionTrafficShift : .scaleUp)
        scene.facts.hasTestRule = false
        scene.record.configuration.strategy = strategy
        scene.record.configuration.canary = TrafficStep(
            weight: 125, bakeTimeMilliseconds: TrafficShiftTests.minute)
        scene.record.configuration.linear = TrafficStep(
            weight: 300, bakeTimeMilliseconds: TrafficShiftTests.minute)
        scene.record.productionWeight = weight
        scene.record.testWeight = 0
        return scene
    }

    /// Every share until all traffic is on green, with everybody quick to apply.
    private func weights(_ scene: Scene) -> [Int] {
        var scene = scene
        var now = Scene.now
        var weights: [Int] = []
        for _ in 0..<2000 where scene.record.stage != .bakeTime {
            let step = scene.step(at: now)
            // Only time goes on when nothing else does.
            if step.record == scene.record { now = step.deadline ?? now }
            if step.record.productionWeight != scene.record.productionWeight {
                weights.append(step.record.productionWeight)
            }
            scene.record = step.record
            scene.facts.published = scene.record.generations
            scene.facts.applied = scene.record.generations
        }
        return scene.record.stage == .bakeTime ? weights : []
    }

    @Test func sharesFollowTheStrategy() {
        #expect(weights(scene(.blueGreen)) == [1000])
        #expect(weights(scene(.canary)) == [125, 1000])
        #expect(weights(scene(.linear)) == [300, 600, 900, 1000])
        var byDefault = scene(.linear)
        byDefault.record.configuration.linear = nil
        #expect(weights(byDefault) == Array(stride(from: 100, through: 1000, by: 100)))
        byDefault.record.configuration.strategy = .canary
        byDefault.record.configuration.canary = nil
        #expect(weights(byDefault) == [50, 1000])
    }

    @Test func firstDeploymentAndOneWithoutRulesHaveNoSteps() {
        var first = scene(.linear)
        first.record.source = nil
        #expect(weights(first) == [1000])
        var headless = scene(.canary)
        headless.facts.hasProductionRule = false
        #expect(weights(headless) == [1000])
    }

    @Test func shareIsWatchedOnlyOnceEverybodyHasAppliedIt() {
        var scene = scene(.canary, at: 125)
        scene.record.generations = ["lb": 8]
        scene.facts.published = ["lb": 8]
        let long = Scene.now.advanced(milliseconds: 59_000)
        #expect(scene.step(at: long).record.bakeObservedAt == nil)
        scene.facts.applied = ["lb": 8]
        scene.record = scene.step(at: long).record
        #expect(scene.record.bakeObservedAt == long)
        let early = long.advanced(milliseconds: TrafficShiftTests.minute - 1)
        #expect(scene.step(at: early).record.productionWeight == 125)
        let due = long.advanced(milliseconds: TrafficShiftTests.minute)
        #expect(scene.step(at: due).record.productionWeight == 1000)
    }

    @Test func nextShareWaitsForGreenToBeWhole() {
        var scene = scene(.linear, at: 300)
        scene.record.bakeAccruedMilliseconds = TrafficShiftTests.minute
        scene.facts.green.healthy = 2
        let held = scene.step().record
        #expect(held.productionWeight == 300 && held.status == .inProgress)
        scene.facts.green.healthy = 3
        #expect(scene.step().record.productionWeight == 600)
    }

    @Test func watchingIsNoLackOfProgress() {
        var scene = scene(.canary, at: 125)
        let late = Scene.now.advanced(seconds: 3600)
        #expect(scene.step(at: late).record.status == .inProgress)
        scene.record.bakeAccruedMilliseconds = TrafficShiftTests.minute
        scene.facts.green.healthy = 2
        #expect(scene.step(at: late).record.status == .rollbackInProgress)
    }

    /// A balancer that joins late has not applied anything yet, and is given its time.
    @Test func lostAcknowledgementIsWaitedForAgain() {
        var scene = scene(.canary, at: 125)
        scene.record.bakeObservedAt = Scene.now
        scene.facts.applied = ["lb": 0]
        let later = Scene.now.advanced(seconds: 100)
        scene.record = scene.step(at: later).record
        #expect(scene.record.status == .inProgress && scene.record.bakeObservedAt == nil)
        scene.record.updatedAt = later
        let patience = later.advanced(seconds: 60)
        #expect(scene.step(at: later.advanced(seconds: 59)).deadline == patience)
        #expect(scene.step(at: patience).record.status == .rollbackInProgress)
    }

    @Test(arguments: [DeploymentStrategy.canary, .linear])
    func wayBackIsOneJump(strategy: DeploymentStrategy) {
        var scene = scene(strategy, at: 300)
        scene.want(.rollback)
        let record = scene.step().record
        #expect(record.status == .rollbackInProgress)
        #expect(record.productionWeight == 0 && record.generations == ["lb": 8])
    }
}
