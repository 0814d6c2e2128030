import API
import ArgumentParser
import Control
import Foundation
import Logging
import Model

/// `teal controller`
struct ControllerRole: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "controller",
        abstract: "Run the API and the control loop: what decides.")

    @OptionGroup var options: RoleOptions

    @Option(help: ArgumentHelp("Where the control API listens.", valueName: "host:port"))
    var api = "127.0.0.1:8400"
}

extension ControllerRole {
    func run() async throws {
        let folder = options.folder
        let store = try options.openStore()
        let logger = options.logger("controller")
        guard let address = SocketAddress(parsing: api, host: "127.0.0.1") else {
            throw ValidationError("--api \(api): write it as HOST:PORT")
        }
        let credentials = try Credentials.loadOrCreate(at: folder.credentials)
        let server = APIServer(
            APIServer.Options(
                host: address.host, port: Int(address.port), credentials: credentials),
            store: store, logger: logger)
        let loop = ControlLoop(
            options: ControlLoop.Options(holder: Machine.name), store: store, logger: logger)
        let signals = Signals.stream(SIGINT, SIGTERM)
        try await withThrowingTaskGroup { group in
            group.addTask { try await server.run() }
            group.addTask { await loop.run() }
            group.addTask {
                for await _ in signals { return }
            }
            try await group.next()
            group.cancelAll()
        }
    }
}
