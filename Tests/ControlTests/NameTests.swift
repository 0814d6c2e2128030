import Model
import Store
import Testing

/// Discovery follows traffic, and a task outlives the memory of its name.
struct NameTests {
    private func running() throws -> Rehearsal {
        let rehearsal = try Rehearsal()
        _ = try rehearsal.end(try rehearsal.deploy("good"))
        try rehearsal.settle()
        return rehearsal
    }

    private func directoryVersion(_ rehearsal: Rehearsal) throws -> UInt64 {
        try #require(try rehearsal.store.read([.directory]).records.first).version
    }

    @Test func taskIsStoppedOneTimeToLiveAfterItsNameWentAway() throws {
        let rehearsal = try running()
        let victim = try rehearsal.tasks()[0]
        try rehearsal.retire(victim)
        try rehearsal.pass(seconds: 9)
        #expect(try !rehearsal.names().contains(victim.id.text))
        #expect(rehearsal.stopped.isEmpty)
        try rehearsal.pass(seconds: 2)
        #expect(rehearsal.stopped == [victim.id])
    }

    @Test func nameServerThatLagsIsWaitedFor() throws {
        let rehearsal = try running()
        let lease = try rehearsal.store.grantLease(milliseconds: 1 << 40)
        var report = NameserverReport(id: "n", appliedRevision: try directoryVersion(rehearsal))
        try rehearsal.store.commit(
            Transaction([.put(.liveNameserver("n"), report, lease: lease)]))
        let victim = try rehearsal.tasks()[0]
        try rehearsal.retire(victim)
        try rehearsal.pass(seconds: 600)
        #expect(rehearsal.stopped.isEmpty)
        report.appliedRevision = try directoryVersion(rehearsal)
        try rehearsal.store.commit(
            Transaction([.put(.liveNameserver("n"), report, lease: lease)]))
        try rehearsal.pass(seconds: 9)
        #expect(rehearsal.stopped.isEmpty)
        try rehearsal.pass(seconds: 2)
        #expect(rehearsal.stopped == [victim.id])
    }

    @Test func taskThatNeverHadANameIsNotWaitedFor() throws {
        let rehearsal = try running()
        for balancer in rehearsal.balancers { balancer.deaf = ["slow"] }
        let id = try rehearsal.deploy("slow")
        try rehearsal.settle()
        try rehearsal.change(id) {
            $0.want = DeploymentWant(kind: .rollback, reason: "By hand.", at: rehearsal.clock.now)
        }
        let before = rehearsal.clock.now
        #expect(try rehearsal.end(id).status == .rollbackSuccessful)
        #expect(rehearsal.clock.now == before)
    }

    @Test func withoutALoadBalancerNamesAreWaitedForLonger() throws {
        let rehearsal = try Rehearsal()
        try rehearsal.change {
            $0.loadBalancers = []
            $0.recordTTLSeconds = 1
        }
        _ = try rehearsal.end(try rehearsal.deploy("good"))
        try rehearsal.settle()
        #expect(try rehearsal.names().count == 2)
        try rehearsal.change { $0.desiredCount = 1 }
        try rehearsal.pass(seconds: 9)
        #expect(rehearsal.stopped.isEmpty)
        try rehearsal.pass(seconds: 2)
        #expect(rehearsal.stopped.count == 1)
    }

    @Test func bothSidesHaveNamesWhileADeploymentRuns() throws {
        let rehearsal = try running()
        func entry() throws -> DirectoryEntry {
            try #require(try rehearsal.store.all(DirectoryEntry.self, in: .directory).first)
        }
        let before = try entry()
        #expect(before.ttlSeconds == 10 && before.others == nil)
        #expect(before.instances.allSatisfy { $0.colour == nil && $0.attributes != nil })
        let id = try rehearsal.deploy("good")
        try rehearsal.run { try rehearsal.deployment(id).stage == .bakeTime }
        let during = try entry()
        #expect(during.ttlSeconds == 1)
        #expect(during.instances.map(\.colour) == [.green, .green])
        #expect(during.others?.map(\.colour) == [.blue, .blue])
        #expect(during.others?.map(\.id) == before.instances.map(\.id))
        _ = try rehearsal.end(id)
        try rehearsal.settle()
        let after = try entry()
        #expect(after.ttlSeconds == 10 && after.others == nil)
        #expect(after.instances.map(\.id) == during.instances.map(\.id))
    }

    @Test func namesMoveInTheCommitThatMovesTraffic() throws {
        let rehearsal = try running()
        let id = try rehearsal.deploy("good")
        try rehearsal.run {
            let weight = try rehearsal.deployment(id).productionWeight
            let named = Set(try rehearsal.names())
            let revision: ServiceRevisionID = weight == 0 ? "r1" : "r2"
            let expected = try rehearsal.tasks().filter {
                $0.revision == revision && $0.retirement == nil
            }
            #expect(named == Set(expected.map(\.id.text)))
            return try rehearsal.deployment(id).stage == .bakeTime
        }
    }

    @Test func balancersThatAreAwayTakeNobodysNameAway() throws {
        let rehearsal = try running()
        for balancer in rehearsal.balancers { try balancer.disconnect() }
        try rehearsal.pass(seconds: 60)
        #expect(try rehearsal.names().count == 2)
    }
}
