import Store
import Testing

/// Promise 5: watches are complete, and compaction is told.
@Suite struct WatchPromiseTests {
    @Test(arguments: Implementation.allCases)
    func deliversLaterChangesOfItsFolders(_ implementation: Implementation) async throws {
        try await StoreUnderTest.run(implementation) { test in
            try await test.store.put(Key("a", "before"), "x")
            let cursor = try await test.store.cursor()
            var watch = test.store.watch([Key("a"), Key("b")], from: cursor).makeAsyncIterator()
            try await test.other.put(Key("c"), "elsewhere")
            try await test.other.put(Key("a", "one"), "1")
            let first = try #require(await watch.next())
            #expect(first.changes.map(\.key) == [Key("a", "one")])
            try await test.other.remove(Key("a", "before"))
            let second = try #require(await watch.next())
            #expect(second.changes == [.removed(Key("a", "before"))])
            #expect(second.cursor == (try await test.store.cursor()))
        }
    }

    @Test(arguments: Implementation.allCases)
    func aReplicaEqualsTheStoreUnderConcurrentWriters(
        _ implementation: Implementation
    ) async throws {
        try await StoreUnderTest.run(implementation) { test in
            let (store, other) = (test.store, test.other)
            var replica = Replica(try await store.read([Key("r")]))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<3 {
                    group.addTask {
                        try await churn(writer, in: writer == 0 ? store : other)
                    }
                }
                group.addTask {
                    try await store.put(Key("other"), "not ours")
                }
                let watch = store.watch([Key("r")], from: replica.cursor)
                var finished = 0
                for try await batch in watch {
                    replica.apply(batch)
                    finished = replica.records.keys.count { $0.path.hasPrefix("/r/end") }
                    if finished == 3 { break }
                }
                try await group.waitForAll()
            }
            #expect(replica.sorted == (try await store.read([Key("r")]).records))
        }
    }

    @Test(arguments: Implementation.allCases)
    func resumesFromASavedCursor(_ implementation: Implementation) async throws {
        try await StoreUnderTest.run(implementation) { test in
            var replica = Replica(try await test.store.read([Key("r")]))
            for round in 1...10 {
                try await test.store.put(Key("r", "\(round % 3)"), "\(round)")
                if round.isMultiple(of: 4) { try await test.store.remove(Key("r", "1")) }
                // A new watch each time, as a process that restarts would open it.
                var watch = test.other.watch([Key("r")], from: replica.cursor).makeAsyncIterator()
                replica.apply(try #require(await watch.next()))
                #expect(replica.sorted == (try await test.store.read([Key("r")]).records))
            }
        }
    }

    @Test(arguments: Implementation.allCases)
    func aCommitArrivesWhole(_ implementation: Implementation) async throws {
        try await StoreUnderTest.run(implementation) { test in
            let store = test.store
            let cursor = try await store.cursor()
            for number in 1...20 {
                try await store.commit(
                    Transaction([.put(Key("p", "l"), number), .put(Key("p", "r"), number)]))
            }
            var values: [Key: String] = [:]
            for try await batch in store.watch([Key("p")], from: cursor) {
                for case .put(let record) in batch.changes { values[record.key] = record.text }
                #expect(values[Key("p", "l")] == values[Key("p", "r")])
                if values[Key("p", "l")] == "20" { break }
            }
        }
    }

    @Test(arguments: Implementation.allCases)
    func endsWhenItsTaskIsCancelled(_ implementation: Implementation) async throws {
        try await StoreUnderTest.run(implementation) { test in
            let cursor = try await test.store.cursor()
            let watch = test.store.watch([Key("a")], from: cursor)
            let (first, delivered) = AsyncStream.makeStream(of: Void.self)
            let task = Task {
                var batches = 0
                for try await _ in watch {
                    batches += 1
                    delivered.yield()
                }
                return batches
            }
            try await test.other.put(Key("a"), "x")
            _ = await first.first { true }
            task.cancel()
            #expect(try await task.value == 1)
        }
    }

    @Test(arguments: Implementation.allCases)
    func endsCompactedWhenTheHistoryIsGone(_ implementation: Implementation) async throws {
        let historyMax = 8
        try await StoreUnderTest.run(implementation, historyMax: historyMax) { test in
            let store = test.store
            let start = try await store.cursor()
            var cursors: [Cursor] = []
            for number in 1...(historyMax * 4) {
                let key = Key("k", "\(number)")
                try await store.put(key, "x")
                try await store.remove(key)
                cursors.append(try await store.cursor())
            }
            try await expectCompacted(store.watch([Key("k")], from: start))
            // The last touches, at the limit: a removal and a put each.
            let kept = cursors[cursors.count - 1 - historyMax / 2]
            var watch = store.watch([Key("k")], from: kept).makeAsyncIterator()
            let batch = try #require(await watch.next())
            #expect(batch.changes.count == historyMax / 2)
            #expect(batch.cursor == cursors.last)
        }
    }

    @Test(arguments: Implementation.allCases)
    func refusesACursorFromAnotherHistory(_ implementation: Implementation) async throws {
        try await StoreUnderTest.run(implementation) { test in
            let future = Cursor(revision: try await test.store.cursor().revision + 1)
            try await expectCompacted(test.store.watch([Key("k")], from: future))
        }
    }

    private func expectCompacted(_ watch: Watch) async throws {
        await #expect(throws: StoreError.compacted) {
            for try await _ in watch {}
        }
    }

    /// Puts and removes a handful of keys, and leaves a mark at the end.
    private func churn(_ writer: Int, in store: any Store) async throws {
        for number in 1...30 {
            let key = Key("r", "\(number % 5)")
            if number.isMultiple(of: 4) {
                try await store.remove(key)
            } else {
                try await store.put(key, "\(writer) \(number)")
            }
        }
        try await store.put(Key("r", "end\(writer)"), "")
    }
}
