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
    /// The record by which the last commit will be seen, and the version that it had before.
    private var awaited: (key: Key, version: UInt64?)?
    private var isStale = false

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
        guard !plan.actions.isEmpty else { return Pass(deadline: plan.deadline) }
        let transaction = try Applier.transaction(for: plan.actions, by: leader, on: mirror)
        return Pass(transaction: transaction, deadline: plan.deadline)
    }

    /// Says that `transaction` was committed: the next pass waits until a watch has shown it.
    package mutating func committed(_ transaction: Transaction) {
        // A put changes its key's version for certain; a removal may have found nothing to remove.
        for case .put(let key, _, _) in transaction.writes {
            awaited = (key, mirror.versions[key])
            return
        }
        for case .remove(let key) in transaction.writes where mirror.versions[key] != nil {
            awaited = (key, mirror.versions[key])
            return
        }
    }

    /// Says that a commit met a record that has changed: the next pass waits for the watch.
    package mutating func conflicted() {
        isStale = true
    }
}
