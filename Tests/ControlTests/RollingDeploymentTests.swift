import Model
import Testing

/// Whole deployments that replace tasks in place, in one target group.
struct RollingDeploymentTests {
    private func running(
        _ count: Int = 4, minimum: Int = 100, maximum: Int = 200
    ) throws -> Rehearsal {
        let rehearsal = try Rehearsal(desiredCount: count)
        try rehearsal.change {
            $0.deploymentConfiguration.strategy = .rolling
            $0.deploymentConfiguration.minimumHealthyPercent = minimum
            $0.deploymentConfiguration.maximumPercent = maximum
            for index in $0.loadBalancers.indices {
                $0.loadBalancers[index].advancedConfiguration = nil
            }
        }
        #expect(try rehearsal.end(try rehearsal.deploy("good")).status == .successful)
        try rehearsal.settle()
        return rehearsal
    }

    @Test(arguments: [(100, 200), (50, 100), (75, 125), (0, 100)])
    func everyTaskIsReplaced(minimum: Int, maximum: Int) throws {
        let rehearsal = try running(minimum: minimum, maximum: maximum)
        let old = try rehearsal.tasks().map(\.id)
        let second = try rehearsal.end(try rehearsal.deploy("good"))
        #expect(second.status == .successful)
        try rehearsal.pass(seconds: 60)
        #expect(try rehearsal.tasks().count == 4)
        #expect(try rehearsal.tasks().allSatisfy { $0.revision == "r2" })
        #expect(Set(rehearsal.stopped) == Set(old))
        #expect(try rehearsal.service().productionRevision == "r2")
        #expect(try !rehearsal.service().usesAlternate)
        #expect(try rehearsal.names().count == 4)
        if minimum > 0 { #expect(rehearsal.gaps.isEmpty) }
    }

    @Test(arguments: ["sick", "crashing"])
    func badRevisionIsRolledBack(family: String) throws {
        let rehearsal = try running(maximum: 150)
        let second = try rehearsal.end(try rehearsal.deploy(family))
        #expect(second.status == .rollbackSuccessful)
        #expect(second.statusReason?.contains("circuit breaker threshold") == true)
        #expect(try rehearsal.tasks().count == 4)
        #expect(try rehearsal.tasks().allSatisfy { $0.revision == "r1" })
        #expect(rehearsal.gaps.isEmpty)
    }

    @Test func halfwayRolloutGoesBack() throws {
        let rehearsal = try running(minimum: 50, maximum: 100)
        let id = try rehearsal.deploy("good")
        try rehearsal.run { try rehearsal.tasks().contains { $0.revision == "r2" } }
        try rehearsal.change(id) {
            $0.want = DeploymentWant(kind: .rollback, reason: "By hand.", at: rehearsal.clock.now)
        }
        #expect(try rehearsal.end(id).status == .rollbackSuccessful)
        #expect(try rehearsal.tasks().allSatisfy { $0.revision == "r1" })
        #expect(try rehearsal.tasks().count == 4)
        #expect(rehearsal.gaps.isEmpty)
    }

    @Test func configurationThatCannotMoveSaysSo() throws {
        let rehearsal = try running(minimum: 100, maximum: 100)
        let ended = try rehearsal.end(try rehearsal.deploy("good"))
        #expect(ended.status == .rollbackSuccessful)
        #expect(try rehearsal.events().contains { $0.contains("minimumHealthyPercent") })
        #expect(try rehearsal.tasks().allSatisfy { $0.revision == "r1" })
    }

    @Test func crashAfterEveryCommitEndsWell() throws {
        let rehearsal = try running(maximum: 125)
        rehearsal.crashes = Set(0..<10_000)
        #expect(try rehearsal.end(try rehearsal.deploy("good")).status == .successful)
        #expect(rehearsal.gaps.isEmpty)
    }
}
