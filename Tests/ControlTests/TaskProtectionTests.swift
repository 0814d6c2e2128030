import Model
import Store
import Testing

@testable import Control

/// Tasks that are protected from scale-in, over the store and the controller.
struct TaskProtectionTests {
    private func protect(_ task: Task, in rehearsal: Rehearsal, seconds: Int) throws {
        var task = task
        task.protectedUntil = rehearsal.clock.now.advanced(seconds: seconds)
        try rehearsal.store.commit(Transaction([.put(.task(task.id, in: "default"), task)]))
    }

    @Test(arguments: [0, 1, 2]) func aScaleInEndsTheOthers(index: Int) throws {
        let rehearsal = try Rehearsal(desiredCount: 3)
        _ = try rehearsal.end(try rehearsal.deploy("good"))
        let kept = try rehearsal.tasks()[index]
        try protect(kept, in: rehearsal, seconds: 3600)
        try rehearsal.change { $0.desiredCount = 1 }
        try rehearsal.run(within: 1800) { try rehearsal.tasks().count == 1 }
        #expect(try rehearsal.tasks().map(\.id) == [kept.id])
        #expect(rehearsal.gaps.isEmpty)
    }

    @Test func whereAllAreProtectedTheScaleInWaits() throws {
        let rehearsal = try Rehearsal(desiredCount: 2)
        _ = try rehearsal.end(try rehearsal.deploy("good"))
        let tasks = try rehearsal.tasks()
        for task in tasks { try protect(task, in: rehearsal, seconds: 600) }
        try rehearsal.change { $0.desiredCount = 1 }
        try rehearsal.pass(seconds: 590)
        #expect(try rehearsal.tasks().map(\.id) == tasks.map(\.id))
        try rehearsal.run(within: 600) { try rehearsal.tasks().count == 1 }
    }

    @Test func aCleanUpWaitsUntilTheProtectionEnds() throws {
        let rehearsal = try Rehearsal()
        _ = try rehearsal.end(try rehearsal.deploy("good"))
        let kept = try rehearsal.tasks()[0]
        try protect(kept, in: rehearsal, seconds: 1800)
        let id = try rehearsal.deploy("good")
        try rehearsal.pass(seconds: 1700)
        #expect(try rehearsal.deployment(id).stage == .cleanUp)
        #expect(!rehearsal.stopped.contains(kept.id))
        #expect(try rehearsal.events().contains { $0.contains("keeps (task \(kept.id))") })
        #expect(try rehearsal.end(id).status == .successful)
        #expect(rehearsal.stopped.contains(kept.id))
        #expect(rehearsal.gaps.isEmpty)
    }

    @Test func itsUserMayStopIt() throws {
        let rehearsal = try Rehearsal()
        _ = try rehearsal.end(try rehearsal.deploy("good"))
        let task = try rehearsal.tasks()[0]
        try protect(task, in: rehearsal, seconds: 3600)
        try rehearsal.retire(try #require(try rehearsal.tasks().first { $0.id == task.id }))
        try rehearsal.run(within: 900) { rehearsal.stopped.contains(task.id) }
    }
}
