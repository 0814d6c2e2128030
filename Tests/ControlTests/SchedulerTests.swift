import Model
import Store
import Testing

/// The service scheduler besides deployments: counts, losses, stops, machines.
struct SchedulerTests {
    private func running(_ desiredCount: Int = 2) throws -> Rehearsal {
        let rehearsal = try Rehearsal(desiredCount: desiredCount)
        _ = try rehearsal.end(try rehearsal.deploy("good"))
        try rehearsal.settle()
        return rehearsal
    }

    @Test func scalesUpAndDown() throws {
        let rehearsal = try running()
        try rehearsal.change { $0.desiredCount = 5 }
        try rehearsal.settle()
        #expect(try rehearsal.tasks().count == 5)
        try rehearsal.change { $0.desiredCount = 1 }
        try rehearsal.run { try rehearsal.tasks().count == 1 }
        #expect(rehearsal.stopped.count == 4)
        #expect(rehearsal.gaps.isEmpty)
    }

    @Test func scalesToNothingDuringADeployment() throws {
        let rehearsal = try running()
        let id = try rehearsal.deploy("good")
        try rehearsal.change { $0.desiredCount = 0 }
        #expect(try rehearsal.end(id).status == .successful)
        #expect(try rehearsal.tasks().isEmpty)
        try rehearsal.change { $0.desiredCount = 2 }
        try rehearsal.settle()
        #expect(try rehearsal.tasks().allSatisfy { $0.revision == "r2" })
        #expect(rehearsal.balancers[0].reachable(at: "http").count == 2)
    }

    @Test func replacesATaskThatExits() throws {
        let rehearsal = try running()
        let victim = try rehearsal.tasks()[0]
        try rehearsal.exit(victim)
        try rehearsal.run { try rehearsal.tasks().count == 2 }
        let replacement = try rehearsal.tasks().first { $0.slot == victim.slot }
        #expect(replacement?.attempt == victim.attempt + 1)
        #expect(rehearsal.stopped.isEmpty)
    }

    @Test func keepsABadTaskUntilItsReplacementIsHealthy() throws {
        let rehearsal = try running(1)
        let victim = try rehearsal.tasks()[0]
        for balancer in rehearsal.balancers { balancer.sick = [victim.id] }
        try rehearsal.settle()
        #expect(try rehearsal.tasks().count { $0.retirement == nil } == 1)
        #expect(try rehearsal.tasks().contains { $0.id != victim.id })
        let events = try rehearsal.events()
        #expect(events.contains { $0.contains("(task \(victim.id)) is unhealthy") })
    }

    @Test func stopTaskDrainsFirst() throws {
        let rehearsal = try running()
        let victim = try rehearsal.tasks()[0]
        rehearsal.balancers[0].inFlight = [TargetID("\(victim.id):8000"): 1]
        try rehearsal.retire(victim)
        try rehearsal.pass(seconds: 60)
        #expect(rehearsal.stopped.isEmpty)
        let events = try rehearsal.events()
        #expect(events.contains { $0.contains("has begun draining connections on 1 tasks") })
        rehearsal.balancers[0].inFlight = [:]
        try rehearsal.settle()
        #expect(rehearsal.stopped == [victim.id])
    }

    /// The next leader's clock may be an hour ahead: the time that a drain has is not over yet.
    @Test func aLeaderWithAnotherClockCutsNobodyShort() throws {
        let rehearsal = try running()
        let victim = try rehearsal.tasks()[0]
        rehearsal.balancers[0].inFlight = [TargetID("\(victim.id):8000"): 1]
        try rehearsal.retire(victim)
        try rehearsal.pass(seconds: 10)
        rehearsal.clock.advance(to: rehearsal.clock.now.advanced(seconds: 3600))
        try rehearsal.restartController()
        try rehearsal.pass(seconds: 299)
        #expect(rehearsal.stopped.isEmpty)
        try rehearsal.pass(seconds: 2)
        #expect(rehearsal.stopped == [victim.id])
    }

    @Test func requestsThatNeverEndAreCutAtTheDeadline() throws {
        let rehearsal = try running()
        let victim = try rehearsal.tasks()[0]
        rehearsal.balancers[0].inFlight = [TargetID("\(victim.id):8000"): 1]
        try rehearsal.retire(victim)
        try rehearsal.pass(seconds: 299)
        #expect(rehearsal.stopped.isEmpty)
        try rehearsal.pass(seconds: 2)
        #expect(rehearsal.stopped == [victim.id])
    }

    @Test func nothingStopsWhileABalancerLagsOrAllAreAway() throws {
        let rehearsal = try running()
        let victim = try rehearsal.tasks()[0]
        rehearsal.balancers[0].isStuck = true
        try rehearsal.retire(victim)
        try rehearsal.pass(seconds: 600)
        #expect(rehearsal.stopped.isEmpty)
        for balancer in rehearsal.balancers { try balancer.disconnect() }
        try rehearsal.pass(seconds: 600)
        #expect(rehearsal.stopped.isEmpty)
        try rehearsal.balancers[1].connect()
        try rehearsal.pass(seconds: 60)
        #expect(rehearsal.stopped == [victim.id])
    }

    @Test func lostAgentsTasksAreReplacedAndRetiredWhenItReturns() throws {
        let rehearsal = try running()
        let lost = try rehearsal.tasks().filter { $0.containerInstance == "i-0" }
        try rehearsal.agents[0].disconnect()
        try rehearsal.pass(seconds: 60)
        let kept = try Set(rehearsal.tasks().map(\.id))
        #expect(kept.isSuperset(of: lost.map(\.id)))
        for balancer in rehearsal.balancers { balancer.sick = Set(lost.map(\.id)) }
        try rehearsal.pass(seconds: 60)
        #expect(try rehearsal.tasks().count == 2)
        #expect(try rehearsal.tasks().allSatisfy { $0.containerInstance == "i-1" })
        try rehearsal.agents[0].connect()
        try rehearsal.pass(seconds: 60)
        #expect(rehearsal.agents[0].stopped == lost.map(\.id))
        #expect(rehearsal.gaps.isEmpty)
    }

    @Test func drainingMachineIsEmptiedWithoutAGap() throws {
        let rehearsal = try running()
        try rehearsal.drain("i-0")
        try rehearsal.run { try rehearsal.tasks().allSatisfy { $0.containerInstance == "i-1" } }
        #expect(try rehearsal.tasks().count == 2)
        #expect(rehearsal.gaps.isEmpty)
    }

    @Test func deletedServiceBecomesInactive() throws {
        let rehearsal = try running()
        try rehearsal.change { $0.status = .draining }
        try rehearsal.run { try rehearsal.service().status == .inactive }
        #expect(rehearsal.stopped.count == 2)
        try rehearsal.settle()
        #expect(try rehearsal.names().isEmpty)
        try rehearsal.pass(seconds: 3_700)
        #expect(try rehearsal.store.all(Task.self, in: .tasks).isEmpty)
    }

    @Test func whatFitsNowhereIsSaidOnce() throws {
        let rehearsal = try Rehearsal()
        let id = try rehearsal.deploy("good", cpu: 3000)
        try rehearsal.change { $0.desiredCount = 3 }
        try rehearsal.pass(seconds: 60)
        let text =
            "(service hello) was unable to place a task because no container instance met all of "
            + "its requirements. The closest matching (container-instance i-"
        #expect(try rehearsal.events().count { $0.hasPrefix(text) } == 1)
        let ended = try rehearsal.end(id)
        #expect(ended.status == .rollbackFailed)
        #expect(ended.statusReason?.contains("1 task could not be placed") == true)
    }

    @Test func crashLoopBacksOff() throws {
        let rehearsal = try Rehearsal(desiredCount: 1)
        try rehearsal.change { $0.deploymentConfiguration.circuitBreaker.enable = false }
        try rehearsal.deploy("crashing")
        try rehearsal.pass(seconds: 120)
        let attempts = try rehearsal.store.all(Task.self, in: .tasks).count
        // 0.5 s doubled each time: 7 waits fit into 63.5 s, 8 into 127.5 s.
        #expect(attempts == 8)
        let events = try rehearsal.events()
        #expect(events.contains { $0.contains("is unable to consistently start tasks") })
    }
}
