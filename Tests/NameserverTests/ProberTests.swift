import Loop
import Model
import Naming
import Store
import Testing

@testable import Nameserver

/// Registered instances are really probed, and what fails leaves the answers.
@Suite struct ProberTests {
    private static let service = DiscoveryServiceID("srv-1")

    private func register(
        _ ports: [String: UInt16], _ check: DiscoveryHealthCheck, in store: MemoryStore
    ) async throws {
        try await store.create("default")
        var service = DiscoveryService(
            id: Self.service, name: "db", namespace: "default", createdAt: .zero)
        service.dnsRecords = [DirectoryRecord(type: "SRV", ttlSeconds: 1)]
        service.healthCheck = check
        var writes = [try Write.put(.discoveryService(service.id), service)]
        for (id, port) in ports {
            let instance = DiscoveryInstance(
                id: id, service: service.id,
                attributes: ["AWS_INSTANCE_IPV4": "127.0.0.1", "AWS_INSTANCE_PORT": "\(port)"],
                isHealthy: true, createdAt: .zero)
            writes.append(try .put(.discoveryInstance(id, of: service.id), instance))
        }
        try store.commit(Transaction(writes))
    }

    private func verdicts(_ store: MemoryStore) throws -> [String: Bool] {
        let records = try store.read([.instanceHealth]).records
        return Dictionary(
            uniqueKeysWithValues: try records.map { record in
                let health: InstanceHealth = try record.decode()
                return (health.instance, health.isHealthy)
            })
    }

    @Test func httpStatusDecides() async throws {
        let good = try StubTarget(status: 204)
        let moved = try StubTarget(status: 302)
        let bad = try StubTarget(status: 503)
        defer { for target in [good, moved, bad] { target.end() } }
        let store = MemoryStore()
        try await register(
            ["good": good.port, "moved": moved.port, "bad": bad.port],
            DiscoveryHealthCheck(type: .http, resourcePath: "/live"), in: store)
        try await RunningNameserver.with(store) { running in
            try await eventually {
                try verdicts(store) == ["good": true, "moved": true, "bad": false]
            }
            try await eventually {
                try running.data("db.default.teal", .srv)
                    == [
                        "1 1 \(good.port) good.db.default.teal.",
                        "1 1 \(moved.port) moved.db.default.teal.",
                    ].sorted()
            }
            #expect(running.metric("teal_dns_probes_total") ?? 0 >= 3)
        }
        #expect(good.requests.first?.hasPrefix("GET /live HTTP/1.1\r\nHost: 127.0.0.1:") == true)
        #expect(try store.read([.liveProber]).records.isEmpty)
    }

    @Test func connectionDecidesAndAChangeIsFoundOut() async throws {
        let target = try StubTarget(status: 200)
        let store = MemoryStore()
        try await register(["one": target.port], DiscoveryHealthCheck(type: .tcp), in: store)
        func check(_ running: RunningNameserver) async throws {
            try await eventually { try verdicts(store) == ["one": true] }
            target.end()
            try await eventually { try verdicts(store) == ["one": false] }
        }
        try await RunningNameserver.with(
            store, change: { $0.probeIntervalMilliseconds = 50 }, check)
    }

    @Test func anotherTakesOverWhenTheProberDies() async throws {
        let target = try StubTarget(status: 200)
        defer { target.end() }
        let store = MemoryStore()
        let lease = try store.grantLease(milliseconds: 1 << 40)
        try store.commit(Transaction([try .put(.liveProber, "another", lease: lease)]))
        try await register(["one": target.port], DiscoveryHealthCheck(type: .tcp), in: store)
        try await RunningNameserver.with(store) { running in
            let revision = try await store.publish("web", [("t1", "10.0.0.1", 80)])
            try await store.awaitReport(of: revision)
            #expect(running.metric("teal_dns_probes_total") == 0)
            #expect(try verdicts(store).isEmpty)
            try store.revoke(lease)
            try await eventually { try verdicts(store) == ["one": true] }
        }
    }
}
