import Foundation
import Model
import Proxy
import Testing

/// A configuration with one listener on any port.
func configuration(
    generation: UInt64 = 1, _ ports: [UInt16],
    change: (inout LoadBalancerConfiguration) -> Void = { _ in }
) -> LoadBalancerConfiguration {
    var group = TargetGroup(name: "blue")
    group.healthCheck.intervalMilliseconds = 300_000
    group.targets = ports.map { target($0) }
    let listener = Listener(
        name: "http", loadBalancer: "web", address: "127.0.0.1", port: 0,
        defaultAction: .forward([WeightedTargetGroup(targetGroup: "blue", weight: 1000)]))
    var configuration = LoadBalancerConfiguration(
        loadBalancer: "web", generation: generation, listeners: [listener], targetGroups: [group])
    change(&configuration)
    return configuration
}

func target(_ port: UInt16) -> Target {
    Target(
        id: Identifier("target-\(port)"), address: "127.0.0.1", port: port,
        revision: Identifier("revision-1"))
}

/// Runs `body` against a data plane that serves `configuration`, and ends it.
func withPlane(
    _ configuration: LoadBalancerConfiguration, workers: Int = 1,
    limits: WorkerLimits = WorkerLimits(),
    _ body: (DataPlane, UInt16) async throws -> Void
) async throws {
    let plane = try DataPlane(workers: workers, limits: limits)
    do {
        try await plane.apply(configuration)
        try await body(plane, try #require(await plane.port(of: "http")))
    } catch {
        await plane.end(milliseconds: 0)
        throw error
    }
    await plane.end(milliseconds: 0)
}

/// One request on a connection of its own.
func get(_ port: UInt16, _ path: String = "/") throws -> MessageReader.Message {
    let client = try RawSocket(connectedTo: port)
    client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
    return try #require(try MessageReader(client).next())
}

/// The same on a thread of its own: where the answer itself needs one of the tests' few threads.
func getAside(_ port: UInt16, _ path: String) async throws -> MessageReader.Message {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread {
            continuation.resume(with: Result { try get(port, path) })
        }
    }
}

/// Waits for something real to happen, for as long as a slow machine may need.
func eventually(
    _ comment: Comment, _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(20)
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            Issue.record(comment)
            return
        }
        try await _Concurrency.Task.sleep(for: .milliseconds(2))
    }
}
