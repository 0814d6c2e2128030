import Logging
import Model
import Store

@testable import API

/// The API on a free port of loopback, with a stagehand behind it, for as long as `body` runs.
struct LiveServer {
    let port: Int
    let store: any Store

    /// What the AWS SDKs read, as `teal env` exports it.
    var environment: [String: String] {
        [
            "AWS_ENDPOINT_URL": "http://127.0.0.1:\(port)", "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1", "AWS_PAGER": "", "AWS_MAX_ATTEMPTS": "1",
            "AWS_DISABLE_HOST_PREFIX_INJECTION": "true", "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_ACCESS_KEY_ID": Harness.credentials.accessKeyId,
            "AWS_SECRET_ACCESS_KEY": Harness.credentials.secretAccessKey,
        ]
    }

    static func run(
        metrics: (@Sendable () async -> String)? = nil,
        _ body: @escaping @Sendable (LiveServer) async throws -> Void
    ) async throws {
        let store = MemoryStore()
        let server = APIServer(
            APIServer.Options(port: 0, credentials: Harness.credentials, metrics: metrics),
            store: store, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { continuation.finish() }
                try await server.run { continuation.yield($0) }
            }
            group.addTask { try await Stagehand(store: store).run() }
            defer { group.cancelAll() }
            for await port in ports {
                try await body(LiveServer(port: port, store: store))
                break
            }
        }
    }
}
