import ArgumentParser
import Foundation
import Logging
import Model
import Nameserver
import Proxy
import SQLiteStore
import Store

/// `teal edge`
struct EdgeRole: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edge",
        abstract: "Run the balancer and the name server: what answers requests.",
        discussion: """
            SIGTERM ends it once the requests under way are answered; SIGHUP opens the access log \
            anew, after it was renamed.
            """)

    /// How long requests under way may take when it is told to end.
    static let drainMilliseconds = 15_000

    @OptionGroup var options: RoleOptions

    @Option(help: ArgumentHelp("Where the name server listens.", valueName: "host:port"))
    var dns = "127.0.0.1:8053"

    @Option(help: ArgumentHelp("Where metrics are served.", valueName: "host:port"))
    var metrics = "127.0.0.1:8401"

    @Option(help: ArgumentHelp("The access log; `off` for none.", valueName: "file"))
    var accessLog: String?

    @Option(help: "The access log's lines: alb or json.")
    var accessLogFormat = AccessFormat.alb

    @Option(help: "The address that clients use for this balancer.")
    var address = "127.0.0.1"

    @Option(help: "The load balancer it serves.")
    var loadBalancer = "default"

    @Option(help: "Threads of the balancer.")
    var workers = ProcessInfo.processInfo.activeProcessorCount

    @OptionGroup(title: "Name server") var nameServerFlags: NameServerFlags

    func run() async throws {
        let logger = options.logger("edge")
        let folder = options.folder
        try folder.create()
        let store = PatientStore(logger: logger) { try SQLiteStore.open(at: folder.store) }
        let nameserver = try nameserver(store, logger)
        let balancer = try Balancer(
            options: balancerOptions(beside: nameserver), store: store, logger: logger)
        try await balancer.start()
        try nameserver.start()
        let signals = Signals.stream(SIGINT, SIGTERM, SIGHUP)
        await withTaskGroup { group in
            group.addTask { await balancer.run() }
            group.addTask { await nameserver.run() }
            for await signal in signals {
                guard signal == SIGHUP else { break }
                balancer.plane.reopenAccessLog()
            }
            await balancer.shutdown(milliseconds: EdgeRole.drainMilliseconds)
            await nameserver.shutdown()
            group.cancelAll()
        }
    }

    private func nameserver(_ store: any Store, _ logger: Logger) throws -> Nameserver {
        let listening = try listeningAddress(dns, "--dns")
        var nameserver = NameserverOptions(
            id: Machine.name, address: listening.host, port: listening.port,
            archivePath: options.folder.edge + "/directory.journal")
        nameServerFlags.apply(to: &nameserver)
        return Nameserver(options: nameserver, store: store, logger: logger)
    }

    private func balancerOptions(beside nameserver: Nameserver) throws -> BalancerOptions {
        let admin = try listeningAddress(metrics, "--metrics")
        var balancer = BalancerOptions(
            id: BalancerID(Machine.name), loadBalancer: LoadBalancerName(loadBalancer),
            address: address, stateFolder: options.folder.edge)
        balancer.workers = workers
        var settings = Settings()
        settings.accessLog = accessLog
        settings.accessLogFormat = accessLogFormat
        balancer.accessLog = settings.accessLog(
            of: balancer.loadBalancer, usual: options.folder.accessLog)
        balancer.adminAddress = admin.host
        balancer.adminPort = admin.port
        balancer.companionMetrics = { nameserver.metrics() }
        return balancer
    }

    private func listeningAddress(_ text: String, _ flag: String) throws -> SocketAddress {
        guard let address = SocketAddress(parsing: text, host: "127.0.0.1") else {
            throw ValidationError("\(flag) \(text): write it as HOST:PORT")
        }
        return address
    }
}

extension AccessFormat: ExpressibleByArgument {}
