import Foundation
import Synchronization
import Testing

/// A real `teal up` of the built binary: its own data folder, its own free ports.
///
/// `end()` must be awaited on every path; `withTeal` does that.
final class TealUnderTest: Sendable {
    let folder: String
    let configuration: String
    let http: UInt16
    let test: UInt16
    let api: UInt16
    let dns: UInt16
    let metrics: UInt16
    private let started = Mutex<Program?>(nil)

    /// What a deployment of the sample may take here, at the most: a hang must not stop the suite.
    static let patienceSeconds = 60.0

    /// Runs `body` with a started Teal, and ends whatever it started however `body` ends.
    ///
    /// `deployment` is what the service's setting of that name holds besides the bake time.
    static func run(
        count: Int = 2, bakeTime: String = "200ms", deployment: [String: String] = [:],
        _ body: (TealUnderTest) async throws -> Void
    ) async throws {
        let teal = try TealUnderTest(
            count: count, deployment: deployment.merging(["bake_time": bakeTime]) { $1 })
        do {
            try await teal.up()
            try await body(teal)
        } catch {
            teal.saveLogs()
            await teal.end()
            throw error
        }
        await teal.end()
    }

    private init(count: Int, deployment: [String: String]) throws {
        folder = FileManager.default.temporaryDirectory.path + "/teal-test-\(UUID().uuidString)"
        self.configuration = folder + ".yaml"
        let ports = FreePorts.take(5)
        http = ports[0]
        test = ports[1]
        api = ports[2]
        dns = ports[3]
        metrics = ports[4]
        try description(count: count, deployment: deployment)
            .write(toFile: configuration, atomically: true, encoding: .utf8)
    }

    /// The sample service, as config/quickstart.yaml has it, on this test's ports.
    private func description(count: Int, deployment: [String: String]) -> String {
        let settings = deployment.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        return """
            load_balancers:
              - name: default
                listeners:
                  - {name: http, address: 127.0.0.1, port: \(http)}
                  - {name: test, address: 127.0.0.1, port: \(test)}
            services:
              - name: hello
                desired_count: \(count)
                command: [teal-hello]
                environment: {VERSION: "1"}
                port: 8000
                listener: http
                test_listener: test
                health_check: {path: /health, interval: 200ms}
                deregistration_delay: 10s
                deployment: {\(settings.joined(separator: ", "))}
                record_ttl: 1s
            """
    }

    // MARK: Starting and ending

    /// Starts `teal up` and returns once it says that it is ready.
    func up(applying: Bool = true) async throws {
        var arguments = [
            "up", "--data", folder, "--api", "127.0.0.1:\(api)", "--dns", "127.0.0.1:\(dns)",
            "--metrics", "127.0.0.1:\(metrics)", "--workers", "2",
        ]
        if applying { arguments += ["--config", configuration] }
        let program = try Program.start(
            Build.program("teal"), arguments, log: "\(folder).up.log")
        started.withLock { $0 = program }
        try await eventually("teal up is ready", within: TealUnderTest.patienceSeconds) {
            if !program.isRunning { throw TestFailure("teal up ended: \(program.output)") }
            return program.output.contains("Ready.")
        }
    }

    /// The `teal up` that was started last.
    var supervisor: Program? { started.withLock(\.self) }

    /// Stops everything with SIGTERM, then makes sure.
    func end() async {
        if let program = supervisor {
            kill(program.pid, SIGTERM)
            try? await eventually("teal up has ended", within: 30) { !program.isRunning }
            if program.isRunning { kill(program.pid, SIGKILL) }
        }
        for pid in Build.processes(mentioning: folder) { kill(pid, SIGKILL) }
        for suffix in ["", ".yaml", ".up.log"] {
            try? FileManager.default.removeItem(atPath: folder + suffix)
        }
    }

    /// Keeps what a failed test would be understood by.
    private func saveLogs() {
        for name in ["\(folder).up.log"]
            + ["edge", "controller", "agent"].map({ "\(folder)/log/\($0).log" })
        {
            let text = (try? String(contentsOfFile: name, encoding: .utf8)) ?? ""
            print("--- \(name)\n\(text.suffix(4000))")
        }
    }

    // MARK: Using it

    /// Runs `teal ARGUMENTS` against this Teal.
    @discardableResult
    func teal(_ arguments: String..., expecting code: Int32? = 0) async throws -> String {
        let result = try await Program.run(
            Build.program("teal"), arguments + ["--data", folder])
        if let code, result.code != code {
            throw TestFailure(
                "teal \(arguments.joined(separator: " ")) exited with \(result.code):\n"
                    + result.output)
        }
        return result.output
    }

    /// The pid of one of the three processes, as `teal status --json` has it.
    func pid(of role: String) async throws -> Int32? {
        struct Status: Decodable {
            struct Process: Decodable {
                var role: String
                var pid: Int32?
            }
            var processes: [Process]
        }
        let text = try await teal("status", "--json")
        return try JSONDecoder().decode(Status.self, from: Data(text.utf8)).processes
            .first { $0.role == role }?.pid
    }
}
