import ArgumentParser
import Foundation
import Logging

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
            SIGTERM ends it once the requests under way are answered.
            """)

    @Option(
        name: .customLong("config"), help: "What it serves.",
        completion: .file(extensions: ["yaml", "yml"]))
    var file = "balancer.yaml"

    @Flag(help: "Say whether the file is right, and end: 0 when it is, 1 when not.")
    var check = false

    @Option(help: "Threads; as many as there are cores when absent.")
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
        let balancer = try StandaloneBalancer(path: file, workers: workers, logger: logger)
        try await balancer.start()
        logger.notice("Serving \(file), metrics on \(content.settings.metrics)")
        await serve(balancer)
    }

    private func serve(_ balancer: StandaloneBalancer) async {
        let signals = Signals.stream(SIGINT, SIGTERM, SIGHUP)
        await withTaskGroup { group in
            group.addTask { await balancer.run() }
            for await signal in signals {
                guard signal == SIGHUP else { break }
                await balancer.reopenLog()
                await balancer.reload()
            }
            await balancer.shutdown(milliseconds: EdgeRole.drainMilliseconds)
            group.cancelAll()
        }
    }
}
