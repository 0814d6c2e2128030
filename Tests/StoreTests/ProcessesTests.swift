import Foundation
import SQLiteStore
import Store
import Testing

/// What several processes on one machine may rely on: promises 3, 5, 6 and 8 across them.
@Suite struct ProcessesTests {
    /// So long that what arrives within a test's time limit was not found by it.
    private static let noPoll = SQLiteStore.Settings(pollMilliseconds: 600_000)

    @Test(.timeLimit(.minutes(5)))
    func countersOfSeveralProcessesAddUp() async throws {
        try await withFolder { folder in
            // All of them create the store at once.
            let writers = try (1...3).map { _ in try Writer("count", in: folder) }
            for writer in writers {
                var last = 0
                while let done = try await writer.next() { last = done.number }
                #expect(last == 100)
                #expect(writer.status() == 0)
            }
            let store = try SQLiteStore.open(at: folder)
            let counter = try await store.value(at: Key("counter"), as: Int.self)
            #expect(counter?.value == 300)
        }
    }

    @Test(.timeLimit(.minutes(5)), arguments: [1, 7, 40, 90])
    func aKilledWriterLosesNothingAcknowledged(_ count: Int) async throws {
        try await withFolder { folder in
            let reader = try SQLiteStore.open(at: folder)
            let start = try await reader.read([])
            let writer = try Writer("stream", in: folder)
            var acknowledged = 0
            while acknowledged < count {
                acknowledged = try #require(try await writer.next()).number
            }
            writer.kill()
            while let more = try await writer.next() { acknowledged = more.number }
            // One store that was open all the while, and one that opens what the dead one left.
            for store in [reader, try SQLiteStore.open(at: folder)] {
                let numbers = try await store.values(in: Key("stream"), as: Int.self)
                let last = try await store.value(at: Key("last"), as: Int.self)?.value
                #expect(numbers.map(\.value).sorted() == Array(1...numbers.count))
                #expect(last == numbers.count)
                #expect([acknowledged, acknowledged + 1].contains(numbers.count))
            }
            var watch = reader.watch([Key("stream")], from: start.cursor).makeAsyncIterator()
            let told = try #require(await watch.next())
            #expect(told.changes.count >= acknowledged)
            try await reader.put(Key("after"), "works")
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func aCommitWakesTheWatchesOfOtherProcesses() async throws {
        try await withFolder { folder in
            let store = try SQLiteStore.open(at: folder, settings: ProcessesTests.noPoll)
            let cursor = try await store.cursor()
            let writer = try Writer("follow", in: folder)
            _ = try await writer.next()
            var watch = store.watch([Key("followed")], from: cursor).makeAsyncIterator()
            var latencies: [Int64] = []
            for number in 1...50 {
                try writer.commit()
                let batch = try #require(await watch.next())
                let arrival = Writer.now()
                let told = batch.changes.compactMap { change in
                    if case .put(let record) = change { record.text } else { nil }
                }
                #expect(told == ["\(number)"])
                latencies.append(arrival - (try #require(try await writer.next()).nanoseconds))
            }
            latencies.sort()
            print(
                "From a commit's return to another process's watch: median",
                latencies[25] / 1000, "µs, worst", (latencies.last ?? 0) / 1000, "µs")
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func theSlowPollFindsWhatNoWakeupTold() async throws {
        try await withFolder { folder in
            let settings = SQLiteStore.Settings(pollMilliseconds: 20)
            let store = try SQLiteStore.open(at: folder, settings: settings)
            let cursor = try await store.cursor()
            // The writer makes a file of its own, which the first store does not know.
            try FileManager.default.removeItem(atPath: folder + "/teal.turnstile")
            let writer = try Writer("follow", in: folder)
            _ = try await writer.next()
            try writer.commit()
            var watch = store.watch([Key("followed")], from: cursor).makeAsyncIterator()
            #expect(try await watch.next()?.changes.count == 1)
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func theLeaseOfAKilledProcessEndsInTime() async throws {
        try await withFolder { folder in
            // Without the poll: that a lease was granted elsewhere must be told as well.
            let store = try SQLiteStore.open(at: folder, settings: ProcessesTests.noPoll)
            let held = Key("live", "agents", "held")
            let cursor = try await store.cursor()
            let writer = try Writer("hold", in: folder)
            let start = try #require(try await writer.next())
            #expect(try await writer.next()?.number == 1)
            writer.kill()
            for try await batch in store.watch([Key.liveAgents], from: cursor)
            where batch.changes.contains(.removed(held)) {
                break
            }
            #expect(try await store.record(held) == nil)
            #expect(Writer.now() - start.nanoseconds >= 1_000_000_000)
        }
    }
}
