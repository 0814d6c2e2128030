import Foundation
import Logging
import Model
import Naming
import Store
import Testing

@testable import Nameserver

@Suite struct NameserverTests {
    @Test func followsTheStore() async throws {
        let store = MemoryStore()
        try await store.create("default")
        try await RunningNameserver.with(store) { running in
            try await eventually { try running.ask("x.default.teal").code == .nameError }
            try await store.publish("web", [("t1", "10.0.0.1", 80)])
            try await eventually { try running.data("web.default.teal") == ["10.0.0.1"] }
            try await store.publish("web", [("t2", "10.0.0.2", 80), ("t3", "10.0.0.3", 80)])
            try await eventually {
                try running.data("web.default.teal") == ["10.0.0.2", "10.0.0.3"]
            }
            #expect(try running.ask("t1.web.default.teal").code == .nameError)
            try await store.publish("web", [])
            try await eventually { try running.data("web.default.teal").isEmpty }
            #expect(try running.ask("web.default.teal").code == .noError)
            try store.commit(Transaction([.remove(.directory("web", in: "default"))]))
            try await eventually { try running.ask("web.default.teal").code == .nameError }
        }
    }

    @Test func answersFromWhatItReports() async throws {
        let store = MemoryStore()
        try await store.create("default")
        try await RunningNameserver.with(store) { running in
            for round in 1...20 {
                let address = "10.0.0.\(round)"
                let revision = try await store.publish("web", [("t1", address, 80)])
                try await store.awaitReport(of: revision)
                // No retry: from the report on, every answer is at least as new.
                #expect(try running.data("web.default.teal") == [address])
            }
        }
        #expect(try await store.report() == nil)
    }

    @Test func reportsAgainWhenItsLeaseIsLost() async throws {
        let store = MemoryStore(clock: { 0 })
        try await store.create("default")
        try await RunningNameserver.with(store) { _ in
            try await eventually { try await store.report() != nil }
            store.expireLeases(at: NameserverReporter.leaseMilliseconds + 1)
            #expect(try await store.report() == nil)
            let revision = try await store.publish("web", [("t1", "10.0.0.1", 80)])
            try await store.awaitReport(of: revision)
        }
    }

    @Test func failsOnlyUntilItKnowsSomething() async throws {
        let store = SwitchedStore(isAway: true)
        try await store.behind.publish("web", [("t1", "10.0.0.1", 80)])
        try await RunningNameserver.with(store) { running in
            #expect(try running.ask("web.default.teal").code == .serverFailure)
            store.isAway = false
            try await eventually { try running.data("web.default.teal") == ["10.0.0.1"] }
        }
    }

    @Test func keepsTheLastDirectoryWhileTheStoreIsAway() async throws {
        let store = SwitchedStore()
        try await store.publish("web", [("t1", "10.0.0.1", 80)])
        try await RunningNameserver.with(store) { running in
            try await eventually { running.metric("teal_dns_store_connected") == 1 }
            store.isAway = true
            try await eventually { running.metric("teal_dns_store_connected") == 0 }
            #expect(try running.data("web.default.teal") == ["10.0.0.1"])
            try await store.behind.publish("web", [("t2", "10.0.0.2", 80)])
            try await store.behind.publish("api", [("t3", "10.0.0.3", 80)])
            store.isAway = false
            try await eventually { try running.data("web.default.teal") == ["10.0.0.2"] }
            #expect(try running.data("api.default.teal") == ["10.0.0.3"])
        }
    }

    @Test func startsFromItsArchive() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/directory.json"
            let store = SwitchedStore()
            try await store.create("shop.internal")
            let revision = try await store.publish(
                "web", in: "shop.internal", [("t1", "10.0.0.1", 80)])
            try await RunningNameserver.with(store, archivePath: path) { _ in
                try await store.awaitReport(of: revision)
            }
            store.isAway = true
            try await RunningNameserver.with(store, archivePath: path) { running in
                #expect(try running.data("web.shop.internal") == ["10.0.0.1"])
                #expect((running.metric("teal_dns_directory_revision") ?? 0) >= Int(revision))
                #expect(running.metric("teal_dns_store_connected") == 0)
                // What was removed meanwhile is forgotten when the store is back.
                let key = Key.directory("web", in: "shop.internal")
                try store.behind.commit(Transaction([.remove(key)]))
                store.isAway = false
                try await eventually { try running.ask("web.shop.internal").code == .nameError }
            }
        }
    }

    @Test func answersForWhatIsRegisteredByHand() async throws {
        let store = MemoryStore()
        try await store.create("default")
        var service = DiscoveryService(
            id: "srv-1", name: "db", namespace: "default", createdAt: .zero)
        service.dnsRecords = [DirectoryRecord(type: "A", ttlSeconds: 7)]
        service.hasCustomHealth = true
        func instance(_ id: String, _ address: String, isHealthy: Bool = true) throws -> Write {
            let instance = DiscoveryInstance(
                id: id, service: "srv-1", attributes: [InstanceAttribute.ipv4: address],
                isHealthy: isHealthy, createdAt: .zero)
            return try .put(.discoveryInstance(id, of: "srv-1"), instance)
        }
        // The instance may come to be known before its service.
        try store.commit(Transaction([try instance("a", "10.0.0.1")]))
        try store.commit(Transaction([try .put(.discoveryService("srv-1"), service)]))
        try await RunningNameserver.with(store) { running in
            try await eventually { try running.data("db.default.teal") == ["10.0.0.1"] }
            #expect(try running.ask("db.default.teal").answers.map(\.ttl) == [7])
            // Beside what the ECS service of the same name has.
            try await store.publish("db", [("t1", "10.0.0.9", 80)])
            try await eventually {
                try running.data("db.default.teal") == ["10.0.0.1", "10.0.0.9"]
            }
            try store.commit(Transaction([try instance("a", "10.0.0.1", isHealthy: false)]))
            try await eventually { try running.data("db.default.teal") == ["10.0.0.9"] }
            try store.commit(Transaction([.remove(.directory("db", in: "default"))]))
            // All that there are, when none is healthy.
            try await eventually { try running.data("db.default.teal") == ["10.0.0.1"] }
            try store.commit(
                Transaction([
                    .remove(.discoveryService("srv-1")),
                    .remove(.discoveryInstance("a", of: "srv-1")),
                ]))
            try await eventually { try running.ask("db.default.teal").code == .nameError }
        }
    }

    @Test func writesDownWhatChangesAndNoMore() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/directory.journal"
            let journal = DirectoryJournal(archive: DirectoryArchive(path: path))
            var records = DirectoryRecords(nameserver: [])
            func put(_ service: ServiceName, _ bytes: Int, revision: UInt64) async throws {
                var instance = DirectoryInstance(id: "t1", address: "10.0.0.1", port: 80)
                instance.attributes = ["padding": String(repeating: "x", count: bytes)]
                let entry = DirectoryEntry(
                    service: service, namespace: "default", ttlSeconds: 5, instances: [instance])
                let key = Key.directory(service, in: "default")
                let value = Array(try JSONEncoder().encode(entry))
                let change = Change.put(Record(key: key, value: value, version: 1))
                let outcome = records.apply([change], revision: revision)
                #expect(outcome.problems.isEmpty)
                // What changes nothing is not written.
                #expect(records.apply([change], revision: revision).changes.isEmpty)
                try await journal.save(outcome.changes, revision: revision)
            }
            func size() throws -> Int { try Data(contentsOf: URL(filePath: path)).count }
            func expectSaved() throws {
                let loaded = try #require(try journal.archive.load())
                #expect(loaded.cursor.revision == records.revision)
                let found = loaded.records.map { ($0.key, $0.value) }
                #expect(Dictionary(uniqueKeysWithValues: found) == records.contents)
            }
            try await put("big", 50_000, revision: 1)
            let whole = try size()
            try await put("small", 1, revision: 2)
            #expect(try size() - whole < 500)
            try expectSaved()
            // A batch that was cut off is as if it had never been.
            let good = try Data(contentsOf: URL(filePath: path))
            let batch = DirectoryArchive.text(
                of: [.removed(.directory("big", in: "default"))], revision: 3)
            for count in 1..<batch.count {
                try (good + Data(batch.prefix(count))).write(to: URL(filePath: path))
                try expectSaved()
            }
            // History is dropped when there is more of it than may be.
            try good.write(to: URL(filePath: path))
            for revision in 3..<60 as Range<UInt64> {
                try await put("big", 50_000 + Int(revision), revision: revision)
                #expect(try size() <= 4 * whole + DirectoryArchive.historyBytesMax)
            }
            try expectSaved()
        }
    }

    @Test(arguments: ["", "{", "7", "=7", "=7 1\n", "+no tab\n=7 1\n", "=-1 0\n", "\u{0}\u{1}\n"])
    func survivesADamagedArchive(text: String) async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/directory.json"
            try Data(text.utf8).write(to: URL(filePath: path))
            let store = MemoryStore()
            try await store.publish("web", [("t1", "10.0.0.1", 80)])
            try await RunningNameserver.with(store, archivePath: path) { running in
                try await eventually { try running.data("web.default.teal") == ["10.0.0.1"] }
            }
        }
    }

    @Test func reportsWithoutADiskThatTakesIt() async throws {
        let store = MemoryStore()
        let revision = try await store.publish("web", [("t1", "10.0.0.1", 80)])
        try await RunningNameserver.with(store, archivePath: "/nowhere/directory.json") { running in
            try await store.awaitReport(of: revision)
            #expect((running.metric("teal_dns_archive_failures_total") ?? 0) > 0)
        }
    }

    @Test func passesOverRecordsThatItCannotRead() async throws {
        let store = MemoryStore()
        try await store.publish("web", [("t1", "10.0.0.1", 80)])
        try await RunningNameserver.with(store) { running in
            try await eventually { try running.data("web.default.teal") == ["10.0.0.1"] }
            let key = Key.directory("web", in: "default")
            try store.commit(Transaction([.put(key, value: Array("{}".utf8), lease: nil)]))
            let revision = try await store.publish("api", [("t2", "10.0.0.2", 80)])
            try await store.awaitReport(of: revision)
            #expect(try running.data("web.default.teal") == ["10.0.0.1"])
            #expect(try running.data("api.default.teal") == ["10.0.0.2"])
        }
    }

    @Test func saysWhyItCannotStart() async throws {
        func start(_ address: String, port: UInt16) throws {
            let options = NameserverOptions(id: "a", address: address, port: port)
            let nameserver = Nameserver(
                options: options, store: MemoryStore(), logger: Logger(label: "test"))
            try nameserver.start()
        }
        #expect(throws: NameserverError.badAddress("localhost")) { try start("localhost", port: 0) }
        try await RunningNameserver.with(MemoryStore()) { running in
            let error = #expect(throws: NameserverError.self) {
                try start("127.0.0.1", port: running.port)
            }
            #expect(error?.description.contains("cannot listen on 127.0.0.1:") == true)
        }
    }

    private func withTemporaryFolder(_ body: (String) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }
}
