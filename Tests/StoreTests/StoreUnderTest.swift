import Foundation
import SQLiteStore
import Store
import Synchronization
import Testing

/// The implementations that one suite of promises runs over.
enum Implementation: String, CaseIterable, Sendable {
    case memory
    case sqlite
}

/// A store in a time that the test moves, with all that belongs to it.
struct StoreUnderTest {
    let store: any Store
    /// Another way into the same store: for SQLite, what a second process would have.
    let other: any Store
    let folder: String
    private let clock: ManualClock
    private let implementation: Implementation

    /// Runs `body` with an empty store and removes everything afterwards.
    static func run(
        _ implementation: Implementation, historyMax: Int = 1 << 16,
        _ body: (StoreUnderTest) async throws -> Void
    ) async throws {
        let folder = Scratch.path()
        defer { Scratch.remove(folder) }
        let clock = ManualClock()
        switch implementation {
        case .memory:
            let store = MemoryStore(historyMax: historyMax, clock: clock.now)
            try await body(StoreUnderTest(store, store, folder, clock, implementation))
        case .sqlite:
            let settings = SQLiteStore.Settings(historyMax: historyMax, clock: clock.now)
            let store = try SQLiteStore.open(at: folder, settings: settings)
            let other = try SQLiteStore.open(at: folder, settings: settings)
            try await body(StoreUnderTest(store, other, folder, clock, implementation))
        }
    }

    private init(
        _ store: any Store, _ other: any Store, _ folder: String, _ clock: ManualClock,
        _ implementation: Implementation
    ) {
        self.store = store
        self.other = other
        self.folder = folder
        self.clock = clock
        self.implementation = implementation
    }

    /// Lets time pass, and whatever sees to the leases look at the new time.
    func advance(milliseconds: Int64) {
        clock.advance(milliseconds)
        (store as? MemoryStore)?.expireLeases(at: clock.now())
    }

    /// Waits, within bounds, until `folder` holds nothing.
    func untilEmpty(_ folder: Key) async throws {
        try await until("\(folder) is empty") { try await store.read([folder]).records.isEmpty }
    }
}

/// Asks every few milliseconds; a minute without success fails the test.
func until(_ what: String, _ condition: () async throws -> Bool) async throws {
    let start = ContinuousClock.now
    while try await !condition() {
        guard ContinuousClock.now - start < .seconds(60) else {
            throw Unmet(what: what)
        }
        // Effects of other processes tell nobody: what ends the waiting is asked for above.
        try await Task.sleep(for: .milliseconds(5))
    }
}

struct Unmet: Error {
    let what: String
}

final class ManualClock: Sendable {
    private let time = Atomic<Int64>(1_000_000)

    @Sendable func now() -> Int64 { time.load(ordering: .sequentiallyConsistent) }

    func advance(_ milliseconds: Int64) {
        time.add(milliseconds, ordering: .sequentiallyConsistent)
    }
}

extension Store {
    func put(_ key: Key, _ text: String, lease: LeaseID? = nil) async throws {
        try await commit(Transaction([.put(key, value: [UInt8](text.utf8), lease: lease)]))
    }

    func remove(_ key: Key) async throws {
        try await commit(Transaction([.remove(key)]))
    }

    func record(_ key: Key) async throws -> Record? {
        try await read([key]).records.first { $0.key == key }
    }

    func cursor() async throws -> Cursor {
        try await read([]).cursor
    }
}

extension Record {
    var text: String { String(decoding: value, as: UTF8.self) }
}

/// What a reader that follows a watch believes the store to hold.
struct Replica {
    private(set) var records: [Key: Record] = [:]
    private(set) var cursor: Cursor

    init(_ snapshot: Snapshot) {
        for record in snapshot.records { records[record.key] = record }
        cursor = snapshot.cursor
    }

    /// Applies `batch`, which must tell each change once, in order, and nothing old.
    mutating func apply(_ batch: Batch) {
        #expect(batch.cursor.revision > cursor.revision)
        #expect(Set(batch.changes.map(\.key)).count == batch.changes.count)
        var latest = cursor.revision
        for change in batch.changes {
            switch change {
            case .put(let record):
                #expect(record.version >= latest)
                #expect(record.version > cursor.revision)
                latest = record.version
                records[record.key] = record
            case .removed(let key):
                records[key] = nil
            }
        }
        cursor = batch.cursor
    }

    var sorted: [Record] { records.values.sorted { $0.key < $1.key } }
}
