import Foundation
import Testing

/// A machine that is emptied for maintenance, with real agents and real tasks.
@Suite(.serialized)
struct DrainTests {
    @Test("A drained machine's tasks move to the other one, and no request is lost")
    func drainUnderLoad() async throws {
        try await TealUnderTest.run { teal in
            let first = try #require(try await instances(of: teal).first)
            let second = try SecondAgent(beside: teal)
            do {
                try await drain(first.id, of: teal)
            } catch {
                await second.end()
                throw error
            }
            await second.end()
        }
    }

    @Test("A daemon has a task on each machine, through a deployment and a drain")
    func daemon() async throws {
        try await TealUnderTest.run { teal in
            let file = teal.folder + ".daemon.yaml"
            defer { try? FileManager.default.removeItem(atPath: file) }
            try """
            services:
              - name: logs
                scheduling_strategy: DAEMON
                command: [teal-hello]
                port: 8000
            """.write(toFile: file, atomically: true, encoding: .utf8)
            let first = try #require(try await instances(of: teal).first)
            try await teal.teal("apply", file)
            let second = try SecondAgent(beside: teal)
            do {
                try await follow(first.id, of: teal)
            } catch {
                await second.end()
                throw error
            }
            await second.end()
        }
    }

    private func follow(_ id: String, of teal: TealUnderTest) async throws {
        func settled(_ counts: String) async throws {
            try await eventually("logs has \(counts)", within: TealUnderTest.patienceSeconds) {
                try await teal.teal("services").split(separator: "\n")
                    .contains { $0.hasPrefix("logs ") && $0.contains(" \(counts) ") }
            }
        }
        try await settled("2/2")
        try await teal.teal("deploy", "logs", "--env", "VERSION=2")
        try await settled("2/2")
        try await teal.teal("instances", "drain", id)
        try await settled("1/1")
        try await eventually("it has left", within: TealUnderTest.patienceSeconds) {
            try await instances(of: teal).first { $0.id == id }?.tasksCount == 0
        }
        try await teal.teal("instances", "activate", id)
        try await settled("2/2")
    }

    private func drain(_ id: String, of teal: TealUnderTest) async throws {
        try await eventually("a second machine is there", within: TealUnderTest.patienceSeconds) {
            try await instances(of: teal).count { $0.agentConnected } == 2
        }
        let load = LoadClient(port: teal.http)
        load.start()
        try await teal.teal("instances", "drain", String(id.prefix(12)))
        try await eventually("its tasks have moved", within: TealUnderTest.patienceSeconds) {
            let counts = try await instances(of: teal).map { ($0.id == id, $0.tasksCount) }
            return counts.allSatisfy { $0.1 == ($0.0 ? 0 : 2) }
        }
        // What is deployed meanwhile goes where it may.
        try await teal.teal("deploy", "hello", "--env", "VERSION=2")
        let tally = await load.stop()
        #expect(tally.failures == [], "of \(tally.requests) requests")
        #expect(tally.requests > 100)
        let drained = try #require(try await instances(of: teal).first { $0.id == id })
        #expect(drained.status == "DRAINING")
        #expect(drained.tasksCount == 0)
        try await teal.teal("instances", "activate", id)
        let active = try await instances(of: teal).first { $0.id == id }
        #expect(active?.status == "ACTIVE")
    }

    private func instances(of teal: TealUnderTest) async throws -> [Instance] {
        let text = try await teal.teal("instances", "--json")
        return try JSONDecoder().decode([Instance].self, from: Data(text.utf8))
    }

    private struct Instance: Decodable {
        var containerInstanceArn: String
        var status: String
        var agentConnected: Bool
        var runningTasksCount: Int
        var pendingTasksCount: Int

        var id: String { URL(fileURLWithPath: containerInstanceArn).lastPathComponent }
        var tasksCount: Int { runningTasksCount + pendingTasksCount }
    }
}

/// Another machine's agent, on this machine: its own identity and tasks, and the same store.
private struct SecondAgent {
    private let folder: String
    private let program: Program

    init(beside teal: TealUnderTest) throws {
        folder = teal.folder + "-second"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: folder + "/store", withDestinationPath: teal.folder + "/store")
        program = try Program.start(
            Build.program("teal"), ["agent", "--data", folder], log: folder + "/agent.out")
    }

    /// Ends it and its tasks.
    func end() async {
        kill(program.pid, SIGINT)
        try? await eventually("the second agent has ended", within: 30) { !program.isRunning }
        for pid in Build.processes(mentioning: folder) { kill(pid, SIGKILL) }
        try? FileManager.default.removeItem(atPath: folder)
    }
}
