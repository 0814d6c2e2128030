package import Logging
import Model
package import Planning
package import Store

/// Keeps the world as its users want it: leads or waits to lead, plans at every change, commits.
///
/// It sleeps until a record changes or a decision falls due; there is no tick. All it knows is in
/// the store: it may be killed at any point, and another one goes on.
package struct ControlLoop: Sendable {
    package struct Options: Sendable {
        /// Names this controller among others; the same after a restart.
        package var holder: String
        /// How long others wait for a leader that is silent.
        package var leaseMilliseconds: Int64 = 5_000
        package var policy = Policy()

        package init(holder: String) {
            self.holder = holder
        }
    }

    private let options: Options
    private let store: any Store
    private let logger: Logger
    private let clock = SteadyClock()

    package init(options: Options, store: any Store, logger: Logger) {
        self.options = options
        self.store = store
        self.logger = logger
    }

    /// Runs until its task is cancelled; whatever the store throws is tried again.
    package func run() async {
        let leadership = Leadership(
            store: store, holder: options.holder, leaseMilliseconds: options.leaseMilliseconds,
            logger: logger)
        while !_Concurrency.Task.isCancelled {
            do {
                let reign = try await leadership.win()
                await govern(reign, leadership)
                try? await store.revoke(reign.lease)
            } catch is CancellationError {
                return
            } catch {
                await pause(after: error)
            }
        }
    }

    /// Leads until the lease is lost or somebody else leads.
    private func govern(_ reign: Leadership.Reign, _ leadership: Leadership) async {
        await withTaskGroup { group in
            group.addTask { await leadership.keep(reign) }
            group.addTask { while await decide(as: reign.leader) {} }
            await group.next()
            group.cancelAll()
        }
    }

    /// One life of a mirror, from its snapshot on; returns whether to begin a new one.
    private func decide(as leader: Leader) async -> Bool {
        do {
            let snapshot = try await store.read(Controller.folders)
            let controller = Controller(
                snapshot: snapshot, at: clock.now,
                generator: Generator(seed: .random(in: .min ... .max)), policy: options.policy,
                logger: logger)
            let watch = store.watch(Controller.folders, from: snapshot.cursor)
            try await follow(watch, controller, as: leader)
            return false
        } catch StoreError.conflict(.leader) {
            logger.notice("Somebody else leads.")
            return false
        } catch StoreError.compacted {
            return true
        } catch is CancellationError {
            return false
        } catch {
            await pause(after: error)
            return !_Concurrency.Task.isCancelled
        }
    }

    /// A pass per wake-up, however much has changed.
    private func follow(
        _ watch: Watch, _ controller: Controller, as leader: Leader
    ) async throws {
        var controller = controller
        let inbox = Inbox()
        var caller = HookCaller(store: store, clock: clock, logger: logger)
        defer { caller.stop() }
        try await withThrowingTaskGroup { group in
            group.addTask { await inbox.fill(from: watch) }
            defer { group.cancelAll() }
            while true {
                let deadline = try await act(&controller, &caller, as: leader)
                let wait = deadline.map { max(0, $0.milliseconds(since: clock.now)) }
                guard let batch = try await inbox.next(within: wait) else { continue }
                controller.observe(batch, at: clock.now)
            }
        }
    }

    private func act(
        _ controller: inout Controller, _ caller: inout HookCaller, as leader: Leader
    ) async throws(StoreError) -> Instant? {
        let pass = try controller.pass(at: clock.now, as: leader)
        if let calls = pass.calls { caller.keep(calls, while: controller.leadership) }
        guard let transaction = pass.transaction else { return pass.deadline }
        do {
            try await store.commit(transaction)
            controller.committed(transaction)
        } catch .conflict(let key) where key != .leader {
            logger.debug("Planning again: a record has changed.", metadata: ["key": "\(key)"])
            controller.conflicted()
        }
        // What the watch brings next is the reason for the next pass.
        return nil
    }

    private func pause(after error: any Error) async {
        logger.warning("The store failed; trying again.", metadata: ["error": "\(error)"])
        try? await _Concurrency.Task.sleep(for: .milliseconds(ControlLoop.pauseMilliseconds))
    }

    private static let pauseMilliseconds = 500
}
