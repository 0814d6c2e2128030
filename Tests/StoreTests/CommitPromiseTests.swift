import Foundation
import Store
import Testing

/// Promises 1 (atomic), 2 (conditional), 4 (linearizable) and 7 (versions).
@Suite struct CommitPromiseTests {
    @Test(arguments: Implementation.allCases)
    func commitsShowAllTheirWritesOrNone(_ implementation: Implementation) async throws {
        try await StoreUnderTest.run(implementation) { test in
            let store = test.store
            try await store.put(Key("a"), "old")
            await #expect(throws: StoreError.conflict(Key("b"))) {
                try await store.commit(
                    Transaction(
                        [.put(Key("a"), "new"), .put(Key("c"), "new")],
                        if: [.absent(Key("z")), .unchanged(Key("b"), version: 1)]))
            }
            let records = try await store.read([Key()]).records
            #expect(records.map(\.key) == [Key("a")])
            #expect(records.map(\.text) == ["old"])
        }
    }

    @Test(arguments: Implementation.allCases)
    func readersNeverSeeHalfACommit(_ implementation: Implementation) async throws {
        try await StoreUnderTest.run(implementation) { test in
            let (store, other) = (test.store, test.other)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for number in 1...100 {
                        try await store.commit(
                            Transaction([
                                .put(Key("pair", "left"), number),
                                .put(Key("pair", "right"), number),
                            ]))
                    }
                }
                group.addTask {
                    for _ in 1...200 {
                        let pair = try await other.read([Key("pair")]).records
                        #expect(Set(pair.map(\.text)).count <= 1)
                        #expect(pair.count != 1)
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test(arguments: Implementation.allCases)
    func conditionsHoldOrNameTheirKey(_ implementation: Implementation) async throws {
        try await StoreUnderTest.run(implementation) { test in
            let store = test.store
            let key = Key("services", "default", "web")
            let write = try Write.put(key, 1)
            try await store.commit(Transaction([write], if: [.absent(key)]))
            let first = try #require(await store.record(key))
            await #expect(throws: StoreError.conflict(key)) {
                try await store.commit(Transaction([write], if: [.absent(key)]))
            }
            try await store.commit(
                Transaction([write], if: [.unchanged(key, version: first.version)]))
            await #expect(throws: StoreError.conflict(key)) {
                try await store.commit(
                    Transaction([write], if: [.unchanged(key, version: first.version)]))
            }
            try await store.remove(key)
            await #expect(throws: StoreError.conflict(key)) {
                try await store.commit(
                    Transaction([write], if: [.unchanged(key, version: first.version)]))
            }
        }
    }

    @Test(arguments: Implementation.allCases)
    func conditionsMayLookAtTheOtherKindOfKey(_ implementation: Implementation) async throws {
        try await StoreUnderTest.run(implementation) { test in
            let store = test.store
            let lease = try await store.grantLease(milliseconds: 10_000)
            let live = Key("live", "leader")
            try await store.put(live, "one", lease: lease)
            let held = try #require(await store.record(live))
            let isHeld = Precondition.unchanged(live, version: held.version)
            try await store.commit(Transaction([.put(Key("leader"), 1)], if: [isHeld]))
            let leader = try #require(await store.record(Key("leader")))
            try await store.commit(
                Transaction(
                    [.put(live, "two", lease: lease)],
                    if: [.unchanged(Key("leader"), version: leader.version)]))
            await #expect(throws: StoreError.conflict(live)) {
                try await store.commit(Transaction([.put(Key("leader"), 2)], if: [isHeld]))
            }
        }
    }

    @Test(arguments: Implementation.allCases)
    func aReadSeesWhatReturnedBefore(_ implementation: Implementation) async throws {
        try await StoreUnderTest.run(implementation) { test in
            for number in 1...50 {
                let (writer, reader) =
                    number.isMultiple(of: 2) ? (test.store, test.other) : (test.other, test.store)
                try await writer.put(Key("number"), "\(number)")
                #expect(try await reader.record(Key("number"))?.text == "\(number)")
            }
        }
    }

    @Test(arguments: Implementation.allCases)
    func versionsAreNeverUsedTwice(_ implementation: Implementation) async throws {
        try await StoreUnderTest.run(implementation) { test in
            var seen: Set<UInt64> = []
            for round in 1...5 {
                for _ in 1...2 {
                    try await test.store.put(Key("a"), "same")
                    let record = try #require(await test.store.record(Key("a")))
                    #expect(seen.insert(record.version).inserted, "round \(round)")
                }
                try await test.other.remove(Key("a"))
                #expect(try await test.store.record(Key("a")) == nil)
            }
        }
    }

    @Test(arguments: Implementation.allCases)
    func concurrentWritersLoseNoIncrement(_ implementation: Implementation) async throws {
        try await StoreUnderTest.run(implementation) { test in
            let stores = [test.store, test.other]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<4 {
                    group.addTask { try await increment(Key("n"), 25, in: stores[writer % 2]) }
                }
                try await group.waitForAll()
            }
            #expect(try await test.store.value(at: Key("n"), as: Int.self)?.value == 100)
        }
    }

    @Test(arguments: Implementation.allCases)
    func foldersHoldTheirKeysAndNoOthers(_ implementation: Implementation) async throws {
        try await StoreUnderTest.run(implementation) { test in
            let store = test.store
            let keys = [
                Key("a"), Key("a", "b"), Key("a", "b", "c"), Key("a", "b-d"), Key("a-b"),
                Key("a.b", "c"), Key("a0"), Key("ab"), Key("b"), Key("a", "é/%"),
            ]
            for key in keys { try await store.put(key, "x") }
            let inA = try await store.read([Key("a")]).records.map(\.key)
            #expect(inA == keys.filter { $0.lies(in: Key("a")) }.sorted())
            let mixed = try await store.read([Key("a", "b"), Key("a-b"), Key("a")]).records
            #expect(mixed.map(\.key) == (inA + [Key("a-b")]).sorted())
            #expect(try await store.read([Key()]).records.map(\.key) == keys.sorted())
            #expect(try await store.read([Key("missing")]).records.isEmpty)
        }
    }

    private func increment(_ key: Key, _ times: Int, in store: any Store) async throws {
        var done = 0
        while done < times {
            let found = try await store.value(at: key, as: Int.self)
            let condition =
                found.map { Precondition.unchanged(key, version: $0.version) } ?? .absent(key)
            do {
                try await store.commit(
                    Transaction([.put(key, (found?.value ?? 0) + 1)], if: [condition]))
                done += 1
            } catch {
                guard case .conflict = error else { throw error }
            }
        }
    }
}
