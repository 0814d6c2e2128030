import Control
import Logging
import Model
import Planning
import Store

/// The production's controller, driven as its own loop drives it.
final class ControllerProcess: Program {
    private var reign: Reign?
    private var controller: Controller?
    private var inbox: [Batch] = []
    private var isBusy = false
    private var alarm = 0
    private var calling: Set<HookCall.ID> = []
    /// How far this process's clock is from everybody else's.
    private var skew: Int64 = 0

    private struct Reign {
        let leader: Leader
        let lease: LeaseID
    }

    private static let leaseMilliseconds: Int64 = 5000
    private static let retryMilliseconds: Int64 = 500
    static let skewMillisecondsMax: Int64 = 90_000

    var isLeading: Bool { reign != nil }

    private var instant: Instant {
        Instant(milliseconds: Environment.epoch + environment.now + skew)
    }

    override func didStart() {
        let most = ControllerProcess.skewMillisecondsMax
        skew = environment.has(.clocksJump) ? environment.pick(-most...most) : 0
        campaign()
    }

    override func didDie() {
        reign = nil
        retire()
    }

    private func retire() {
        controller = nil
        inbox = []
        isBusy = false
        alarm += 1
        calling = []
        link.close()
    }
}

// MARK: - Leading

extension ControllerProcess {
    private func campaign() {
        after(environment.delay()) { [self] in
            do {
                try stand()
            } catch {
                after(ControllerProcess.retryMilliseconds) { [self] in campaign() }
            }
        }
    }

    private func stand() throws(StoreError) {
        let records = try link.read([.liveLeader, .leader]).records
        let live = records.first { $0.key == .liveLeader }
        let durable = records.first { $0.key == .leader }
        if let live, try live.decode(Leader.self).holder != name {
            return after(ControllerProcess.retryMilliseconds) { [self] in campaign() }
        }
        let term = try durable?.decode(Leader.self).term ?? 0
        let leader = Leader(term: term + 1, holder: name)
        let lease = try link.grantLease(milliseconds: ControllerProcess.leaseMilliseconds)
        try link.commit(
            Transaction([.put(.liveLeader, leader, lease: lease)], if: [.same(live, .liveLeader)]))
        after(environment.delay()) { [self] in
            do {
                try link.commit(
                    Transaction([.put(.leader, leader)], if: [.same(durable, .leader)]))
                govern(Reign(leader: leader, lease: lease))
            } catch {
                try? link.revoke(lease)
                after(ControllerProcess.retryMilliseconds) { [self] in campaign() }
            }
        }
    }

    private func govern(_ reign: Reign) {
        note("leads in term \(reign.leader.term)")
        self.reign = reign
        keep(reign)
        follow()
    }

    private func keep(_ reign: Reign) {
        after(ControllerProcess.leaseMilliseconds / 3) { [self] in
            guard self.reign?.leader == reign.leader else { return }
            do throws(StoreError) {
                try link.renew(reign.lease)
            } catch .unavailable {
                // The next try may still be in time.
            } catch {
                if environment.mutation != .writesWithoutATerm { return abdicate() }
            }
            keep(reign)
        }
    }

    private func abdicate() {
        guard let reign else { return }
        note("no longer leads")
        self.reign = nil
        retire()
        try? link.revoke(reign.lease)
        campaign()
    }
}

// MARK: - Deciding

extension ControllerProcess {
    private func follow() {
        retire()
        link.open(
            Subscription(
                Controller.folders, of: self, onSnapshot: { [self] in begin(with: $0) },
                onBatch: { [self] in receive($0) }))
    }

    private func begin(with snapshot: Snapshot) {
        // What was decided on an older mirror is not committed any more.
        alarm += 1
        inbox = []
        isBusy = false
        controller = Controller(
            snapshot: environment.seen(snapshot), at: instant,
            generator: Generator(seed: environment.generator.next()),
            policy: environment.scenario.policy,
            logger: Logger(label: name) { _ in SwiftLogNoOpLogHandler() })
        act()
    }

    private func receive(_ batch: Batch) {
        inbox.append(environment.seen(batch))
        act()
    }

    private func act() {
        guard !isBusy, let leader = reign?.leader, controller != nil else { return }
        for batch in inbox { controller?.observe(batch, at: instant) }
        inbox = []
        do {
            guard let pass = try controller?.pass(at: instant, as: leader) else { return }
            if let calls = pass.calls { call(calls) }
            if let transaction = pass.transaction {
                commit(transaction)
            } else {
                sleep(until: pass.deadline)
            }
        } catch {
            note("cannot decide: \(error)")
            abdicate()
        }
    }

    private func sleep(until deadline: Instant?) {
        alarm += 1
        guard let deadline else { return }
        let mine = alarm
        after(max(1, deadline.milliseconds(since: instant))) { [self] in
            if alarm == mine { act() }
        }
    }

    private func commit(_ transaction: Transaction) {
        isBusy = true
        let current = alarm
        after(environment.delay()) { [self] in
            guard isBusy, alarm == current else { return }
            if environment.strikes(.controllerDiesBeforeCommit, percent: 1) { return kill() }
            send(transaction)
        }
    }

    private func send(_ transaction: Transaction) {
        var transaction = transaction
        if environment.mutation == .writesWithoutATerm { transaction.preconditions = [] }
        do {
            try link.commit(transaction)
            if environment.strikes(.controllerDiesAfterCommit, percent: 1) { return kill() }
            controller?.committed(transaction)
            isBusy = false
            act()
        } catch {
            isBusy = false
            note("is refused: \(error)")
            recover(from: error)
        }
    }

    private func recover(from error: StoreError) {
        switch error {
        case .conflict(.leader): abdicate()
        case .conflict:
            controller?.conflicted()
            act()
        default:
            retire()
            after(ControllerProcess.retryMilliseconds) { [self] in
                if reign != nil, controller == nil { follow() }
            }
        }
    }
}

// MARK: - Hooks

extension ControllerProcess {
    /// What `HookCaller` does: each call once a life, its answer under this leader's term.
    private func call(_ calls: [HookCall]) {
        calling.formIntersection(calls.map(\.id))
        guard let leadership = controller?.leadership else { return }
        for call in calls where calling.insert(call.id).inserted {
            environment.auditor?.called(call)
            let chance = environment.pick(1...100)
            let answer =
                chance <= 25
                ? call.id.answer(.inProgress)
                : call.id.answer(chance <= 28 ? .failed : .succeeded, reason: "by chance")
            after(environment.pick(1...2000)) { [self] in
                reply(answer, to: call.id, while: leadership)
            }
        }
    }

    private func reply(_ answer: HookAnswer, to call: HookCall.ID, while leadership: Precondition) {
        guard calling.contains(call) else { return }
        var answer = answer
        if answer.status == .inProgress { answer.callBackDelayMilliseconds = 1000 }
        do {
            let key = Key.hookAnswer(answer.execution, of: answer.deployment)
            try link.commit(Transaction([.put(key, answer)], if: [leadership]))
        } catch StoreError.conflict {
            // Whoever leads now calls again.
        } catch {
            after(ControllerProcess.retryMilliseconds) { [self] in
                reply(answer, to: call, while: leadership)
            }
        }
    }
}

extension Precondition {
    fileprivate static func same(_ record: Record?, _ key: Key) -> Precondition {
        record.map { .unchanged(key, version: $0.version) } ?? .absent(key)
    }
}
