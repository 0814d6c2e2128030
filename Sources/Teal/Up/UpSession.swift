import Foundation
import Model
import Proxy

/// One life of `teal up`: start, apply, serve, stop.
struct UpSession: Sendable {
    /// How long the processes may take until they answer, in milliseconds.
    static let readyMilliseconds: Int64 = 30_000

    let folder: DataFolder
    let settings: Settings
    let configuration: ConfigurationFile?
    let keepsTasks: Bool

    func run() async throws {
        let signals = Signals.stream(SIGINT, SIGTERM)
        let endpoints = Endpoints(
            api: settings.api, dns: settings.dns, metrics: settings.metrics)
        let previous = try? Endpoints.read(from: folder)
        try endpoints.write(to: folder)
        say("Starting Teal \(Release.version) in \(folder.path)")
        let supervisor = Supervisor(
            folder: folder, program: try program(), notice: { Output.note("teal: \($0)") })
        if previous != endpoints || !isRunning { try PortCheck.check(endpoints, in: folder) }
        try await supervisor.start()
        let opening = _Concurrency.Task { try await open() }
        let closing = _Concurrency.Task {
            for await _ in signals {
                opening.cancel()
                return
            }
        }
        do {
            try await opening.value
            await closing.value
        } catch {
            closing.cancel()
            if !(error is CancellationError) {
                Output.note("teal: \(Failure.text(of: error))")
            }
            await supervisor.stop(keepingTasks: keepsTasks)
            if error is CancellationError { return }
            throw error
        }
        say("\nStopping\(keepsTasks ? ", the tasks stay" : " with all tasks")")
        await supervisor.stop(keepingTasks: keepsTasks)
        say("Stopped. A later `teal up` on \(folder.path) goes on from here.")
    }

    /// Waits until all answer, applies the file, and says what to try.
    private func open() async throws {
        let client = try await ready()
        if let configuration {
            let answer = try await configuration.apply(by: client, onlyIfChanged: true)
            let changes = answer["changes"]?.elements.compactMap(\.string) ?? []
            say(changes.isEmpty ? "Everything is as the file says." : "Applied:")
            for change in changes { say("  \(change)") }
            let begun = answer["serviceDeploymentArns"]?.elements.compactMap(\.string) ?? []
            try await settle(begun, client)
        }
        let greeting = Greeting(
            program: CommandLine.arguments.first ?? "teal", folder: folder, settings: settings,
            configuration: configuration?.configuration)
        say(greeting.text)
    }

    private func ready() async throws -> APIClient {
        let patience = ContinuousClock.now + .milliseconds(UpSession.readyMilliseconds)
        while true {
            do {
                let client = try APIClient(folder: folder)
                _ = try await client.call(.teal, "DescribeStatus", [:])
                say(
                    "API on \(settings.api), DNS on \(settings.dns), metrics on \(settings.metrics)"
                )
                return client
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                guard ContinuousClock.now < patience else {
                    throw Failure(
                        "the controller does not answer: \(Failure.text(of: error))",
                        remedy: "its log is \(folder.log)/controller.log")
                }
                try await ContinuousClock().sleep(for: .milliseconds(50))
            }
        }
    }

    /// Follows the deployments that the file began, so that what is printed next works.
    private func settle(_ deployments: [String], _ client: APIClient) async throws {
        for arn in deployments {
            say("Deployment \(ARN.lastPart(arn)):")
            let end = try await DeploymentFollower(client: client, arn: arn, quiet: false).end()
            guard end["status"]?.string != "SUCCESSFUL" else { continue }
            Output.note("teal: it is not in service; see `teal why \(ARN.lastPart(arn))`")
        }
    }

    private var isRunning: Bool {
        Role.allCases.allSatisfy { ProcessRecord.read($0, from: folder)?.isAlive ?? false }
    }

    private func program() throws -> Supervisor.Program {
        let executable = try FileManager.default.destinationOfSymbolicLink(
            atPath: "/proc/self/exe")
        guard let build = FileStamp(of: executable) else {
            throw Failure("the program \(executable) is gone; start it again from its new place")
        }
        let common = ["--data", folder.path, "--log-level", settings.logLevel]
        var edge = ["edge", "--dns", "\(settings.dns)", "--metrics", "\(settings.metrics)"]
        edge += settings.nameServer.flags
        if let workers = settings.workers { edge += ["--workers", "\(workers)"] }
        if let accessLog = settings.accessLog { edge += ["--access-log", accessLog] }
        edge += ["--access-log-format", settings.accessLogFormat.rawValue]
        return Supervisor.Program(
            executable: executable,
            arguments: [
                .edge: edge + ["--address", settings.address] + common,
                .controller: ["controller", "--api", "\(settings.api)"] + common,
                .agent: ["agent", "--address", settings.address] + common,
            ],
            build: "\(build)")
    }

    private func say(_ line: String) {
        Output.line(line)
    }
}
