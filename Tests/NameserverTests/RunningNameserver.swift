import Logging
import Model
import Naming
import Store
import Testing

@testable import Nameserver

/// A name server on a free port of 127.0.0.1 that follows a store, for the time of one test.
struct RunningNameserver {
    let nameserver: Nameserver
    let port: UInt16

    static let id = "ns-1"

    static func with(
        _ store: any Store, archivePath: String? = nil,
        change: (inout NameserverOptions) -> Void = { _ in },
        _ body: (RunningNameserver) async throws -> Void
    ) async throws {
        var options = NameserverOptions(
            id: id, address: "127.0.0.1", port: 0, archivePath: archivePath)
        change(&options)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let nameserver = Nameserver(options: options, store: store, logger: logger)
        try nameserver.start()
        let port = try #require(nameserver.port)
        let running = _Concurrency.Task { await nameserver.run() }
        do {
            try await body(RunningNameserver(nameserver: nameserver, port: port))
        } catch {
            await nameserver.shutdown()
            await running.value
            throw error
        }
        await nameserver.shutdown()
        await running.value
    }

    func ask(_ name: String, _ type: RecordType = .a) throws -> DNSMessage {
        let client = try DNSClient(server: "127.0.0.1", port: port)
        return try client.resolve(try DNSName(name), type)
    }

    /// The data of the answers, sorted: their order is random.
    func data(_ name: String, _ type: RecordType = .a) throws -> [String] {
        try ask(name, type).answers.map(\.data.description).sorted()
    }

    /// The value of one line of the metrics.
    func metric(_ name: String) -> Int? {
        let line = nameserver.metrics().split(separator: "\n").first { $0.hasPrefix(name + " ") }
        return line?.split(separator: " ").last.flatMap { Int($0) }
    }
}

/// Asks again and again until the answer is true; an issue when it never is, for ten seconds.
func eventually(
    sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
) async throws {
    for _ in 0..<1000 {
        if try await condition() { return }
        // Only paces the questions: the deadline is their number.
        try await _Concurrency.Task.sleep(for: .milliseconds(10))
    }
    Issue.record("it did not come true in time", sourceLocation: sourceLocation)
}

extension Store {
    /// Commits what the control loop commits when the instances of a service change.
    @discardableResult
    func publish(
        _ service: ServiceName, in namespace: NamespaceName = "default",
        _ instances: [(id: String, address: String, port: UInt16)], ttl: Int = 5
    ) async throws -> UInt64 {
        let entry = DirectoryEntry(
            service: service, namespace: namespace, ttlSeconds: ttl,
            instances: instances.map {
                DirectoryInstance(id: $0.id, address: $0.address, port: $0.port)
            })
        let write = try Write.put(.directory(service, in: namespace), entry)
        return try await commit(Transaction([write])).revision
    }

    func create(_ namespace: NamespaceName) async throws {
        let record = Namespace(name: namespace, createdAt: .zero)
        try await commit(Transaction([try .put(.namespace(namespace), record)]))
    }

    func report() async throws -> NameserverReport? {
        try await value(
            at: .liveNameserver(RunningNameserver.id), as: NameserverReport.self)?.value
    }

    /// Waits until the name server says that it answers from `revision` or a later one.
    func awaitReport(
        of revision: UInt64, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await eventually(sourceLocation: sourceLocation) {
            try await report()?.appliedRevision ?? 0 >= revision
        }
    }
}
