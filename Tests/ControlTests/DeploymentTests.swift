import Model
import Testing

/// Whole deployments, from the API's records to the last task's stop.
struct DeploymentTests {
    @Test func firstDeploymentBringsTheServiceUp() throws {
        let rehearsal = try Rehearsal()
        let first = try rehearsal.end(try rehearsal.deploy("good"))
        #expect(first.status == .successful)
        #expect(first.source == nil)
        let service = try rehearsal.service()
        #expect(service.productionRevision == "r1")
        #expect(!service.usesAlternate)
        try rehearsal.settle()
        #expect(try rehearsal.tasks().count == 2)
        #expect(Set(try rehearsal.tasks().map(\.containerInstance)) == ["i-0", "i-1"])
        #expect(try rehearsal.names().count == 2)
        #expect(try rehearsal.events().last == "(service hello) has reached a steady state.")
    }

    @Test func secondDeploymentSwapsTheTargetGroups() throws {
        let rehearsal = try Rehearsal()
        _ = try rehearsal.end(try rehearsal.deploy("good"))
        let blue = try rehearsal.tasks().map(\.id)
        let second = try rehearsal.end(try rehearsal.deploy("good"))
        #expect(second.status == .successful)
        #expect(second.source == "r1")
        #expect(second.bakeAccruedMilliseconds >= 5_000)
        #expect(try rehearsal.service().usesAlternate)
        #expect(Set(rehearsal.stopped) == Set(blue))
        #expect(try rehearsal.tasks().allSatisfy { $0.revision == "r2" })
        for balancer in rehearsal.balancers {
            #expect(balancer.reachable(at: "http").allSatisfy { $0.target.revision == "r2" })
            #expect(balancer.reachable(at: "test").allSatisfy { $0.target.revision == "r2" })
        }
        #expect(rehearsal.gaps.isEmpty)
        let third = try rehearsal.end(try rehearsal.deploy("good"))
        #expect(third.status == .successful)
        #expect(try !rehearsal.service().usesAlternate)
        #expect(rehearsal.gaps.isEmpty)
    }

    @Test func bakeKeepsBlueRegisteredAndWarm() throws {
        let rehearsal = try Rehearsal()
        _ = try rehearsal.end(try rehearsal.deploy("good"))
        let id = try rehearsal.deploy("good")
        try rehearsal.run { try rehearsal.deployment(id).stage == .bakeTime }
        #expect(try rehearsal.tasks().count == 4)
        #expect(
            rehearsal.balancers[0].reachable(at: "http").map(\.target.revision) == ["r2", "r2"])
        #expect(rehearsal.balancers[0].configuration?.targetGroups.map(\.targets.count) == [2, 2])
        #expect(try rehearsal.names().count == 2)
        #expect(rehearsal.stopped.isEmpty)
    }

    @Test(arguments: ["sick", "crashing"])
    func badRevisionIsRolledBack(family: String) throws {
        let rehearsal = try Rehearsal()
        _ = try rehearsal.end(try rehearsal.deploy("good"))
        let blue = try rehearsal.tasks().map(\.id)
        let second = try rehearsal.end(try rehearsal.deploy(family))
        #expect(second.status == .rollbackSuccessful)
        #expect(second.failedTasks >= 3)
        #expect(second.shiftedAt == nil)
        #expect(try rehearsal.service().taskDefinition == "good:1", "the next change starts there")
        let reason = try #require(second.statusReason)
        #expect(
            reason.hasPrefix(
                "Service deployment rolled back because the circuit breaker threshold was exceeded."
            )
        )
        let detail = family == "sick" ? "codes: [503]" : "Essential container in task exited"
        #expect(reason.contains(detail))
        #expect(Set(try rehearsal.tasks().map(\.id)) == Set(blue))
        #expect(try rehearsal.service().productionRevision == "r1")
        #expect(rehearsal.gaps.isEmpty)
    }

    /// Also where the clock of its machine is a minute off.
    @Test(arguments: [0, -60, 60])
    func taskThatDoesNotListenYetIsGivenTime(skewSeconds: Int) throws {
        let rehearsal = try Rehearsal()
        for agent in rehearsal.agents { agent.skewSeconds = skewSeconds }
        _ = try rehearsal.end(try rehearsal.deploy("good"))
        for balancer in rehearsal.balancers { balancer.deaf = ["slow"] }
        let id = try rehearsal.deploy("slow")
        try rehearsal.pass(seconds: 29)
        #expect(try rehearsal.deployment(id).failedTasks == 0)
        for balancer in rehearsal.balancers { balancer.deaf = [] }
        #expect(try rehearsal.end(id).status == .successful)
        #expect(rehearsal.gaps.isEmpty)
    }

    @Test func taskThatNeverListensIsRolledBack() throws {
        let rehearsal = try Rehearsal()
        _ = try rehearsal.end(try rehearsal.deploy("good"))
        for balancer in rehearsal.balancers { balancer.deaf = ["slow"] }
        let ended = try rehearsal.end(try rehearsal.deploy("slow"))
        #expect(ended.status == .rollbackSuccessful)
        let detail = "tasks failed ELB health checks in (target-group hello-green): "
        #expect(ended.statusReason?.contains(detail) == true)
    }

    @Test func firstDeploymentHasNothingToGoBackTo() throws {
        let rehearsal = try Rehearsal()
        let first = try rehearsal.end(try rehearsal.deploy("crashing"))
        #expect(first.status == .rollbackFailed)
        #expect(first.statusReason?.contains("no earlier revision") == true)
        try rehearsal.settle()
        #expect(try rehearsal.tasks().isEmpty)
        #expect(try rehearsal.end(try rehearsal.deploy("good")).status == .successful)
    }

    @Test(arguments: [LifecycleStage.scaleUp, .testTrafficShift, .bakeTime])
    func userGoesBack(from stage: LifecycleStage) throws {
        let rehearsal = try Rehearsal()
        _ = try rehearsal.end(try rehearsal.deploy("good"))
        let blue = try rehearsal.tasks().map(\.id)
        for balancer in rehearsal.balancers { balancer.isStuck = stage < .bakeTime }
        let id = try rehearsal.deploy("good")
        try rehearsal.settle()
        if stage == .testTrafficShift {
            for balancer in rehearsal.balancers { balancer.isStuck = false }
        }
        try rehearsal.run { try rehearsal.deployment(id).stage ?? .preScaleUp >= stage }
        try rehearsal.change(id) {
            $0.want = DeploymentWant(kind: .rollback, reason: "By hand.", at: rehearsal.clock.now)
        }
        for balancer in rehearsal.balancers { balancer.isStuck = false }
        let ended = try rehearsal.end(id)
        #expect(ended.status == .rollbackSuccessful)
        #expect(ended.statusReason == "By hand.")
        #expect(ended.productionWeight == 0)
        #expect(Set(try rehearsal.tasks().map(\.id)) == Set(blue))
        #expect(rehearsal.gaps.isEmpty)
    }

    @Test func newestDeploymentWins() throws {
        let rehearsal = try Rehearsal()
        _ = try rehearsal.end(try rehearsal.deploy("good"))
        let second = try rehearsal.deploy("good")
        try rehearsal.run { try rehearsal.deployment(second).stage == .bakeTime }
        let third = try rehearsal.deploy("good")
        let fourth = try rehearsal.deploy("good")
        #expect(try rehearsal.end(fourth).status == .successful)
        #expect(try rehearsal.deployment(second).status == .stopped)
        #expect(try rehearsal.deployment(third).status == .stopped)
        #expect(try rehearsal.deployment(fourth).source == "r1")
        #expect(try rehearsal.service().productionRevision == "r4")
        #expect(rehearsal.gaps.isEmpty)
    }

    @Test func refusedConfigurationIsRolledBack() throws {
        let rehearsal = try Rehearsal()
        _ = try rehearsal.end(try rehearsal.deploy("good"))
        rehearsal.balancers[0].refusal = "listener http: bad rule"
        let id = try rehearsal.deploy("good")
        try rehearsal.run { try rehearsal.deployment(id).want != nil }
        rehearsal.balancers[0].refusal = nil
        let ended = try rehearsal.end(id)
        #expect(ended.status == .rollbackSuccessful)
        #expect(ended.statusReason?.contains("listener http: bad rule") == true)
        #expect(rehearsal.gaps.isEmpty)
    }

    @Test(arguments: [DeploymentStrategy.canary, .linear])
    func trafficIsShiftedShareByShare(strategy: DeploymentStrategy) throws {
        let rehearsal = try Rehearsal()
        _ = try rehearsal.end(try rehearsal.deploy("good"))
        try rehearsal.change {
            $0.deploymentConfiguration.strategy = strategy
            $0.deploymentConfiguration.canary = TrafficStep(
                weight: 100, bakeTimeMilliseconds: 30_000)
            $0.deploymentConfiguration.linear = TrafficStep(
                weight: 400, bakeTimeMilliseconds: 30_000)
        }
        let id = try rehearsal.deploy("good")
        var weights: [Int] = []
        try rehearsal.run {
            let record = try rehearsal.deployment(id)
            if record.productionWeight != weights.last { weights.append(record.productionWeight) }
            return record.status.isTerminal
        }
        #expect(try rehearsal.deployment(id).status == .successful)
        #expect(weights == (strategy == .canary ? [100, 1000] : [400, 800, 1000]))
        #expect(rehearsal.gaps.isEmpty)
    }
}
