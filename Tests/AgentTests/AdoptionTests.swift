import Glibc
import Model
import Store
import Testing

@testable import Agent

/// Tasks outlive their agent, and the next one finds them.
@Suite(.timeLimit(.minutes(1))) struct AdoptionTests {
    @Test func aRunningTaskIsFoundAndItsEndSeen() async throws {
        let site = try Site()
        try await site.withDroppedAgent { agent in
            let first = "echo started >> \(site.folder)/count"
            try site.put([Sample.waiter(first, onTerm: "exit 6")], on: agent)
            try await site.state(.running)
            try await site.line("started", in: "count")
        }
        let before = try site.birth()
        #expect(before.main.isAlive)
        try await site.withAgent { agent in
            kill(before.main.pid, SIGTERM)
            let state = try await site.state(.stopped)
            #expect(state.containers.first?.exitCode == 6)
        }
        #expect(site.text("count") == "started\n")
    }

    @Test func anExitCodeSurvivesTheAgent() async throws {
        let site = try Site()
        try await site.withDroppedAgent { agent in
            try site.put([Sample.waiter("echo ready", onTerm: "exit 9")], on: agent)
            try await site.state(.running)
            try await site.line("ready", in: "tasks/a/web/log")
        }
        let shim = try #require(ProcessHandle(try site.birth().shim))
        kill(try site.birth().main.pid, SIGTERM)
        try await end(of: shim)
        try await site.withAgent { _ in
            let state = try await site.state(.stopped)
            #expect(state.stopCode == .essentialContainerExited)
            #expect(state.containers.first?.exitCode == 9)
        }
    }

    @Test func aStopThatWasBegunIsFinished() async throws {
        let site = try Site()
        let container = Sample.waiter("echo ready", onTerm: "echo asked") { $0.stopTimeout = 1 }
        try await site.withDroppedAgent { agent in
            var task = try site.put([container], on: agent)
            try await site.line("ready", in: "tasks/a/web/log")
            task.desiredStatus = .stopped
            try site.put(task)
            try await site.line("asked", in: "tasks/a/web/log")
        }
        try await site.withAgent { _ in
            let state = try await site.state(.stopped)
            #expect(state.containers.first?.exitCode == 137)
            #expect(state.stopCode == .userInitiated)
        }
    }

    @Test func aTaskThatWasRemovedMeanwhileIsStopped() async throws {
        let site = try Site()
        try await site.withDroppedAgent { agent in
            try site.put([Sample.shell("sleep 1000")], on: agent)
            try await site.state(.running)
        }
        let shim = try #require(ProcessHandle(try site.birth().shim))
        try site.store.commit(Transaction([.remove(.task("a", in: Cluster.default))]))
        try await site.withAgent { _ in
            try await end(of: shim)
        }
    }

    @Test func aKilledShimTakesItsContainerWithIt() async throws {
        let site = try Site()
        try await site.withAgent { agent in
            try site.put([Sample.shell("sleep 1000 & wait")], on: agent)
            try await site.state(.running)
            let birth = try site.birth()
            kill(birth.shim.pid, SIGKILL)
            let state = try await site.state(.stopped)
            #expect(state.containers.first?.exitCode == nil)
            #expect(state.stoppedReason?.contains("exit code is not known") == true)
            try await eventually { !birth.main.isAlive }
        }
    }

    @Test func aTaskFromBeforeARestartOfTheMachineIsOver() async throws {
        let site = try Site()
        try await site.withDroppedAgent { agent in
            try site.put([Sample.shell("sleep 1000")], on: agent)
            try await site.state(.running)
        }
        // As a restart leaves it: the process is gone, the record is of another boot.
        let file = "\(site.folder)/tasks/a/web/pid"
        let birth = try site.birth()
        let text = try #require(site.text("tasks/a/web/pid"))
        let other = text.replacing(birth.bootID, with: "another-boot")
        let shim = try #require(ProcessHandle(birth.shim))
        shim.signal(SIGKILL)
        try await end(of: shim)
        try TextFile.replace(file, with: [UInt8](other.utf8))
        try await site.withAgent { _ in
            let state = try await site.state(.stopped)
            #expect(state.stopCode == .infrastructureHealth)
            #expect(state.stoppedReason == "The machine was restarted while the container ran")
        }
    }

    @Test func aTaskWithoutATraceIsSaidToBeGone() async throws {
        let site = try Site()
        let id = try site.agent().containerInstance
        let task = Sample.task([Sample.shell("sleep 1000")], id: "a", on: id)
        let state = TaskState(
            task: "a", cluster: Cluster.default, containerInstance: id, lastStatus: .running)
        try site.put(task)
        try site.store.commit(
            Transaction([try .put(.taskState("a", in: Cluster.default), state)]))
        try await site.withAgent { _ in
            let state = try await site.state(.stopped)
            #expect(state.stopCode == .infrastructureHealth)
            #expect(state.stoppedReason?.contains("no trace") == true)
            #expect(!Folder.exists(site.folder + "/tasks/a"))
        }
    }

    @Test func aStoppedTaskIsNotStartedAgain() async throws {
        let site = try Site()
        let line = "echo started >> \(site.folder)/count"
        try await site.withDroppedAgent { agent in
            try site.put([Sample.shell(line)], on: agent)
            try await site.state(.stopped)
        }
        try await site.withAgent { agent in
            try site.put([Sample.shell("true")], on: agent, id: "b")
            try await site.state(of: "b", .stopped)
        }
        #expect(site.text("count") == "started\n")
    }
}
