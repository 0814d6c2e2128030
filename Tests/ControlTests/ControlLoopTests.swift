import Control
import Model
import Store
import Testing

/// The loop itself, in real time over the memory store.
@Suite(.timeLimit(.minutes(1)))
struct ControlLoopTests {
    private func loop(_ holder: String, _ store: MemoryStore) -> ControlLoop {
        var options = ControlLoop.Options(holder: holder)
        options.leaseMilliseconds = 1_000
        return ControlLoop(options: options, store: store, logger: silent)
    }

    /// Waits for a record to satisfy `predicate`, woken by the store.
    private func wait<Value: Decodable & Sendable>(
        for type: Value.Type, at key: Key, in store: MemoryStore,
        until predicate: (Value) -> Bool
    ) async throws -> Value {
        let snapshot = try store.read([key])
        for record in snapshot.records where record.key == key {
            let value = try record.decode(type)
            if predicate(value) { return value }
        }
        for try await batch in store.watch([key], from: snapshot.cursor) {
            for case .put(let record) in batch.changes {
                let value = try record.decode(type)
                if predicate(value) { return value }
            }
        }
        throw CancellationError()
    }

    @Test func actsOnWhatTheStoreSays() async throws {
        let store = MemoryStore()
        let running = _Concurrency.Task { await loop("a", store).run() }
        defer { running.cancel() }
        try store.commit(
            Transaction([
                .put(
                    .loadBalancer("default"),
                    LoadBalancer(name: "default", createdAt: .zero))
            ]))
        let generation = try await wait(
            for: Generation.self, at: .generation("default"), in: store
        ) { _ in true }
        #expect(generation.number == 1)
        #expect(generation.term == 1)
        let listener = Listener(
            name: "http", loadBalancer: "default", address: "127.0.0.1", port: 80,
            defaultAction: .forward([]))
        try store.commit(Transaction([.put(.listener("http"), listener)]))
        _ = try await wait(for: Generation.self, at: .generation("default"), in: store) {
            $0.number == 2
        }
        // The part that the first generation named is gone.
        #expect(try store.read([.parts("default")]).records.count == 1)
    }

    @Test func anotherTakesOverUnderTheNextTerm() async throws {
        let store = MemoryStore()
        let first = _Concurrency.Task { await loop("a", store).run() }
        _ = try await wait(for: Leader.self, at: .leader, in: store) { $0.holder == "a" }
        let second = _Concurrency.Task { await loop("b", store).run() }
        defer { second.cancel() }
        first.cancel()
        let leader = try await wait(for: Leader.self, at: .leader, in: store) { $0.holder == "b" }
        #expect(leader.term == 2)
        await first.value
    }

    @Test func restartedHolderNeedNotWaitForItsFormerSelf() async throws {
        let store = MemoryStore()
        let lease = try store.grantLease(milliseconds: 1 << 40)
        let former = Leader(term: 7, holder: "a")
        try store.commit(Transaction([.put(.liveLeader, former, lease: lease)]))
        try store.commit(Transaction([.put(.leader, former)]))
        let running = _Concurrency.Task { await loop("a", store).run() }
        defer { running.cancel() }
        let leader = try await wait(for: Leader.self, at: .leader, in: store) { $0.term > 7 }
        #expect(leader == Leader(term: 8, holder: "a"))
    }

    @Test func deposedLeaderWritesNothingMore() throws {
        let rehearsal = try Rehearsal()
        try rehearsal.settle()
        try rehearsal.store.commit(
            Transaction([.put(.leader, Leader(term: 2, holder: "other"))]))
        try rehearsal.deploy("good")
        #expect(throws: StoreError.conflict(.leader)) { try rehearsal.settle() }
        #expect(try rehearsal.deployment("d1").status == .pending)
    }
}
