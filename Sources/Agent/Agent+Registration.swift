import Logging
import Model
import Store

/// Being known: the container instance's record, and a lease that says that we live.
extension Agent {
    static let retryMillisecondsMax: Int64 = 5000

    /// Follows the store's wishes until the task is cancelled, through every kind of failure.
    func follow() async {
        var pause: Int64 = 100
        while !_Concurrency.Task.isCancelled {
            do {
                try await register()
                let tasks = Key.tasks(in: options.cluster)
                let snapshot = try await store.read([tasks, .taskStates(in: options.cluster)])
                reconcile(with: snapshot)
                pause = 100
                for try await batch in store.watch([tasks], from: snapshot.cursor) {
                    for change in batch.changes { try await follow(change) }
                }
            } catch StoreError.compacted {
                logger.info("the agent fell behind the store's history and reads it all again")
                continue
            } catch {
                logger.warning("the agent lost the store and tries again: \(error)")
            }
            try? await _Concurrency.Task.sleep(for: .milliseconds(pause))
            pause = min(pause * 2, Agent.retryMillisecondsMax)
        }
    }

    /// Writes what this machine is. What others decide, its status, is left as it stands.
    ///
    /// Throws `.conflict` when someone decided just now: the caller tries again.
    private func register() async throws(StoreError) {
        let key = Key.containerInstance(id, in: options.cluster)
        let existing = try await store.value(at: key, as: ContainerInstance.self)
        let instance = described(after: existing?.value)
        guard instance != existing?.value else { return }
        let condition: Precondition =
            existing.map { .unchanged(key, version: $0.version) } ?? .absent(key)
        try await store.commit(Transaction([.put(key, instance)], if: [condition]))
        logger.info("registered as container instance \(id)")
    }

    private func described(after existing: ContainerInstance?) -> ContainerInstance {
        let machine = Machine.current()
        var instance = ContainerInstance(
            id: id, arn: options.realm.containerInstance(id, in: options.cluster),
            cluster: options.cluster, address: options.address, cpu: machine.cores * 1024,
            memory: machine.memoryMiB, registeredAt: existing?.registeredAt ?? clock.now,
            agentVersion: options.version)
        instance.attributes = (machine.attributes + options.attributes).sorted {
            ($0.name, $0.value ?? "") < ($1.name, $1.value ?? "")
        }
        // One that was deregistered and comes back is in service again.
        let status = existing?.status ?? .active
        instance.status = status == .inactive ? .active : status
        return instance
    }

    /// Holds the liveness record until the task is cancelled. It is not given back then: the next
    /// agent takes it over before it runs out, and nobody notices the change.
    func keepLease() async {
        while !_Concurrency.Task.isCancelled {
            do {
                let lease = try await store.grantLease(milliseconds: options.leaseMilliseconds)
                self.lease = lease
                let key = Key.liveAgent(id, in: options.cluster)
                try await store.commit(Transaction([.put(key, id, lease: lease)]))
                while true {
                    try await _Concurrency.Task.sleep(
                        for: .milliseconds(options.leaseMilliseconds / 3))
                    try await store.renew(lease)
                }
            } catch is CancellationError {
                return
            } catch {
                logger.warning("the agent's lease is lost and asked for again: \(error)")
                try? await _Concurrency.Task.sleep(for: .milliseconds(250))
            }
        }
    }
}
