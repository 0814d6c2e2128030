import Model
import Planning
import Store
import Testing

/// What is bounded stays within its bounds, and work beyond them is done in the next pass.
struct LimitTests {
    @Test func startsBeyondThePassAreStartedInTheNext() throws {
        var policy = Policy()
        policy.startsPerPassMax = 3
        let rehearsal = try Rehearsal(desiredCount: 8, policy: policy)
        let id = try rehearsal.deploy("good")
        try rehearsal.run { try rehearsal.tasks().count >= 8 }
        let starts = try rehearsal.events().filter { $0.contains("has started") }
        #expect(starts.map { $0.contains("started 3 tasks") } == [true, true, false])
        #expect(try rehearsal.end(id).status == .successful)
    }

    @Test func departuresBeyondThePassHappenInTheNext() throws {
        var policy = Policy()
        policy.departuresPerPassMax = 2
        let rehearsal = try Rehearsal(desiredCount: 8, policy: policy)
        _ = try rehearsal.end(try rehearsal.deploy("good"))
        try rehearsal.change { $0.desiredCount = 1 }
        try rehearsal.run { try rehearsal.tasks().count == 1 }
        let stops = try rehearsal.events().filter { $0.contains("has stopped") }
        #expect(stops.count >= 4)
        #expect(stops.allSatisfy { $0.contains("stopped 1 ") || $0.contains("stopped 2 ") })
        #expect(rehearsal.stopped.count == 7)
        _ = try rehearsal.end(try rehearsal.deploy("good"))
        #expect(rehearsal.gaps.isEmpty)
    }

    @Test func oldDeploymentsAreForgottenWithTheirStories() throws {
        var policy = Policy()
        policy.endedDeploymentsMax = 2
        let rehearsal = try Rehearsal(desiredCount: 1, policy: policy)
        for _ in 0..<4 {
            _ = try rehearsal.end(try rehearsal.deploy("good"))
            try rehearsal.pass(seconds: 1)
        }
        try rehearsal.settle()
        let kept = try rehearsal.store.all(ServiceDeployment.self, in: .deployments)
        #expect(kept.map(\.id) == ["d3", "d4"])
        #expect(try rehearsal.store.read([.history("d1"), .history("d2")]).records.isEmpty)
        #expect(try !rehearsal.store.read([.history("d3")]).records.isEmpty)
        try rehearsal.pass(seconds: 3_700)
        let revisions = try rehearsal.store.all(ServiceRevision.self, in: .serviceRevisions)
        #expect(revisions.map(\.id) == ["r2", "r3", "r4"])
    }

    @Test func onlyTheNewestEventsAreKept() throws {
        let rehearsal = try Rehearsal(desiredCount: 1)
        _ = try rehearsal.end(try rehearsal.deploy("good"))
        for count in 0..<60 {
            try rehearsal.change { $0.desiredCount = 1 + (count + 1) % 2 }
            try rehearsal.pass(seconds: 20)
        }
        #expect(try rehearsal.events().count == ServiceEvent.countMax)
        #expect(try rehearsal.events().last == "(service hello) has reached a steady state.")
    }

    @Test func stoppedTasksStayVisibleForAnHour() throws {
        let rehearsal = try Rehearsal(desiredCount: 2)
        _ = try rehearsal.end(try rehearsal.deploy("good"))
        try rehearsal.change { $0.desiredCount = 1 }
        try rehearsal.pass(seconds: 3_590)
        #expect(try rehearsal.store.all(Task.self, in: .tasks).count == 2)
        try rehearsal.pass(seconds: 60)
        #expect(try rehearsal.store.all(Task.self, in: .tasks).count == 1)
        #expect(try rehearsal.store.all(TaskState.self, in: .taskStates).count == 1)
    }
}
