import Model
import Store

/// The protocol of a name server: answers from what it has applied, and says how far that is.
///
/// It answers only once the store knows of it and it has looked again after that: from then on the
/// control loop waits for it, and it misses nothing.
final class Nameserver: Program {
    private var entries: [Key: DirectoryEntry] = [:]
    private var applied: UInt64 = 0
    private var lease: LeaseHold?
    private var confirmed: LeaseID?
    private var isReporting = false

    private static let leaseMilliseconds: Int64 = 4000
    private static let retryMilliseconds: Int64 = 250

    /// Whether the control loop waits for it, so that its answers are good for a time to live.
    var isCurrent: Bool {
        guard isRunning, !isPaused, let lease, lease.isHeld else { return false }
        return confirmed == lease.lease
    }

    func instances(of service: ServiceName) -> [DirectoryInstance] {
        entries.values.filter { $0.service == service }.flatMap(\.instances)
            .sorted { $0.id < $1.id }
    }

    override func didStart() {
        link.open(
            Subscription(
                [.directory], of: self, onSnapshot: { [self] in replace(with: $0) },
                onBatch: { [self] in apply($0.changes, $0.cursor) }))
    }

    override func didDie() {
        entries = [:]
        applied = 0
        lease = nil
        confirmed = nil
        isReporting = false
    }

    private func replace(with snapshot: Snapshot) {
        entries = [:]
        apply(snapshot.records.map(Change.put), snapshot.cursor)
        guard lease == nil else { return }
        let lease = LeaseHold(of: self, milliseconds: Nameserver.leaseMilliseconds) { [self] _ in
            report()
        }
        self.lease = lease
        lease.keep()
    }

    private func apply(_ changes: [Change], _ cursor: Cursor) {
        guard cursor.revision >= applied else { return }
        for change in changes {
            switch change {
            case .put(let record): entries[record.key] = try? record.decode()
            case .removed(let key): entries[key] = nil
            }
        }
        applied = cursor.revision
        report()
    }

    private func report() {
        guard !isReporting, lease?.lease != nil else { return }
        isReporting = true
        after(environment.delay()) { [self] in
            isReporting = false
            guard let lease = lease?.lease else { return }
            let report = NameserverReport(id: name, appliedRevision: applied)
            do {
                try link.commit(Transaction([.put(.liveNameserver(name), report, lease: lease)]))
                try confirm(lease)
            } catch {
                after(Nameserver.retryMilliseconds) { [self] in self.report() }
            }
        }
    }

    private func confirm(_ lease: LeaseID) throws(StoreError) {
        guard confirmed != lease else { return }
        let snapshot = try link.read([.directory])
        confirmed = lease
        replace(with: snapshot)
    }
}
