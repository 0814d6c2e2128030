import Foundation
import Testing

/// kill -9 of each of Teal's processes, at points that a seed chooses, under load.
@Suite(.serialized)
struct FaultTests {
    /// The points of a rollout at which a process is killed, in milliseconds from its start.
    static func points(seed: UInt64) -> [Int] {
        var state = seed
        return (0..<4).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % 900
        }
    }

    @Test("kill -9 of the controller or the agent during rollouts is not noticed by any request")
    func controllerAndAgent() async throws {
        try await TealUnderTest.run { teal in
            let load = LoadClient(port: teal.http)
            load.start()
            for (index, point) in FaultTests.points(seed: 7).enumerated() {
                let role = index.isMultiple(of: 2) ? "controller" : "agent"
                try await teal.teal(
                    "deploy", "hello", "--env", "VERSION=\(index + 2)", "--no-wait")
                // The point of the rollout that the seed chose: any is right.
                try await Task.sleep(for: .milliseconds(point))
                let victim = try #require(try await teal.pid(of: role))
                kill(victim, SIGKILL)
                try await eventually(
                    "the deployment succeeds although the \(role) was killed after \(point) ms",
                    within: TealUnderTest.patienceSeconds
                ) {
                    let why = try await teal.teal("why", "hello", expecting: nil)
                    return why.contains("status      SUCCESSFUL")
                        && load.current.versions["\(index + 2)", default: 0] > 0
                }
            }
            let tally = await load.stop()
            #expect(tally.failures == [], "of \(tally.requests) requests")
            try await eventually("no task but the two wanted ones runs", within: 30) {
                Build.processes(mentioning: teal.folder + "/agent/tasks").count <= 2
            }
        }
    }

    @Test("kill -9 of the edge: it is back within a second, serving from its saved snapshot")
    func edge() async throws {
        try await TealUnderTest.run { teal in
            let controller = try #require(try await teal.pid(of: "controller"))
            let agent = try #require(try await teal.pid(of: "agent"))
            // Nothing but the snapshot can help it: the others are held still.
            kill(controller, SIGSTOP)
            kill(agent, SIGSTOP)
            defer {
                kill(controller, SIGCONT)
                kill(agent, SIGCONT)
            }
            let edge = try #require(ProcessTable.pid(of: "edge", in: teal.folder))
            kill(edge, SIGKILL)
            let killed = ContinuousClock.now
            try await eventually("the edge serves again", within: 10) {
                guard let connection = try? HTTPConnection(port: teal.http, timeoutSeconds: 1)
                else { return false }
                return (try? connection.exchange())?.status == 200
            }
            print("edge back after \(ContinuousClock.now - killed)")
        }
    }

    @Test("kill -9 of everything: tasks run on, are found again, and the deployment goes on")
    func everything() async throws {
        try await TealUnderTest.run(bakeTime: "3s") { teal in
            try await teal.teal("deploy", "hello", "--env", "VERSION=2", "--no-wait")
            try await eventually("green takes the traffic", within: 30) {
                let answer = try? HTTPConnection(port: teal.http).exchange()
                return answer?.body.hasPrefix("Hello from version 2") ?? false
            }
            let tasks = Set(Build.processes(mentioning: teal.folder + "/agent/tasks"))
            let supervisor = try #require(teal.supervisor)
            kill(supervisor.pid, SIGKILL)
            _ = await supervisor.ended()
            for role in ["edge", "controller", "agent"] {
                let pid = try #require(ProcessTable.pid(of: role, in: teal.folder))
                kill(pid, SIGKILL)
            }
            #expect(tasks.allSatisfy { Build.isAlive($0) })
            try await teal.up(applying: false)
            try await eventually("the deployment ends", within: TealUnderTest.patienceSeconds) {
                try await teal.teal("why", "hello", expecting: nil)
                    .contains("status      SUCCESSFUL")
            }
            let answer = try HTTPConnection(port: teal.http).exchange()
            #expect(answer.body.hasPrefix("Hello from version 2\n"))
            let survivors = Set(Build.processes(mentioning: teal.folder + "/agent/tasks"))
            #expect(!survivors.isDisjoint(with: tasks), "green's tasks are the same processes")
        }
    }

    @Test("A green revision that crashes during its bake costs no safe request")
    func greenCrashes() async throws {
        try await TealUnderTest.run(bakeTime: "1h") { teal in
            let load = LoadClient(port: teal.http, isRepeatable: true)
            load.start()
            try await teal.teal(
                "deploy", "hello", "--env", "VERSION=bad", "--env", "CRASH_AFTER=10", "--no-wait")
            try await eventually("it is rolled back", within: TealUnderTest.patienceSeconds) {
                try await teal.teal("why", "hello", expecting: nil)
                    .contains("ROLLBACK_SUCCESSFUL")
            }
            let tally = await load.stop()
            #expect(tally.failures == [], "of \(tally.requests) requests")
            #expect(tally.versions["bad", default: 0] > 0, "it had the traffic before it crashed")
            let rescued = try await teal.retries()
            #expect(rescued > 0)
            print("a crash during the bake: \(rescued) of \(tally.requests) requests rescued")
        }
    }

    @Test("A task killed by hand leaves DNS and its target group, and is replaced")
    func taskKilled() async throws {
        try await TealUnderTest.run { teal in
            let before = try await teal.names()
            #expect(before.count == 2)
            let victim = try await teal.taskProcess()
            kill(victim.pid, SIGKILL)
            try await eventually("its name is gone", within: 10) {
                try await !teal.names().contains { $0.contains(victim.task) }
            }
            try await eventually("its target is gone", within: 10) {
                try await !teal.teal("targets").contains(victim.task)
            }
            try await eventually("it is replaced", within: 30) {
                try await teal.names().count == 2
            }
        }
    }
}

/// The supervisor's own records, for when the API is not there to ask.
enum ProcessTable {
    static func pid(of role: String, in folder: String) -> Int32? {
        struct Record: Decodable {
            var pid: Int32
        }
        guard let data = FileManager.default.contents(atPath: "\(folder)/run/\(role).json") else {
            return nil
        }
        return try? JSONDecoder().decode(Record.self, from: data).pid
    }
}

extension TealUnderTest {
    /// Requests that were given to another target.
    func retries() async throws -> Int {
        let result = try await Program.run(
            "/usr/bin/curl", ["-s", "http://127.0.0.1:\(metrics)/metrics"])
        return result.output.split(separator: "\n")
            .filter { $0.hasPrefix("teal_target_retries_total{") }
            .compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }.reduce(0, +)
    }

    /// The SRV answers for the sample service, as dig prints them.
    func names() async throws -> [String] {
        let result = try await Program.run(
            "/usr/bin/dig",
            ["@127.0.0.1", "-p", "\(dns)", "+short", "hello.default.teal", "SRV"])
        guard result.code == 0 else { throw TestFailure("dig: \(result.output)") }
        return result.output.split(separator: "\n").map(String.init)
    }

    /// The process of one of the service's tasks, as an operator would find it.
    func taskProcess() async throws -> (task: String, pid: Int32) {
        struct TaskDescription: Decodable {
            struct Container: Decodable {
                var runtimeId: String?
            }
            var taskArn: String
            var containers: [Container]
        }
        let text = try await teal("tasks", "--json")
        let tasks = try JSONDecoder().decode([TaskDescription].self, from: Data(text.utf8))
        guard let task = tasks.first, let id = task.taskArn.split(separator: "/").last,
            let pid = task.containers.first?.runtimeId.flatMap({ Int32($0) })
        else { throw TestFailure("no task with a process: \(text)") }
        return (String(id), pid)
    }
}
