import Logging
import Loop
import Model
import Naming
import Store

/// Probes the instances that were registered by hand, in one name server at a time.
///
/// Who probes holds a lease; when it is gone another takes over, and begins with the verdicts that
/// are written. A verdict is written when it changes, and only by the holder.
struct Prober: Sendable {
    let id: String
    let intervalMilliseconds: Int64
    let store: any Store
    let counters: NameserverCounters
    let logger: Logger

    static let leaseMilliseconds: Int64 = 10_000
    private static let pause = Duration.seconds(1)
    private static let folders: [Key] = [
        .discoveryServices, .discoveryInstances, .instanceHealth,
    ]

    private struct Seat {
        let lease: LeaseID
        /// Every verdict is written on condition that nobody else has taken the seat.
        let condition: Precondition
    }

    /// Returns when its task is cancelled, and gives the seat up.
    func run() async {
        while !_Concurrency.Task.isCancelled {
            do {
                let seat = try await win()
                await hold(seat)
            } catch is CancellationError {
                return
            } catch {
                logger.warning("nobody probes yet", metadata: ["error": "\(error)"])
            }
            try? await _Concurrency.Task.sleep(for: Self.pause)
        }
    }

    /// Waits until nobody else probes.
    ///
    /// A holder that comes back takes its former self's place at once: nobody else has its name.
    private func win() async throws -> Seat {
        while true {
            let snapshot = try await store.read([.liveProber])
            let record = snapshot.records.first
            if let record, (try? record.decode(String.self)) != id {
                for try await batch in store.watch([.liveProber], from: snapshot.cursor) {
                    if case .removed = batch.changes.last { break }
                }
                try _Concurrency.Task.checkCancellation()
                continue
            }
            let lease = try await store.grantLease(milliseconds: Self.leaseMilliseconds)
            let vacant: Precondition =
                record.map { .unchanged(.liveProber, version: $0.version) } ?? .absent(.liveProber)
            do {
                try await store.commit(
                    Transaction([try .put(.liveProber, id, lease: lease)], if: [vacant]))
            } catch {
                try? await store.revoke(lease)
                guard case .conflict = error else { throw error }
                continue
            }
            guard let taken = try await store.read([.liveProber]).records.first else { continue }
            return Seat(
                lease: lease, condition: .unchanged(.liveProber, version: taken.version))
        }
    }

    /// Probes until the seat is lost, the store cannot be followed or the task is cancelled.
    private func hold(_ seat: Seat) async {
        logger.notice("probing registered instances")
        await withTaskGroup { group in
            group.addTask { await keep(seat) }
            group.addTask { await probe(seat) }
            await group.next()
            group.cancelAll()
        }
        // Its own task: the one that runs this may be cancelled.
        let store = store
        await _Concurrency.Task { try? await store.revoke(seat.lease) }.value
    }

    private func keep(_ seat: Seat) async {
        while !_Concurrency.Task.isCancelled {
            try? await _Concurrency.Task.sleep(for: .milliseconds(Self.leaseMilliseconds / 3))
            do {
                try await store.renew(seat.lease)
            } catch StoreError.leaseExpired {
                return
            } catch {
                continue
            }
        }
    }
}

// MARK: Probing

extension Prober {
    private enum Event: Sendable {
        case changed([Change])
        case probed(ProbeTarget, passed: Bool)
        /// A probe is due.
        case timeCame
        /// The store cannot be followed.
        case lost
    }

    /// Steady, and the same for all that one process decides.
    private static var now: Instant {
        Instant(milliseconds: Syscall.steadyMicroseconds() / 1000)
    }

    private func probe(_ seat: Seat) async {
        do {
            let thread = try LoopThread(name: "prober") { loop in ProbeRunner(loop: loop) }
            defer {
                thread.stop()
                thread.join()
            }
            let snapshot = try await store.read(Self.folders)
            var system = SystemRandomNumberGenerator()
            var records = ProbeRecords(
                using: Generator(seed: system.next()), intervalMilliseconds: intervalMilliseconds)
            records.apply(snapshot.records.map(Change.put), at: Self.now)
            await probe(&records, on: thread, from: snapshot.cursor, seat)
        } catch {
            logger.warning("probing ended", metadata: ["error": "\(error)"])
        }
    }

    private func probe(
        _ records: inout ProbeRecords, on thread: LoopThread<ProbeRunner>, from cursor: Cursor,
        _ seat: Seat
    ) async {
        let (events, inbox) = AsyncStream.makeStream(of: Event.self)
        let following = _Concurrency.Task { await follow(from: cursor, inbox) }
        var sleeping: _Concurrency.Task<Void, Never>?
        defer {
            following.cancel()
            sleeping?.cancel()
        }
        inbox.yield(.timeCame)
        for await event in events {
            guard await take(event, &records, seat) else { return }
            for target in records.schedule.due(at: Self.now) {
                thread.perform { runner in
                    runner.probe(target) {
                        inbox.yield(.probed(target, passed: $0))
                    }
                }
            }
            sleeping?.cancel()
            guard let deadline = records.schedule.deadline else { continue }
            let wait = max(1, deadline.milliseconds(since: Self.now))
            sleeping = _Concurrency.Task {
                try? await ContinuousClock().sleep(for: .milliseconds(wait))
                if !_Concurrency.Task.isCancelled { inbox.yield(.timeCame) }
            }
        }
    }

    private func follow(from cursor: Cursor, _ inbox: AsyncStream<Event>.Continuation) async {
        do {
            for try await batch in store.watch(Self.folders, from: cursor) {
                inbox.yield(.changed(batch.changes))
            }
        } catch {
            logger.warning(
                "registered instances are not followed", metadata: ["error": "\(error)"])
        }
        inbox.yield(.lost)
    }

    /// Returns false when there is nothing more to do in this seat.
    private func take(
        _ event: Event, _ records: inout ProbeRecords, _ seat: Seat
    ) async -> Bool {
        switch event {
        case .timeCame: return true
        case .lost: return false
        case .changed(let changes):
            records.apply(changes, at: Self.now)
            return true
        case .probed(let target, let passed):
            counters.probes.add(1)
            if !passed { counters.probesFailed.add(1) }
            let verdict = records.schedule.finish(target, passed: passed, at: Self.now)
            guard let verdict, verdict != records.written[target.id] else { return true }
            return await write(verdict, of: target, seat)
        }
    }

    /// What cannot be written now is tried again after the next probe. Returns false when somebody
    /// else has the seat.
    private func write(_ verdict: Bool, of target: ProbeTarget, _ seat: Seat) async -> Bool {
        let health = InstanceHealth(
            service: target.service, instance: target.instance, isHealthy: verdict)
        let key = Key.instanceHealth(target.instance, of: target.service)
        do {
            try await store.commit(Transaction([try .put(key, health)], if: [seat.condition]))
            return true
        } catch StoreError.conflict {
            return false
        } catch {
            logger.warning(
                "a verdict was not written",
                metadata: ["instance": "\(target.instance)", "error": "\(error)"])
            return true
        }
    }
}
