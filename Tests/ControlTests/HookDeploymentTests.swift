import Model
import Planning
import Store
import Testing

@testable import Control

/// Deployments with hooks, over the store and the controller.
struct HookDeploymentTests {
    private func rehearsal(
        _ stages: [LifecycleHookStage], target: LifecycleHookTarget = .url("http://ci/hook")
    ) throws -> Rehearsal {
        let rehearsal = try Rehearsal()
        _ = try rehearsal.end(try rehearsal.deploy("good"))
        try rehearsal.change {
            $0.deploymentConfiguration.lifecycleHooks = [
                LifecycleHook(target: target, lifecycleStages: stages)
            ]
        }
        return rehearsal
    }

    @Test func hooksAreCalledAtEveryStageAndTheirAnswersDoNotStay() throws {
        let rehearsal = try rehearsal(LifecycleHookStage.allCases)
        rehearsal.hook = { $0.answer(.succeeded) }
        let id = try rehearsal.deploy("good")
        #expect(try rehearsal.end(id).status == .successful)
        #expect(
            rehearsal.called == [
                "PRE_SCALE_UP.1", "POST_SCALE_UP.1", "TEST_TRAFFIC_SHIFT.1",
                "POST_TEST_TRAFFIC_SHIFT.1", "PRE_PRODUCTION_TRAFFIC_SHIFT.1.0",
                "PRODUCTION_TRAFFIC_SHIFT.1.1000", "POST_PRODUCTION_TRAFFIC_SHIFT.1",
            ])
        #expect(try rehearsal.store.read([.hookAnswers]).records.isEmpty)
        #expect(rehearsal.gaps.isEmpty)
    }

    /// Killed between the call and its answer: whoever comes next calls again, by the same name.
    @Test func aControllerThatDiesCallsAgain() throws {
        let rehearsal = try rehearsal([.postScaleUp])
        rehearsal.hook = { _ in nil }
        let id = try rehearsal.deploy("good")
        try rehearsal.run { !rehearsal.called.isEmpty }
        try rehearsal.restartController()
        rehearsal.hook = { $0.answer(.succeeded) }
        #expect(try rehearsal.end(id).status == .successful)
        #expect(rehearsal.called == ["POST_SCALE_UP.1", "POST_SCALE_UP.1"])
    }

    @Test func aHookAtWorkIsCalledUntilItIsDone() throws {
        let rehearsal = try rehearsal([.preScaleUp])
        rehearsal.hook = { $0.answer($0.attempt < 4 ? .inProgress : .succeeded) }
        let began = rehearsal.clock.now
        let id = try rehearsal.deploy("good")
        #expect(try rehearsal.end(id).status == .successful)
        #expect(rehearsal.called.count == 4)
        #expect(rehearsal.clock.now.milliseconds(since: began) >= 90_000)
    }

    @Test func aFailedHookKeepsUsersWithBlue() throws {
        let rehearsal = try rehearsal([.postProductionTrafficShift])
        rehearsal.hook = { $0.answer(.failed, reason: "checkout is broken") }
        let ended = try rehearsal.end(try rehearsal.deploy("good"))
        #expect(ended.status == .rollbackSuccessful)
        #expect(ended.statusReason?.hasSuffix("returned FAILED status: checkout is broken") == true)
        #expect(rehearsal.gaps.isEmpty)
    }

    /// Who tries green on the test listener must not lose it to a machine that drains.
    @Test func aDrainedMachineLeavesTestTrafficATarget() throws {
        let rehearsal = try rehearsal([.postTestTrafficShift])
        try rehearsal.change { $0.desiredCount = 1 }
        try rehearsal.settle()
        rehearsal.hook = { _ in nil }
        _ = try rehearsal.deploy("good")
        try rehearsal.run { !rehearsal.called.isEmpty }
        let green = try rehearsal.tasks().first { $0.revision == "r2" }
        let only = try #require(green)
        let machine = try #require(only.containerInstance)
        // Nowhere to go.
        for agent in rehearsal.agents where agent.id != machine {
            try agent.disconnect()
        }
        try rehearsal.drain(machine)
        try rehearsal.settle()
        for balancer in rehearsal.balancers {
            let isServed = balancer.reachable(at: "test").contains(where: \.isHealthy)
            #expect(isServed)
        }
        for agent in rehearsal.agents where agent.id != machine {
            try agent.connect()
        }
        try rehearsal.run { try !rehearsal.tasks().contains { $0.id == only.id } }
        let isKept = try rehearsal.tasks().contains { $0.revision == "r2" }
        #expect(isKept)
    }

    @Test func answersThatNobodyWaitsForAreRemoved() throws {
        let rehearsal = try rehearsal([.postScaleUp])
        rehearsal.hook = { _ in nil }
        let id = try rehearsal.deploy("good")
        try rehearsal.run { !rehearsal.called.isEmpty }
        var stray = HookAnswer(
            deployment: id, service: "hello", cluster: "default", execution: "POST_SCALE_UP.1",
            attempt: 7, status: .failed)
        try rehearsal.store.commit(
            Transaction([.put(.hookAnswer("POST_SCALE_UP.1", of: id), stray)]))
        stray.deployment = "gone"
        try rehearsal.store.commit(
            Transaction([.put(.hookAnswer("POST_SCALE_UP.1", of: "gone"), stray)]))
        try rehearsal.settle()
        #expect(try rehearsal.store.read([.hookAnswers]).records.isEmpty)
        #expect(try rehearsal.deployment(id).status == .inProgress)
    }

    @Test func aPauseWaitsForItsDecision() throws {
        let rehearsal = try rehearsal([.preProductionTrafficShift], target: .pause)
        let id = try rehearsal.deploy("good")
        try rehearsal.run { try rehearsal.deployment(id).hooks?.isEmpty == false }
        try rehearsal.pass(seconds: 7200)
        #expect(try rehearsal.deployment(id).stage == .postTestTrafficShift)
        #expect(try rehearsal.deployment(id).status == .inProgress)
        try rehearsal.change(id) { $0.hooks?[0].decision = .continue }
        #expect(try rehearsal.end(id).status == .successful)
    }
}
