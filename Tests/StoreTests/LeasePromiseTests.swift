import Store
import Testing

/// Promise 8: leases end in time, not earlier, and take their records with them.
@Suite struct LeasePromiseTests {
    private let folder = Key("live", "agents")
    private let key = Key("live", "agents", "one")

    @Test(arguments: Implementation.allCases)
    func recordsLiveToTheLastMillisecond(_ implementation: Implementation) async throws {
        try await StoreUnderTest.run(implementation) { test in
            let lease = try await test.store.grantLease(milliseconds: 500)
            try await test.store.put(key, "x", lease: lease)
            test.advance(milliseconds: 500)
            // Any commit would do as an occasion to end leases, were one due.
            try await test.store.put(Key("a"), "x")
            #expect(try await test.store.record(key) != nil)
            try await test.store.renew(lease)
            test.advance(milliseconds: 500)
            try await test.store.put(key, "y", lease: lease)
            test.advance(milliseconds: 1)
            await #expect(throws: StoreError.leaseExpired(lease)) {
                try await test.store.renew(lease)
            }
            await #expect(throws: StoreError.leaseExpired(lease)) {
                try await test.store.put(key, "z", lease: lease)
            }
            try await test.untilEmpty(folder)
        }
    }

    @Test(arguments: Implementation.allCases)
    func watchesAreToldOfTheEnd(_ implementation: Implementation) async throws {
        try await StoreUnderTest.run(implementation) { test in
            let lease = try await test.store.grantLease(milliseconds: 500)
            try await test.store.put(key, "x", lease: lease)
            try await test.store.put(Key("live", "agents", "two"), "x", lease: lease)
            let cursor = try await test.store.cursor()
            var watch = test.other.watch([folder], from: cursor).makeAsyncIterator()
            test.advance(milliseconds: 501)
            let batch = try #require(await watch.next())
            #expect(
                batch.changes == [.removed(key), .removed(Key("live", "agents", "two"))])
        }
    }

    @Test(arguments: Implementation.allCases)
    func revokingRemovesAtOnce(_ implementation: Implementation) async throws {
        try await StoreUnderTest.run(implementation) { test in
            let lease = try await test.store.grantLease(milliseconds: 500)
            try await test.store.put(key, "x", lease: lease)
            try await test.other.revoke(lease)
            #expect(try await test.store.read([folder]).records.isEmpty)
            try await test.store.revoke(lease)
            await #expect(throws: StoreError.leaseExpired(lease)) {
                try await test.store.renew(lease)
            }
        }
    }

    @Test(arguments: Implementation.allCases)
    func aRecordBelongsToTheLeaseOfItsLastWrite(_ implementation: Implementation) async throws {
        try await StoreUnderTest.run(implementation) { test in
            let (first, second) = (
                try await test.store.grantLease(milliseconds: 500),
                try await test.store.grantLease(milliseconds: 500)
            )
            #expect(first != second)
            try await test.store.put(key, "x", lease: first)
            try await test.store.put(key, "y", lease: second)
            try await test.store.revoke(first)
            #expect(try await test.store.record(key)?.text == "y")
            try await test.store.revoke(second)
            #expect(try await test.store.record(key) == nil)
        }
    }

    @Test func realLeasesEndByThemselves() async throws {
        let store: any Store = MemoryStore()
        let start = ContinuousClock.now
        let lease = try await store.grantLease(milliseconds: 50)
        try await store.put(key, "x", lease: lease)
        try await until("the lease ends") { try await store.record(key) == nil }
        #expect(ContinuousClock.now - start >= .milliseconds(50))
    }
}
