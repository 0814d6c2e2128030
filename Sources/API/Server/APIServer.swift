import Hummingbird
import HummingbirdCore
package import Logging
package import Model
import NIOCore
import ServiceLifecycle
package import Store

/// The control API over HTTP/1.1: AWS's operations under `POST /`, `GET /health` and `/http_sd`.
package struct APIServer: Sendable {
    package struct Options: Sendable {
        /// The address to listen on.
        package var host: String
        /// 0 for any free port.
        package var port: Int
        package var credentials: Credentials
        package var realm: Realm
        /// The text of `GET /metrics`, in Prometheus's format; there is no such path without it.
        package var metrics: (@Sendable () async -> String)?
        package var now: @Sendable () -> Instant

        package init(
            host: String = "127.0.0.1", port: Int = 8400, credentials: Credentials,
            realm: Realm = .local, metrics: (@Sendable () async -> String)? = nil,
            now: @escaping @Sendable () -> Instant = { SystemClock.now() }
        ) {
            self.host = host
            self.port = port
            self.credentials = credentials
            self.realm = realm
            self.metrics = metrics
            self.now = now
        }
    }

    /// More connections than these wait to be accepted.
    static let connectionsMax = 1024
    /// A connection that says nothing for so long is closed.
    static let idleSecondsMax: Int64 = 120
    /// How long requests under way may take to end when the server is stopped.
    static let stopSecondsMax: Int64 = 10

    private let options: Options
    private let store: any Store
    private let logger: Logger

    package init(_ options: Options, store: any Store, logger: Logger) {
        self.options = options
        self.store = store
        self.logger = logger
    }

    /// Serves until the task is cancelled; requests under way are then answered first.
    ///
    /// `onRunning` is called once with the port, when it is open.
    package func run(
        onRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) async throws {
        try await Foundations.lay(in: store, at: options.now())
        var configuration = ServiceGroupConfiguration(
            services: [.init(service: application(onRunning: onRunning))], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(APIServer.stopSecondsMax)
        let group = ServiceGroup(configuration: configuration)
        // In a task of its own, which the cancellation does not reach: it is told to end instead.
        let serving = _Concurrency.Task { try await group.run() }
        try await withTaskCancellationHandler {
            try await serving.value
        } onCancel: {
            _Concurrency.Task { await group.triggerGracefulShutdown() }
        }
    }

    private func application(
        onRunning: @escaping @Sendable (_ port: Int) async -> Void
    ) -> some ApplicationProtocol {
        let port = options.port
        return Application(
            responder: APIResponder(front: front, metrics: options.metrics),
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    idleTimeout: .seconds(APIServer.idleSecondsMax))),
            configuration: ApplicationConfiguration(
                address: .hostname(options.host, port: port),
                availableConnectionsDelegate: MaximumAvailableConnections(
                    APIServer.connectionsMax)),
            onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? port) },
            logger: logger)
    }

    private var front: Front {
        Front(
            store: store, realm: options.realm, now: options.now, logger: logger,
            protocols: AWSJSON(
                tables: [ECS.table, CloudMap.table, TealService.table],
                verifier: SignatureVerifier(credentials: options.credentials)))
    }
}
