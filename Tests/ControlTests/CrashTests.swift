import Model
import Testing

/// The controller is killed after each of its commits in turn: the end is always the same.
struct CrashTests {
    @Test(arguments: ["good", "sick", "crashing"])
    func everyCommitMayBeTheLast(family: String) throws {
        let calm = try Rehearsal()
        _ = try calm.end(try calm.deploy("good"))
        let start = calm.commits
        let expected = try calm.end(try calm.deploy(family)).status
        try calm.pass(seconds: 60)
        for commit in start...calm.commits {
            let rehearsal = try Rehearsal()
            rehearsal.crashes = [commit]
            _ = try rehearsal.end(try rehearsal.deploy("good"))
            let ended = try rehearsal.end(try rehearsal.deploy(family))
            #expect(ended.status == expected, "killed after commit \(commit)")
            try rehearsal.pass(seconds: 60)
            #expect(try rehearsal.tasks().count == 2, "killed after commit \(commit)")
            #expect(rehearsal.gaps.isEmpty, "killed after commit \(commit)")
        }
    }

    @Test func crashAfterEveryCommitEndsWell() throws {
        let rehearsal = try Rehearsal()
        rehearsal.crashes = Set(0..<10_000)
        _ = try rehearsal.end(try rehearsal.deploy("good"))
        #expect(try rehearsal.end(try rehearsal.deploy("good")).status == .successful)
        #expect(rehearsal.gaps.isEmpty)
    }

    @Test func bakeTimeIsObservedTimeOnly() throws {
        let rehearsal = try Rehearsal()
        _ = try rehearsal.end(try rehearsal.deploy("good"))
        let id = try rehearsal.deploy("good")
        try rehearsal.run { try rehearsal.deployment(id).stage == .bakeTime }
        let began = rehearsal.clock.now
        try rehearsal.pass(seconds: 3)
        try rehearsal.restartController()
        try rehearsal.run { try rehearsal.deployment(id).stage == .cleanUp }
        #expect(rehearsal.clock.now.milliseconds(since: began) >= 8_000)
    }
}
