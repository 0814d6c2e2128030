import ArgumentParser
import Foundation
import Logging
import Proxy

/// `teal balancer`
struct BalancerRole: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "balancer",
        abstract: "Run a balancer alone, from a file: no control plane and no store.",
        discussion: """
            The file names listeners, target groups and their targets; config/balancer.yaml shows \
            how. It is applied again when it changes and on SIGHUP: a file with a mistake changes \
            nothing, and the log says its line and field. Targets are addresses, host names, or \
            names of SRV records, which are looked up again when their time to live is over. \
            SIGHUP also opens the access log anew.

            SIGUSR2 replaces the running program by the one that is on disk now, without losing a \
            request: the new one takes the listening sockets over, checks the targets, accepts, \
            and only then the old one ends what it has. The same by hand: start it again with \
            --takeover. SIGTERM ends it once the requests under way are answered.

            Stickiness cookies are signed with balancer/cookie.key in the data folder, which is \
            made when there is none.
            """)

    /// How long requests under way may take when a successor has taken over.
    static let handoverMilliseconds = 60_000

    @Option(
        name: .customLong("config"), help: "What it serves.",
        completion: .file(extensions: ["yaml", "yml"]))
    var file = "balancer.yaml"

    @Flag(help: "Say whether the file is right, and end: 0 when it is, 1 when not.")
    var check = false

    @Flag(help: "Take over from the balancer that serves this file now.")
    var takeover = false

    @Option(
        help: ArgumentHelp(
            "Where a successor finds it; one for each file when absent.", valueName: "path"))
    var control: String?

    @Option(help: "Threads; as many as there are cores when absent, or as before with --takeover.")
    var workers: Int?

    @Option(help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel: String?

    func run() async throws {
        let content = try StandaloneFile(path: file)
        if check { return Output.line("\(file) is right.") }
        if let workers, !(1...64).contains(workers) {
            throw ValidationError("--workers \(workers): it must be 1 to 64")
        }
        var logger = Logger(label: "balancer") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel =
            Logger.Level(rawValue: logLevel ?? content.settings.logLevel) ?? .notice
        let session = BalancerSession(
            file: file, control: control ?? ControlSocket.path(of: file),
            program: try SuccessorProcess.program(), workers: workers, logger: logger)
        try await session.run(takingOver: takeover)
    }
}
