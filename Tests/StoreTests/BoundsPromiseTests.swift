import Store
import Testing

/// Promise 9: what is too large or malformed is refused, and up to the limit everything is taken.
@Suite struct BoundsPromiseTests {
    @Test(arguments: Implementation.allCases)
    func valuesUpToTheLimit(_ implementation: Implementation) async throws {
        try await StoreUnderTest.run(implementation) { test in
            let largest = [UInt8](repeating: 0x20, count: Limits.valueBytesMax)
            try await test.store.commit(
                Transaction([.put(Key("a"), value: largest, lease: nil)]))
            #expect(try await test.store.record(Key("a"))?.value == largest)
            let error = StoreError.tooLarge(Key("a"), bytes: Limits.valueBytesMax + 1)
            await #expect(throws: error) {
                try await test.store.commit(
                    Transaction([.put(Key("a"), value: largest + [0x20], lease: nil)]))
            }
            try await test.store.commit(Transaction([.put(Key("a"), value: [], lease: nil)]))
            #expect(try await test.store.record(Key("a"))?.value == [])
        }
    }

    @Test(arguments: Implementation.allCases)
    func transactionsUpToTheLimit(_ implementation: Implementation) async throws {
        try await StoreUnderTest.run(implementation) { test in
            var writes = try (0..<Limits.writesMax).map { try Write.put(Key("k", "\($0)"), 1) }
            try await test.store.commit(Transaction(writes))
            #expect(try await test.store.read([Key("k")]).records.count == Limits.writesMax)
            writes.append(try .put(Key("k", "over"), 1))
            await #expect(throws: StoreError.tooLarge(Key("k", "over"), bytes: writes.count)) {
                try await test.store.commit(Transaction(writes))
            }
            let conditions = (0...Limits.writesMax).map { Precondition.absent(Key("c", "\($0)")) }
            try await test.store.commit(Transaction(if: conditions.dropLast()))
            await #expect(throws: StoreError.tooLarge(conditions[Limits.writesMax].key, bytes: 0)) {
                try await test.store.commit(Transaction(if: conditions))
            }
        }
    }

    @Test(arguments: Implementation.allCases)
    func transactionBytesUpToTheLimit(_ implementation: Implementation) async throws {
        try await StoreUnderTest.run(implementation) { test in
            let value = [UInt8](repeating: 0x20, count: Limits.valueBytesMax)
            var writes = (0..<(Limits.transactionBytesMax / value.count)).map {
                Write.put(Key("k", "\($0)"), value: value, lease: nil)
            }
            try await test.store.commit(Transaction(writes))
            writes.append(.put(Key("over"), value: [0x20], lease: nil))
            let error = StoreError.tooLarge(Key("over"), bytes: Limits.transactionBytesMax + 1)
            await #expect(throws: error) {
                try await test.store.commit(Transaction(writes))
            }
        }
    }

    @Test(arguments: [
        Key(path: ""), Key(path: "a"), Key(path: "/"), Key(path: "/a/"), Key(path: "//a"),
        Key(path: "/a//b"), Key(path: "/é"), Key(path: "/a\n"), Key("a", ""),
        Key(String(repeating: "x", count: Limits.keyBytesMax)),
    ])
    func malformedKeysAreRefused(_ key: Key) async throws {
        for implementation in Implementation.allCases {
            try await StoreUnderTest.run(implementation) { test in
                await expectInvalid(Transaction([.put(key, value: [], lease: nil)]), test.store)
                await expectInvalid(Transaction(if: [.absent(key)]), test.store)
            }
        }
    }

    @Test(arguments: Implementation.allCases)
    func defectsOfTheCallerAreRefused(_ implementation: Implementation) async throws {
        try await StoreUnderTest.run(implementation) { test in
            let store = test.store
            let lease = try await store.grantLease(milliseconds: 1000)
            let live = Key("live", "a")
            let longest = Key(String(repeating: "x", count: Limits.keyBytesMax - 1))
            try await store.put(longest, "x")
            await expectInvalid(Transaction([.put(live, value: [], lease: nil)]), store)
            await expectInvalid(Transaction([.put(Key("a"), value: [], lease: lease)]), store)
            await expectInvalid(Transaction([.remove(Key("a")), .remove(Key("a"))]), store)
            await expectInvalid(
                Transaction([.put(live, value: [], lease: lease), .remove(Key("a"))]), store)
            #expect(try await store.read([Key()]).records.map(\.key) == [longest])
        }
    }

    @Test(arguments: Implementation.allCases)
    func removingNothingIsNoChange(_ implementation: Implementation) async throws {
        try await StoreUnderTest.run(implementation) { test in
            let cursor = try await test.store.cursor()
            try await test.store.remove(Key("a"))
            try await test.store.commit(Transaction())
            #expect(try await test.store.cursor() == cursor)
        }
    }

    private func expectInvalid(_ transaction: Transaction, _ store: any Store) async {
        do {
            try await store.commit(transaction)
            Issue.record("\(transaction) was accepted")
        } catch {
            guard case .invalid(let reason) = error else {
                Issue.record("\(error) instead of .invalid")
                return
            }
            #expect(reason.hasSuffix("."))
        }
    }
}
