import ArgumentParser
import Foundation
import Model

/// `teal up`
struct Up: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Start Teal on this machine, and keep it running until Ctrl-C.",
        discussion: """
            Starts three processes of this same program: the edge (balancer and name server), the \
            controller (API and control loop) and the agent (tasks). What dies is started again. \
            A second start on the same data folder finds everything as it was.
            """)

    @Option(
        name: .customLong("data"),
        help: ArgumentHelp("Where all state lives (or TEAL_DATA).", valueName: "dir"))
    var dataFolder: String?

    @Option(
        name: .customLong("config"),
        help: "A file to apply once everything runs; its `teal:` part are the settings.",
        completion: .file(extensions: ["yaml", "yml"]))
    var file: String?

    @Option(help: ArgumentHelp("Where the control API listens.", valueName: "host:port"))
    var api: String?

    @Option(help: ArgumentHelp("Where the name server listens.", valueName: "host:port"))
    var dns: String?

    @Option(help: ArgumentHelp("Where metrics are served.", valueName: "host:port"))
    var metrics: String?

    @Option(
        help: ArgumentHelp(
            "Another port for a listener of the file; may be repeated.", valueName: "name=port"))
    var listener: [String] = []

    @Option(help: "Threads of the balancer.")
    var workers: Int?

    @Option(help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel: String?

    @Flag(help: "Leave the tasks running when Teal stops.")
    var keepTasks = false

    func run() async throws {
        let file = try file.map { try ConfigurationFile(path: $0) }
        let settings = try settings(from: file?.settings ?? Settings())
        let configuration = try file?.listening(on: ListenerPort.parse(listener))
        let folder = DataFolder(option: dataFolder ?? settings.data)
        try folder.create()
        guard let lock = try FileLock.take(folder.lock) else {
            throw Failure(
                "another `teal up` runs on \(folder.path)",
                remedy: "see `teal status`, or choose another folder with --data DIR")
        }
        defer { lock.release() }
        let session = UpSession(
            folder: folder, settings: settings, configuration: configuration,
            keepsTasks: keepTasks)
        try await session.run()
    }

    /// The file's settings, outranked by flags.
    private func settings(from file: Settings) throws -> Settings {
        var settings = file
        settings.api = try address(api, "--api", or: file.api)
        settings.dns = try address(dns, "--dns", or: file.dns)
        settings.metrics = try address(metrics, "--metrics", or: file.metrics)
        if let workers {
            guard (1...64).contains(workers) else {
                throw ValidationError("--workers \(workers): it must be 1 to 64")
            }
            settings.workers = workers
        }
        if let logLevel {
            guard Settings.logLevels.contains(logLevel) else {
                throw ValidationError(
                    "--log-level \(logLevel): one of \(Settings.logLevels.joined(separator: ", "))")
            }
            settings.logLevel = logLevel
        }
        return settings
    }

    private func address(
        _ text: String?, _ flag: String, or usual: SocketAddress
    ) throws -> SocketAddress {
        guard let text else { return usual }
        guard let address = SocketAddress(parsing: text, host: usual.host) else {
            throw ValidationError("\(flag) \(text): write it as HOST:PORT or PORT")
        }
        return address
    }
}

/// A listener's port as a flag overrides it: `http=9090`.
struct ListenerPort {
    let name: String
    let port: Int

    static func parse(_ flags: [String]) throws -> [ListenerPort] {
        try flags.map { flag in
            let parts = flag.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let port = Int(parts[1]), (1...65535).contains(port) else {
                throw ValidationError("--listener \(flag): write it as NAME=PORT")
            }
            return ListenerPort(name: String(parts[0]), port: port)
        }
    }
}
