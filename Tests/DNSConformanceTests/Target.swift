import Glibc
import Logging
import Model
import Nameserver
import Store

/// The server that the tests ask: ours, in this process, or any other.
///
/// With `TEAL_DNS_TARGET=ADDRESS:PORT` it is whatever answers there from `zone.db` of this folder:
/// BIND or NSD, to see whether a rule is a rule or a habit of ours.
struct Target: Sendable {
    let address: String
    let port: UInt16

    /// The zone that it answers for: `one` with one address, `many` with forty.
    static let zone = "conformance.test"
    static let manyCount = 40

    static var isOurs: Bool { getenv("TEAL_DNS_TARGET") == nil }

    static func run(
        listening address: String = "127.0.0.1", workers: Int = 1, responsesPerSecond: Int = 0,
        _ body: (Target) async throws -> Void
    ) async throws {
        if let text = getenv("TEAL_DNS_TARGET").map({ String(cString: $0) }) {
            let parts = text.split(separator: ":")
            try await body(Target(address: String(parts[0]), port: UInt16(parts[1]) ?? 53))
            return
        }
        var options = NameserverOptions(id: "conformance", address: address, port: 0)
        options.answersMax = 100
        options.workers = workers
        options.responsesPerSecond = responsesPerSecond
        options.idleMilliseconds = 3000
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let store = try await filledStore()
        let nameserver = Nameserver(options: options, store: store, logger: logger)
        try nameserver.start()
        let running = _Concurrency.Task { await nameserver.run() }
        let target = Target(address: address, port: nameserver.port ?? 0)
        do {
            try await target.awaitZone()
            try await body(target)
        } catch {
            await nameserver.shutdown()
            await running.value
            throw error
        }
        await nameserver.shutdown()
        await running.value
    }

    private static func filledStore() async throws -> MemoryStore {
        let store = MemoryStore()
        let namespace = NamespaceName(zone)
        let record = Namespace(name: namespace, createdAt: .zero)
        var writes = [try Write.put(.namespace(namespace), record)]
        for (service, count) in [("one", 1), ("many", manyCount)] {
            let instances = (1...count).map { number in
                DirectoryInstance(
                    id: "0123456789abcdef0123456789ab\(1000 + number)",
                    address: "10.0.0.\(number)", port: UInt16(8000 + number))
            }
            let entry = DirectoryEntry(
                service: ServiceName(service), namespace: namespace, ttlSeconds: 5,
                instances: instances)
            writes.append(try .put(.directory(entry.service, in: namespace), entry))
        }
        try store.commit(Transaction(writes))
        return store
    }

    /// Until the store was read it answers SERVFAIL.
    private func awaitZone() async throws {
        let client = try UDPClient(self.asked(at: address.contains(":") ? "::1" : "127.0.0.1"))
        for _ in 0..<500 {
            if try client.ask(Query("one.\(Self.zone)"))?.code == 0 { return }
            // Only paces the questions: the deadline is their number.
            try await _Concurrency.Task.sleep(for: .milliseconds(10))
        }
    }

    func asked(at address: String) -> Target { Target(address: address, port: port) }
}
