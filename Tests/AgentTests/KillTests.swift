import Foundation
import Model
import Store
import Testing

@testable import Agent

/// A kill -9 of a real agent process, wherever it is with its task.
@Suite(.timeLimit(.minutes(2))) struct KillTests {
    /// How far the agent is when it is killed: what can be seen of it from outside.
    enum Moment: String, CaseIterable {
        case folder = "tasks/a"
        case journal = "tasks/a/task.json"
        case container = "tasks/a/web"
        case lock = "tasks/a/web/starting"
        case log = "tasks/a/web/log"
        case pid = "tasks/a/web/pid"
        case program = "count"
    }

    @Test(arguments: Moment.allCases)
    func nothingIsStartedTwiceOrLost(moment: Moment) async throws {
        let site = try Site()
        let first = "echo started >> \(site.folder)/count"
        let id = try site.agent().containerInstance
        let task = Sample.task([Sample.waiter(first, onTerm: "exit 6")], id: "a", on: id)
        let process = try host(task, at: site)
        defer { process.terminate() }
        // Without a pause: the sooner it is seen, the closer to it the kill is.
        let pid = process.processIdentifier
        try await blocking {
            let deadline = ContinuousClock.now + .seconds(20)
            while !Folder.exists("\(site.folder)/\(moment.rawValue)") {
                try #require(ContinuousClock.now < deadline)
            }
            kill(pid, SIGKILL)
        }
        process.waitUntilExit()

        try site.put(task)
        try await site.withAgent { _ in
            try await site.state(.running)
            try await site.line("started", in: "count")
            try site.stop(task)
            let state = try await site.state(.stopped)
            #expect(state.containers.first?.exitCode == 6)
        }
        #expect(site.text("count") == "started\n")
    }

    private func host(_ task: Model.Task, at site: Site) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Site.programs + "/agent-host")
        let json = try Encoding.bytes(of: task, at: Key("task"))
        process.arguments = [
            site.folder, Site.programs + "/teal-shim", String(decoding: json, as: UTF8.self),
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }
}
