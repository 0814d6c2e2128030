import Logging
import Model
import Store

/// How one of several controllers comes to decide.
///
/// The lease-bound record says that somebody leads; the durable one says who, and its version
/// guards every write. A leader that was paused for too long finds its writes refused.
struct Leadership {
    let store: any Store
    let holder: String
    let leaseMilliseconds: Int64
    let logger: Logger

    struct Reign {
        let leader: Leader
        let lease: LeaseID
    }

    /// Waits until nobody else leads, then takes the next term.
    ///
    /// A holder that comes back takes over from its former self at once: nobody else has its name,
    /// and the former self's writes fail.
    func win() async throws -> Reign {
        while true {
            let snapshot = try await store.read([.liveLeader, .leader])
            let live = snapshot.records.first { $0.key == .liveLeader }
            if let live, (try? live.decode(Leader.self))?.holder != holder {
                try await waitForVacancy(from: snapshot.cursor)
                continue
            }
            do {
                return try await take(after: live, snapshot.records.first { $0.key == .leader })
            } catch StoreError.conflict {
                continue
            }
        }
    }

    private func waitForVacancy(from cursor: Cursor) async throws {
        for try await batch in store.watch([.liveLeader], from: cursor) {
            if case .removed = batch.changes.last { return }
        }
        throw CancellationError()
    }

    private func take(after live: Record?, _ durable: Record?) async throws -> Reign {
        let term = try durable?.decode(Leader.self).term ?? 0
        let leader = Leader(term: term + 1, holder: holder)
        let lease = try await store.grantLease(milliseconds: leaseMilliseconds)
        do {
            try await store.commit(
                Transaction(
                    [.put(.liveLeader, leader, lease: lease)], if: [.expect(live, at: .liveLeader)])
            )
            try await store.commit(
                Transaction([.put(.leader, leader)], if: [.expect(durable, at: .leader)]))
        } catch {
            try? await store.revoke(lease)
            throw error
        }
        logger.notice("Leading.", metadata: ["term": "\(leader.term)", "holder": "\(holder)"])
        return Reign(leader: leader, lease: lease)
    }

    /// Renews the lease until it is lost.
    func keep(_ reign: Reign) async {
        while !_Concurrency.Task.isCancelled {
            do {
                try await _Concurrency.Task.sleep(for: .milliseconds(leaseMilliseconds / 3))
                try await store.renew(reign.lease)
            } catch StoreError.unavailable {
                continue
            } catch {
                return
            }
        }
    }
}

extension Precondition {
    fileprivate static func expect(_ record: Record?, at key: Key) -> Precondition {
        record.map { .unchanged(key, version: $0.version) } ?? .absent(key)
    }
}
