import Model
import Planning
import Testing

/// What becomes of real requests, and what a deployment makes of it.
struct RolloutAnalysisTests {
    /// A canary at 10 %, and one balancer that counts.
    private struct Canary {
        var scene = Scene(.productionTrafficShift)
        var outcomes = BalancerOutcomes(source: "lb/b1", incarnation: 1)
        var now = Scene.now

        init(bakeTimeMilliseconds: Int64 = 600_000) {
            scene.record.configuration.strategy = .canary
            scene.record.configuration.canary = TrafficStep(
                weight: 100, bakeTimeMilliseconds: bakeTimeMilliseconds)
            scene.record.productionWeight = 100
            outcomes.blue.requests = 100_000
            outcomes.blue.errors = 10
            outcomes.blue.latencies = [1000: 99_500, 8000: 500]
        }

        /// So many requests more, then a step a second later.
        mutating func serve(
            blue: Int = 0, blueErrors: Int = 0, green: Int, greenErrors: Int = 0,
            greenTakes: Int = 1000
        ) -> RolloutStep {
            outcomes.blue.requests += blue
            outcomes.blue.errors += blueErrors
            outcomes.blue.latencies[1000, default: 0] += blue
            outcomes.green.requests += green
            outcomes.green.errors += greenErrors
            outcomes.green.latencies[greenTakes, default: 0] += green
            scene.facts.outcomes = [outcomes]
            now = now.advanced(seconds: 1)
            let step = scene.step(at: now)
            scene.record = step.record
            return step
        }
    }

    private func isRolledBack(_ step: RolloutStep) -> Bool {
        isRolledBack(step.record)
    }

    private func isRolledBack(_ record: ServiceDeployment) -> Bool {
        [.rollbackRequested, .rollbackInProgress].contains(record.status)
    }

    @Test func aGreenThatFailsOutrightIsGivenUpAfterTwentyRequests() {
        var canary = Canary()
        _ = canary.serve(green: 0)
        #expect(!isRolledBack(canary.serve(blue: 100, green: 10, greenErrors: 10)))
        let step = canary.serve(blue: 100, green: 12, greenErrors: 12)
        #expect(isRolledBack(step))
        #expect(
            step.record.statusReason == "Service deployment rolled back because most requests to "
                + "green fail: 22 of 22 (100.0 %), against 0 of 200 (0.0 %) to blue.")
        #expect(
            step.effects.contains {
                if case .announce(let text) = $0 { text.contains("22 of 22") } else { false }
            })
    }

    @Test func aFewErrorsOfAWarmGreenAreEnough() {
        var canary = Canary()
        _ = canary.serve(green: 0)
        _ = canary.serve(blue: 9_000, green: 1_000)
        let step = canary.serve(blue: 900, green: 100, greenErrors: 5)
        #expect(isRolledBack(step))
        #expect(step.record.statusReason?.contains("5 of 1100 (0.5 %)") == true)
        #expect(step.record.statusReason?.contains("evidence") == true)
    }

    @Test func aColdGreenMayErr() {
        var canary = Canary()
        _ = canary.serve(green: 0)
        #expect(!isRolledBack(canary.serve(blue: 900, green: 100, greenErrors: 5)))
        #expect(canary.scene.record.analysis?.judged == OutcomeCounts())
    }

    @Test func aSlowGreenIsGivenUp() {
        var canary = Canary()
        _ = canary.serve(green: 0)
        _ = canary.serve(blue: 9_000, green: 1_000)
        let step = canary.serve(blue: 900, green: 100, greenTakes: 400_000)
        #expect(isRolledBack(step))
        #expect(step.record.statusReason?.contains("green is slower than blue: 100 of") == true)
    }

    @Test func aGreenLikeBlueGoesOn() {
        var canary = Canary(bakeTimeMilliseconds: 20_000)
        for _ in 0..<40 {
            _ = canary.serve(blue: 9_000, blueErrors: 1, green: 1_000)
            canary.scene.facts.applied = canary.scene.record.generations
            canary.scene.facts.published = canary.scene.record.generations
        }
        #expect(canary.scene.record.status == .inProgress)
        #expect(canary.scene.record.productionWeight == 1000)
        #expect(canary.scene.record.analysis?.isInconclusive == false)
    }

    @Test func whatBalancersCountedAtOtherWeightsOrBeforeARestartDoesNotCount() {
        var canary = Canary()
        canary.outcomes.green.requests = 1000
        canary.outcomes.green.errors = 1000
        _ = canary.serve(green: 0)
        #expect(canary.scene.record.analysis?.green == OutcomeCounts())
        canary.outcomes.incarnation = 2
        _ = canary.serve(green: 500, greenErrors: 500)
        #expect(canary.scene.record.analysis?.green == OutcomeCounts())
        canary.outcomes.green = BalancerOutcomes.Side()
        canary.outcomes.incarnation = 3
        _ = canary.serve(green: 5)
        #expect(canary.scene.record.analysis?.green == OutcomeCounts())
        _ = canary.serve(green: 7)
        #expect(canary.scene.record.analysis?.green == OutcomeCounts(requests: 7))
        #expect(canary.scene.record.status == .inProgress)
    }

    @Test func twoBalancersAreJudgedTogether() {
        var canary = Canary()
        var other = canary.outcomes
        other.source = "lb/b2"
        canary.scene.facts.outcomes = [canary.outcomes, other]
        canary.scene.record = canary.scene.step(at: canary.now).record
        canary.outcomes.green.requests += 11
        canary.outcomes.green.errors += 11
        other.green = canary.outcomes.green
        canary.scene.facts.outcomes = [canary.outcomes, other]
        canary.scene.record = canary.scene.step(at: canary.now).record
        #expect(isRolledBack(canary.scene.record))
    }

    @Test func offByOneSetting() {
        var canary = Canary()
        canary.scene.facts.isJudged = false
        _ = canary.serve(green: 0)
        let step = canary.serve(green: 100, greenErrors: 100)
        #expect(!isRolledBack(step))
        #expect(step.record.analysis == nil)
    }

    @Test func withTooFewRequestsAShareIsWatchedThreeTimesAsLong() {
        var canary = Canary(bakeTimeMilliseconds: 20_000)
        var seconds = 0
        var story: [String] = []
        while canary.scene.record.productionWeight == 100, seconds < 200 {
            let step = canary.serve(blue: 9, green: 1)
            for case .tell(let text) in step.effects { story.append(text) }
            seconds += 1
        }
        #expect((60...63).contains(seconds))
        #expect(canary.scene.record.status == .inProgress)
        #expect(story.contains { $0.hasPrefix("Inconclusive: green got") })
        #expect(canary.scene.record.analysis?.isInconclusive == true)
    }

    @Test func aRiseOfErrorsInTheBakeIsFound() {
        var canary = Canary()
        canary.scene = Scene(.bakeTime)
        canary.scene.record.bakeObservedAt = Scene.now
        canary.scene.record.configuration.bakeTimeMilliseconds = 3_600_000
        _ = canary.serve(green: 0)
        _ = canary.serve(green: 2_000)
        #expect(!isRolledBack(canary.serve(green: 5_000, greenErrors: 1)))
        let step = canary.serve(green: 1_000, greenErrors: 40)
        #expect(isRolledBack(step))
        #expect(step.record.statusReason?.contains("fail more often than blue's did") == true)
    }
}
