import Foundation
import Glibc
import SQLiteStore
import Store

/// A process of its own that writes to a store, for tests of what several processes see.
///
/// `store-writer FOLDER TASK`; each line that it prints acknowledges one commit that returned (0
/// before the first), and says when that was, in nanoseconds of CLOCK_MONOTONIC.
@main
struct StoreWriter {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let task = Task(rawValue: arguments[2]) else {
            FileHandle.standardError.write(Data("usage: store-writer FOLDER TASK\n".utf8))
            exit(2)
        }
        let store = try SQLiteStore.open(at: arguments[1])
        switch task {
        case .count: try await count(in: store)
        case .stream: try await stream(in: store)
        case .follow: try await follow(in: store)
        case .hold: try await hold(in: store)
        }
    }

    enum Task: String {
        /// Adds 1 to `/counter`, 100 times, whatever others do to it.
        case count
        /// Writes pairs of records without end.
        case stream
        /// Commits once for each line of its input.
        case follow
        /// Holds a lease of a second with one record, and never renews it.
        case hold
    }

    private static func count(in store: SQLiteStore) async throws {
        var done = 0
        while done < 100 {
            let counter = try await store.value(at: Key("counter"), as: Int.self)
            let condition: Precondition =
                counter.map { .unchanged(Key("counter"), version: $0.version) }
                ?? .absent(Key("counter"))
            do {
                let write = try Write.put(Key("counter"), (counter?.value ?? 0) + 1)
                try await store.commit(Transaction([write], if: [condition]))
                done += 1
                acknowledge(done)
            } catch {
                guard case .conflict = error else { throw error }
            }
        }
    }

    private static func stream(in store: SQLiteStore) async throws {
        var number = 0
        while true {
            number += 1
            try await store.commit(
                Transaction([
                    .put(Key("stream", String(number)), number), .put(Key("last"), number),
                ]))
            acknowledge(number)
        }
    }

    private static func follow(in store: SQLiteStore) async throws {
        acknowledge(0)
        var number = 0
        while readLine() != nil {
            number += 1
            try await store.commit(Transaction([.put(Key("followed"), number)]))
            acknowledge(number)
        }
    }

    private static func hold(in store: SQLiteStore) async throws {
        acknowledge(0)
        let lease = try await store.grantLease(milliseconds: 1000)
        try await store.commit(
            Transaction([.put(Key("live", "agents", "held"), 1, lease: lease)]))
        acknowledge(1)
        while readLine() != nil {}
    }

    private static func acknowledge(_ number: Int) {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let line = "\(number) \(Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))\n"
        FileHandle.standardOutput.write(Data(line.utf8))
    }
}
