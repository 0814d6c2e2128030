import Foundation
import FoundationNetworking
import Logging
import Model
import Testing

@testable import API

/// A server that is told to stop answers what it has begun, and then ends.
@Suite struct GracefulStopTests {
    @Test(.timeLimit(.minutes(1)))
    func aRequestUnderWayIsAnswered() async throws {
        let store = GatedStore()
        let server = APIServer(
            APIServer.Options(
                port: 0, credentials: Harness.credentials, now: { Harness.now }),
            store: store, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let serving = _Concurrency.Task {
            try await server.run { continuation.yield($0) }
        }
        var iterator = ports.makeAsyncIterator()
        let port = try #require(await iterator.next())
        async let answer = GracefulStopTests.listClusters(port)
        await store.untilOneWaits()
        serving.cancel()
        store.open()
        #expect(try await answer == 200)
        try await serving.value
        await #expect(throws: (any Error).self) { try await GracefulStopTests.listClusters(port) }
    }

    private static func listClusters(_ port: Int) async throws -> Int? {
        var signed = APIRequest(
            headers: [
                APIRequest.Header("host", "127.0.0.1:\(port)"),
                APIRequest.Header("x-amz-target", "\(ECS.table.target).ListClusters"),
            ], body: Array("{}".utf8))
        RequestSigner(credentials: Harness.credentials, region: "us-east-1")
            .sign(&signed, at: Harness.now)
        var request = URLRequest(url: try #require(URL(string: "http://127.0.0.1:\(port)/")))
        request.httpMethod = "POST"
        request.httpBody = Data(signed.body)
        for header in signed.headers where header.name != "host" {
            request.setValue(header.value, forHTTPHeaderField: header.name)
        }
        let (_, response) = try await URLSession.shared.data(for: request)
        return (response as? HTTPURLResponse)?.statusCode
    }
}
