import Model
import Store

/// The one thread, clock, store and source of chance that all parts of a run share.
final class Environment {
    let scenario: Scenario
    let mutation: Mutation?
    let store: MemoryStore
    var generator: Generator
    private(set) var violation: Violation?
    /// Whether faults are over.
    var isCalm = false
    /// Sees everything, and is seen by nobody but the end of the run.
    var auditor: Auditor?

    private let clock = SteadyClock()
    private let trace: Trace
    private var agenda = Agenda()
    private var subscriptions: [Subscription] = []
    private var audited = Cursor(revision: 0)
    private var hasChanged = false
    private(set) var events = 0

    /// When runs begin, on the wall.
    static let epoch: Int64 = 1_700_000_000_000

    init(_ scenario: Scenario, seed: UInt64, mutation: Mutation?, trace: Trace) {
        self.scenario = scenario
        self.mutation = mutation
        self.trace = trace
        generator = Generator(seed: seed)
        store = MemoryStore { [clock] in clock.now }
    }

    var now: Int64 { clock.now }

    func note(_ who: String, _ what: @autoclosure () -> String) {
        trace.note(who, what(), at: now)
    }

    /// The first violation is the one that counts.
    func violate(_ invariant: String, _ text: String) {
        guard violation == nil else { return }
        violation = Violation(invariant: invariant, text: text, at: now)
        note("VIOLATION", "\(invariant) \(text)")
    }
}

// MARK: - Time

extension Environment {
    func after(_ milliseconds: Int64, _ action: @escaping () -> Void) {
        agenda.add(at: now + max(0, milliseconds), action)
    }

    /// Does the next thing; `false` when there is none before `limit`.
    func step(until limit: Int64) -> Bool {
        let due = agenda.nextDue ?? .max
        // Leases end when their time is over, not when somebody looks.
        if let expiry = store.nextExpiry, expiry <= min(due, limit) {
            clock.advance(to: max(now, expiry))
            store.expireLeases(at: now)
            audit(by: "lease")
        } else {
            guard due <= limit, let action = agenda.next() else { return false }
            clock.advance(to: due)
            action()
        }
        events += 1
        deliver()
        auditor?.look()
        return true
    }

    /// Lets time pass up to `instant` after everything before it has been done.
    func pass(to instant: Int64) {
        if instant > now { clock.advance(to: instant) }
    }

    func end() {
        agenda.removeAll()
        subscriptions = []
        auditor = nil
    }
}

// MARK: - Chance

extension Environment {
    func pick(_ range: ClosedRange<Int64>) -> Int64 {
        Int64.random(in: range, using: &generator)
    }

    func pick<Element>(from elements: [Element]) -> Element? {
        elements.randomElement(using: &generator)
    }

    /// True in `percent` of all cases.
    func happens(percent: Int64) -> Bool {
        pick(1...100) <= percent
    }

    func has(_ fault: Fault) -> Bool {
        !isCalm && scenario.faults.contains(fault)
    }

    func strikes(_ fault: Fault, percent: Int64) -> Bool {
        has(fault) && happens(percent: percent)
    }

    /// How long a small job takes.
    func delay() -> Int64 {
        has(.partsAreSlow) && happens(percent: 20) ? pick(200...2500) : pick(1...30)
    }
}

// MARK: - Store

extension Environment {
    func commit(_ transaction: Transaction, by who: String) throws(StoreError) -> Cursor {
        let after = try store.commit(transaction)
        audit(by: who)
        return after
    }

    func revoke(_ lease: LeaseID, by who: String) throws(StoreError) {
        try store.revoke(lease)
        audit(by: who)
    }

    func subscribe(_ subscription: Subscription) {
        subscriptions.append(subscription)
    }

    func unsubscribe(_ subscription: Subscription) {
        subscriptions.removeAll { $0 === subscription }
    }

    /// Shows the auditor what has just been written.
    private func audit(by who: String) {
        guard let batch = try? store.changes(in: Key.everything, after: audited) else { return }
        guard !batch.changes.isEmpty else { return }
        audited = batch.cursor
        hasChanged = true
        for change in batch.changes { note(who, change.summary) }
        auditor?.committed(batch, by: who)
    }

    private func deliver() {
        guard hasChanged else { return }
        hasChanged = false
        for subscription in subscriptions { subscription.arrange() }
    }
}

extension Key {
    /// Every folder that Teal keeps.
    static let everything: [Key] = [
        .clusters, .taskDefinitions, .services, .serviceRevisions, .loadBalancers, .listeners,
        .rules, .targetGroups, .namespaces, .deployments, .tasks, .leader, .generations,
        Key("parts"), .directory, .events, Key("history"), .containerInstances, .taskStates,
        .balancers, Key("live"),
    ]
}
