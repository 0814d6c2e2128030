import Crypto
import Foundation
import Logging
import Model
import Proxy
import Store
import Testing

/// Writes generations as the control loop does: the parts and the record in one commit.
struct Publisher {
    let store: MemoryStore

    func publish(_ configuration: LoadBalancerConfiguration) throws {
        var writes: [Write] = []
        func part(_ value: some Encodable) throws -> String {
            let bytes = try Encoding.bytes(of: value, at: Key("part"))
            let hash = SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
            writes.append(
                .put(Key.part(hash, of: configuration.loadBalancer), value: bytes, lease: nil))
            return hash
        }
        var groups: [TargetGroupName: String] = [:]
        for group in configuration.targetGroups { groups[group.name] = try part(group) }
        let generation = Generation(
            loadBalancer: configuration.loadBalancer, number: configuration.generation, term: 1,
            listeners: try part(configuration.listeners), targetGroups: groups)
        writes.append(try .put(Key.generation(configuration.loadBalancer), generation))
        try store.commit(Transaction(writes))
    }

    /// What the balancer says of itself.
    var report: BalancerReport? {
        get async throws {
            try await store.value(
                at: Key.liveBalancer("b1", of: "web"), as: BalancerReport.self)?.value
        }
    }
}

/// Runs `body` with a balancer on `store` and `folder`, and shuts it down.
private func withBalancer(
    _ store: MemoryStore, _ folder: String,
    _ body: (Balancer, Publisher) async throws -> Void
) async throws {
    var options = BalancerOptions(
        id: "b1", loadBalancer: "web", address: "127.0.0.1", stateFolder: folder)
    options.workers = 2
    options.adminPort = 0
    let balancer = try Balancer(options: options, store: store, logger: Logger(label: "test"))
    try await balancer.start()
    let running = _Concurrency.Task { await balancer.run() }
    do {
        try await body(balancer, Publisher(store: store))
    } catch {
        await balancer.shutdown(milliseconds: 0)
        await running.value
        throw error
    }
    await balancer.shutdown(milliseconds: 0)
    await running.value
}

private func temporaryFolder() -> String {
    FileManager.default.temporaryDirectory
        .appendingPathComponent("teal-proxy-\(UUID().uuidString)").path
}

@Test func aGenerationIsAppliedAndAcknowledged() async throws {
    let target = try ScriptedTarget.http { _ in response("ok") }
    let folder = temporaryFolder()
    defer {
        target.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }
    try await withBalancer(MemoryStore(), folder) { balancer, publisher in
        try await eventually("it reports though there is nothing yet") {
            try await publisher.report?.appliedGeneration == 0
        }
        #expect(try await publisher.report?.fenced == true)
        try publisher.publish(configuration(generation: 7, [target.port]))
        try await eventually("the generation is acknowledged") {
            try await publisher.report?.appliedGeneration == 7
        }
        try await eventually("it counts once it knows its targets") {
            try await publisher.report?.fenced == false
        }
        let report = try #require(try await publisher.report)
        #expect(report.health.values.first?.state == .healthy)
        #expect(report.refusal == nil)
        #expect(report.incarnation == 1)
        let port = try #require(await balancer.plane.port(of: "http"))
        #expect(try get(port).text == "ok")
        let registration: Versioned<BalancerRegistration>? = try await publisher.store.value(
            at: Key.balancer("b1", of: "web"))
        #expect(registration?.value.address == "127.0.0.1")
    }
}

@Test func aBadGenerationIsRefusedAndTheOldOneServes() async throws {
    let target = try ScriptedTarget.http { _ in response("ok") }
    let folder = temporaryFolder()
    defer {
        target.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }
    try await withBalancer(MemoryStore(), folder) { balancer, publisher in
        try publisher.publish(configuration(generation: 1, [target.port]))
        try publisher.publish(
            configuration(generation: 2, [target.port]) { $0.targetGroups[0].targets[0].port = 0 })
        try await eventually("the second generation is refused") {
            try await publisher.report?.refusal?.generation == 2
        }
        let report = try #require(try await publisher.report)
        #expect(report.refusal?.reason.hasPrefix("targetGroups[blue].targets[") == true)
        // The first may have been passed over; a third shows that all goes on.
        try publisher.publish(configuration(generation: 3, [target.port]))
        try await eventually("the third generation is in force") {
            try await publisher.report?.appliedGeneration == 3
        }
        #expect(try await publisher.report?.refusal == nil)
        try publisher.publish(configuration(generation: 2, []))
        try await eventually("an older one is refused") {
            try await publisher.report?.refusal?.generation == 2
        }
        let port = try #require(await balancer.plane.port(of: "http"))
        #expect(try get(port).text == "ok")
        #expect(try await publisher.report?.appliedGeneration == 3)
    }
}

@Test func aPartThatIsNotWhatItsNameSaysIsRefused() async throws {
    let folder = temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await withBalancer(MemoryStore(), folder) { _, publisher in
        try publisher.publish(configuration(generation: 1, []))
        try await eventually("the first is in force") {
            try await publisher.report?.appliedGeneration == 1
        }
        let hash = String(repeating: "0", count: 64)
        let forged = Generation(
            loadBalancer: "web", number: 2, term: 1, listeners: hash, targetGroups: [:])
        try publisher.store.commit(
            Transaction([
                try .put(Key.part(hash, of: "web"), [Listener]()),
                try .put(Key.generation("web"), forged),
            ]))
        try await eventually("the forged one is refused") {
            try await publisher.report?.refusal?.generation == 2
        }
        #expect(try await publisher.report?.appliedGeneration == 1)
    }
}

@Test func aRestartServesTheSavedSnapshotFirst() async throws {
    let target = try ScriptedTarget.http { _ in response("ok") }
    let folder = temporaryFolder()
    let port = try refusingPort()
    defer {
        target.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }
    try await withBalancer(MemoryStore(), folder) { _, publisher in
        try publisher.publish(
            configuration(generation: 5, [target.port]) { $0.listeners[0].port = port })
        try await eventually("the generation is in force") {
            try await publisher.report?.appliedGeneration == 5
        }
    }
    // A store that knows nothing is as good as one that is away.
    try await withBalancer(MemoryStore(), folder) { _, publisher in
        #expect(try get(port).text == "ok")
        try await eventually("it reports what it runs") {
            try await publisher.report?.appliedGeneration == 5
        }
        let report = try #require(try await publisher.report)
        #expect(report.fenced)
        #expect(report.incarnation == 2)
        try publisher.publish(configuration(generation: 4, []))
        try await eventually("it never goes back") {
            try await publisher.report?.refusal?.generation == 4
        }
        #expect(try get(port).text == "ok")
    }
}

@Test func aDamagedSnapshotIsPassedOver() async throws {
    let folder = temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await withBalancer(MemoryStore(), folder) { _, publisher in
        try publisher.publish(configuration(generation: 5, []))
        try await eventually("the generation is in force") {
            try await publisher.report?.appliedGeneration == 5
        }
    }
    let file = folder + "/snapshot.json"
    let saved = try Data(contentsOf: URL(fileURLWithPath: file))
    try saved.prefix(saved.count / 2).write(to: URL(fileURLWithPath: file))
    try await withBalancer(MemoryStore(), folder) { _, publisher in
        try publisher.publish(configuration(generation: 3, []))
        try await eventually("it starts afresh") {
            try await publisher.report?.appliedGeneration == 3
        }
    }
}

@Test func theAdminListenerTellsMetricsAndHealth() async throws {
    let target = try ScriptedTarget.http { _ in response("ok") }
    let folder = temporaryFolder()
    defer {
        target.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }
    try await withBalancer(MemoryStore(), folder) { balancer, publisher in
        let admin = try #require(await balancer.adminPort)
        #expect(try await getAside(admin, "/health").status == 503)
        try publisher.publish(configuration(generation: 1, [target.port]))
        try await eventually("it is ready") { try await getAside(admin, "/health").status == 200 }
        let port = try #require(await balancer.plane.port(of: "http"))
        for _ in 0..<3 { #expect(try get(port).status == 200) }
        let metrics = try await getAside(admin, "/metrics").text
        #expect(metrics.contains("teal_request_count{listener=\"http\"} 3\n"))
        #expect(
            metrics.contains(
                "teal_http_code_target_2xx_count{target_group=\"blue\",service=\"\","
                    + "revision=\"revision-1\"} 3\n"))
        #expect(metrics.contains("teal_generation 1\n"))
        #expect(try await getAside(admin, "/nothing").status == 404)
    }
}
