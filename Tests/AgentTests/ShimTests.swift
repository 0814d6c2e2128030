import Foundation
import Logging
import Model
import Testing

@testable import Agent

/// The shim by itself, through the runtime that starts it.
@Suite(.timeLimit(.minutes(1))) struct ShimTests {
    /// Runs one line of shell to its end; returns how it ended and its log, oldest file first.
    private func run(
        _ line: String, logBytesMax: Int = 1 << 20, logFilesMax: Int = 5,
        _ change: (inout ContainerDefinition) -> Void = { _ in },
        prepare: (String) throws -> Void = { _ in }
    ) async throws -> (exit: ContainerExit, log: [String]) {
        let site = try Site()
        var options = ProcessRuntime.Options(
            shimPath: Site.programs + "/teal-shim", tasksFolder: site.folder + "/tasks")
        options.logBytesMax = logBytesMax
        options.logFilesMax = logFilesMax
        let runtime = ProcessRuntime(
            options, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let order = try order(Sample.shell(line, change))
        try prepare("\(site.folder)/tasks/\(order.task)/\(order.name)")
        var exit: ContainerExit
        switch await runtime.start(order) {
        case .ended(let end): exit = end
        case .running(let container):
            exit = try #require(await container.ended())
        }
        exit.at = nil
        await runtime.forget(order.task)
        let files = TaskLog(dataFolder: site.folder, task: order.task, container: order.name).files
        return (exit, files.map { String(decoding: TextFile.read($0) ?? [], as: UTF8.self) })
    }

    private func order(_ container: ContainerDefinition) throws -> ContainerOrder {
        // An id of its own: cgroups are the machine's, not this test's.
        let id = TaskID(String(UInt64.random(in: 0...UInt64.max), radix: 16))
        let life = TaskLife(
            Sample.task([container], id: id), on: Sample.instance, networkBindings: [:])
        return ContainerOrder(
            try #require(life.containers.first), of: life.task,
            in: Surroundings(cluster: Cluster.default, path: "/usr/bin:/bin"))
    }

    @Test func keepsOutputAndErrorsInOrder() async throws {
        let result = try await run("echo one; echo two >&2; echo three; exit 3")
        #expect(result.exit == ContainerExit(.code(3)))
        #expect(result.log == ["one\ntwo\nthree\n"])
    }

    @Test func rotatesTheLog() async throws {
        let result = try await run(
            "for i in 1 2 3 4 5 6; do head -c 1000 /dev/zero | tr '\\0' $i; sleep 0.05; done",
            logBytesMax: 2500, logFilesMax: 2)
        #expect(result.log.map(\.utf8.count) == [2000, 2000])
        #expect(result.log.last?.hasPrefix("5") == true)
        #expect(result.log.last?.hasSuffix("6") == true)
    }

    @Test func aFullDiskDoesNotStopTheProgram() async throws {
        let result = try await run(
            "head -c 3000000 /dev/zero; echo end; exit 5",
            prepare: { folder in
                try Folder.make(folder)
                try #require(symlink("/dev/full", "\(folder)/log") == 0)
            })
        #expect(result.exit == ContainerExit(.code(5)))
    }

    @Test func saysHowMuchOutputWasDropped() async throws {
        let site = try Site()
        try await site.withAgent { agent in
            // More than the pipe holds: when it was all said, the shim must have dropped some.
            let shell = Sample.shell(
                """
                echo before; until test -e full; do sleep 0.01; done
                head -c 3000000 /dev/zero; touch said
                until test -e room; do sleep 0.01; done; echo; echo after; exec sleep 1000
                """
            ) { $0.workingDirectory = site.folder }
            try site.put([shell], on: agent)
            try await site.line("before", in: "tasks/a/web/log")
            let shim = try site.birth().shim.pid
            try limitFiles(of: shim, to: "1")
            try TextFile.replace(site.folder + "/full", with: [])
            try await eventually { Folder.exists(site.folder + "/said") }
            try limitFiles(of: shim, to: "unlimited")
            try TextFile.replace(site.folder + "/room", with: [])
            try await site.line("after", in: "tasks/a/web/log")
            let log = try #require(site.text("tasks/a/web/log"))
            #expect(log.contains("bytes of output were dropped here\n"))
        }
    }

    /// Makes files refuse to grow for one process, as a full disk would.
    private func limitFiles(of pid: pid_t, to limit: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["prlimit", "--pid", String(pid), "--fsize=\(limit):unlimited"]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    @Test func whatIsLeftDoesNotKeepTheLogOpen() async throws {
        let result = try await run("(setsid sleep 1000 &) ; echo done")
        #expect(result.exit == ContainerExit(.code(0)))
        #expect(result.log == ["done\n"])
    }

    @Test func setsResourceLimits() async throws {
        let result = try await run("ulimit -n") { container in
            container.echoed["ulimits"] = .array([
                .object([
                    "name": .string("nofile"), "softLimit": .integer(123),
                    "hardLimit": .integer(200),
                ])
            ])
        }
        #expect(result.log == ["123\n"])
    }

    @Test func refusesAnUnknownLimit() async throws {
        let result = try await run("true") { container in
            container.echoed["ulimits"] = .array([
                .object([
                    "name": .string("patience"), "softLimit": .integer(1), "hardLimit": .integer(1),
                ])
            ])
        }
        #expect(result.exit.reason?.contains("no ulimit named patience") == true)
    }

    @Test(.enabled(if: getuid() == 0)) func runsAsAnotherUser() async throws {
        let result = try await run("id -un; id -gn; ps -o sid= -p $$ | tr -d ' '; echo $$") {
            $0.user = "nobody"
        }
        let lines = result.log.joined().split(separator: "\n")
        #expect(lines.prefix(2) == ["nobody", "nogroup"])
        #expect(lines.count == 4 && lines[2] == lines[3])
        let numbers = try await run("id -u; id -g") { $0.user = "12345:54321" }
        #expect(numbers.log == ["12345\n54321\n"])
        let groupless = try await run("true") { $0.user = "12345" }
        #expect(groupless.exit.reason?.contains("uid:gid") == true)
    }

    @Test func inheritsNoDescriptors() async throws {
        let result = try await run("ls /proc/self/fd")
        #expect(result.log == ["0\n1\n2\n3\n"])
    }

    @Test(.enabled(if: getuid() == 0 && Cgroups.Hierarchy.detected() != .absent))
    func holdsTheMemoryLimit() async throws {
        let line = "cat /proc/self/cgroup; exec awk 'BEGIN { s = \"x\"; while (1) s = s s }'"
        let result = try await run(line) { $0.memory = 32 }
        #expect(result.log.joined().contains("/teal/"))
        #expect(result.exit.how == .signal(9))
        #expect(result.exit.ranOutOfMemory)
    }

    @Test func startingTwiceStartsOnce() async throws {
        let site = try Site()
        let options = ProcessRuntime.Options(
            shimPath: Site.programs + "/teal-shim", tasksFolder: site.folder + "/tasks")
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let order = try order(
            Sample.shell("echo \(site.folder) > /dev/null; echo started; sleep 1000"))
        let ids = await withTaskGroup(of: String?.self) { group in
            for _ in 1...8 {
                group.addTask {
                    let runtime = ProcessRuntime(options, logger: logger)
                    guard case .running(let container) = await runtime.start(order) else {
                        return nil
                    }
                    return container.runtimeId
                }
            }
            return await group.reduce(into: [String?]()) { $0.append($1) }
        }
        #expect(Set(ids).count == 1)
        #expect(ids.first != .some(nil))
    }
}
