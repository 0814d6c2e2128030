package import Logging
package import Model
package import Planning
package import Store

/// The control loop without its loop: what it knows, and one pass at a time.
///
/// It never suspends and has no clock, so that a simulator drives it as `ControlLoop` does: feed it
/// what the store delivers, ask for a pass, commit its transaction, say that it was committed.
package struct Controller {
    /// The folders to read and to watch for `observe`.
    package static var folders: [Key] { Mirror.folders }

    private var mirror: Mirror
    private var generator: Generator
    private let policy: Policy
    /// By which the last transaction of a pass will be seen, once it is committed.
    private var witness: Witness?
    /// The witness of what was committed and not yet seen.
    private var awaited: Witness?
    private var isStale = false

    /// A record that a transaction changes, and the version that it has before.
    private struct Witness {
        let key: Key
        let version: UInt64?
    }

    package init(
        snapshot: Snapshot, at now: Instant, generator: Generator, policy: Policy = Policy(),
        logger: Logger
    ) {
        mirror = Mirror(of: snapshot, at: now, logger: logger)
        self.generator = generator
        self.policy = policy
    }

    package var world: World { mirror.world }

    /// Takes in what a watch delivered.
    package mutating func observe(_ batch: Batch, at now: Instant) {
        mirror.observe(batch.changes, at: now)
        isStale = false
        if let awaited, mirror.versions[awaited.key] != awaited.version { self.awaited = nil }
    }

    /// What to commit now, and when to ask again although nothing was observed.
    package struct Pass {
        /// `nil` when there is nothing to do.
        package var transaction: Transaction?
        package var deadline: Instant?
        /// The hooks that should be being called now; `nil` when this pass did not decide.
        package var calls: [HookCall]?
    }

    /// Holds as long as the leader that this has seen last leads.
    package var leadership: Precondition {
        mirror.versions[.leader].map { .unchanged(.leader, version: $0) } ?? .absent(.leader)
    }

    /// Decides as `leader`; throws `.conflict` when the store knows another one, and `.malformed`.
    ///
    /// Until the last commit has been observed it decides nothing: it would decide the same again.
    package mutating func pass(
        at now: Instant, as leader: Leader
    ) throws(StoreError) -> Pass {
        guard mirror.leader == leader else { throw .conflict(.leader) }
        guard awaited == nil, !isStale else { return Pass() }
        let plan = plan(mirror.world, at: now, using: &generator, policy: policy)
        guard !plan.actions.isEmpty else { return Pass(deadline: plan.deadline, calls: plan.calls) }
        let transaction = try Applier.transaction(for: plan.actions, by: leader, on: mirror)
        witness = transaction.writes.first { $0.isSure(to: mirror) }
            .map { Witness(key: $0.key, version: mirror.versions[$0.key]) }
        return Pass(transaction: transaction, deadline: plan.deadline, calls: plan.calls)
    }

    /// Says that the last pass's transaction was committed: the next pass waits until a watch has
    /// shown it, if none has yet.
    package mutating func committed(_ transaction: Transaction) {
        guard let witness, mirror.versions[witness.key] == witness.version else { return }
        awaited = witness
    }

    /// Says that a commit met a record that has changed: the next pass waits for the watch.
    package mutating func conflicted() {
        isStale = true
    }
}

extension Write {
    /// Whether it certainly changes something: a removal may find nothing to remove.
    fileprivate func isSure(to mirror: Mirror) -> Bool {
        switch self {
        case .put: true
        case .remove(let key): mirror.versions[key] != nil
        }
    }
}
