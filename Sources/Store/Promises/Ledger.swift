/// The store's promises as a value: no clock, no lock, no async.
///
/// `MemoryStore` puts it behind a mutex; a simulator may hold it directly. All times are
/// milliseconds on whatever steady clock the caller passes in.
package struct Ledger: Sendable {
    /// The number of the last commit that changed something; 0 before the first.
    package private(set) var revision: UInt64 = 0

    /// Sorted by key, so that a folder is a range.
    private var entries: [Entry] = []
    /// Which commit touched which key, oldest first; what each key became is in `entries`.
    private var log: [Touch] = []
    /// Touches up to this revision may be gone from the log.
    private var compacted: UInt64 = 0
    private var leases: [LeaseID: Lease] = [:]
    private var lastLease: UInt64 = 0
    private let historyMax: Int

    private struct Entry {
        var record: Record
        var lease: LeaseID?
    }

    private struct Touch {
        let revision: UInt64
        let key: Key
    }

    private struct Lease {
        let milliseconds: Int64
        /// The last moment of its life.
        var deadline: Int64
        var keys: Set<Key> = []
    }

    /// `historyMax` is how many touched keys, at least, a watch may lie behind.
    package init(historyMax: Int = 1 << 16) {
        self.historyMax = historyMax
    }

    package var cursor: Cursor { Cursor(revision: revision) }
}

// MARK: - Reading

extension Ledger {
    package func read(_ folders: [Key]) -> Snapshot {
        var records: [Record] = []
        let roots = Key.outermost(folders)
        for folder in roots {
            let own = position(of: folder.path)
            if own < entries.count, entries[own].record.key == folder {
                records.append(entries[own].record)
            }
            // Below a folder lie the paths between its slash and the character after the slash.
            let below = position(of: folder.path + "/")..<position(of: folder.path + "0")
            records.append(contentsOf: entries[below].lazy.map(\.record))
        }
        if roots.count > 1 { records.sort { $0.key < $1.key } }
        return Snapshot(records: records, cursor: cursor)
    }

    /// What became of each key in `folders` that later commits touched, in the order of its last
    /// commit; and the cursor after them.
    package func changes(in folders: [Key], after cursor: Cursor) throws(StoreError) -> Batch {
        guard cursor.revision >= compacted, cursor.revision <= revision else { throw .compacted }
        var seen: Set<Key> = []
        var changes: [Change] = []
        for touch in log[touches(after: cursor.revision)...].reversed()
        where touch.key.lies(inAny: folders) && seen.insert(touch.key).inserted {
            changes.append(record(at: touch.key).map(Change.put) ?? .removed(touch.key))
        }
        changes.reverse()
        return Batch(changes: changes, cursor: self.cursor)
    }

    private func record(at key: Key) -> Record? {
        let index = position(of: key.path)
        guard index < entries.count, entries[index].record.key == key else { return nil }
        return entries[index].record
    }

    /// The first index whose key is not before `path`.
    private func position(of path: String) -> Int {
        entries.firstIndex(fromWhich: { $0.record.key.path >= path })
    }

    private func touches(after revision: UInt64) -> Int {
        log.firstIndex(fromWhich: { $0.revision > revision })
    }
}

// MARK: - Writing

extension Ledger {
    package mutating func commit(
        _ transaction: Transaction, at now: Int64
    ) throws(StoreError) -> Cursor {
        try transaction.validate()
        for precondition in transaction.preconditions where !holds(precondition) {
            throw .conflict(precondition.key)
        }
        for case .put(_, _, let lease?) in transaction.writes where !lives(lease, at: now) {
            throw .leaseExpired(lease)
        }
        apply(transaction.writes)
        return cursor
    }

    private func holds(_ precondition: Precondition) -> Bool {
        switch precondition {
        case .absent(let key): record(at: key) == nil
        case .unchanged(let key, let version): record(at: key)?.version == version
        }
    }

    private mutating func apply(_ writes: [Write]) {
        let next = revision + 1
        for write in writes {
            switch write {
            case .put(let key, let value, let lease):
                let record = Record(key: key, value: value, version: next)
                put(Entry(record: record, lease: lease))
            case .remove(let key):
                guard remove(key) else { continue }
            }
            log.append(Touch(revision: next, key: write.key))
            revision = next
        }
        compact()
    }

    private mutating func put(_ entry: Entry) {
        let key = entry.record.key
        let index = position(of: key.path)
        if index < entries.count, entries[index].record.key == key {
            unbind(entries[index])
            entries[index] = entry
        } else {
            entries.insert(entry, at: index)
        }
        if let lease = entry.lease { leases[lease]?.keys.insert(key) }
    }

    /// Whether there was something to remove.
    private mutating func remove(_ key: Key) -> Bool {
        let index = position(of: key.path)
        guard index < entries.count, entries[index].record.key == key else { return false }
        unbind(entries.remove(at: index))
        return true
    }

    private mutating func unbind(_ entry: Entry) {
        guard let lease = entry.lease else { return }
        leases[lease]?.keys.remove(entry.record.key)
    }

    /// Halves the log when it has grown to twice what must be kept: cheap on average.
    private mutating func compact() {
        guard log.count > 2 * historyMax else { return }
        let surplus = log.count - historyMax
        compacted = log[surplus - 1].revision
        log.removeFirst(surplus)
    }
}

// MARK: - Leases

extension Ledger {
    package mutating func grantLease(milliseconds: Int64, at now: Int64) -> LeaseID {
        lastLease += 1
        let id = LeaseID(number: lastLease)
        leases[id] = Lease(milliseconds: milliseconds, deadline: now + milliseconds)
        return id
    }

    package mutating func renew(_ id: LeaseID, at now: Int64) throws(StoreError) {
        guard var lease = leases[id], lives(id, at: now) else { throw .leaseExpired(id) }
        lease.deadline = now + lease.milliseconds
        leases[id] = lease
    }

    package mutating func revoke(_ id: LeaseID) {
        guard let lease = leases.removeValue(forKey: id) else { return }
        apply(lease.keys.sorted().map(Write.remove))
    }

    /// Removes every lease whose time is over at `now`, and its records.
    package mutating func expireLeases(at now: Int64) {
        let due = leases.keys.filter { !lives($0, at: now) }
        for id in due.sorted(by: { $0.number < $1.number }) { revoke(id) }
    }

    /// The first moment at which `id` will be expired; `nil` when it is gone.
    package func expiry(of id: LeaseID) -> Int64? { leases[id].map { $0.deadline + 1 } }

    /// The first moment at which any lease will be expired.
    package var nextExpiry: Int64? { leases.values.map { $0.deadline + 1 }.min() }

    private func lives(_ id: LeaseID, at now: Int64) -> Bool {
        leases[id].map { now <= $0.deadline } ?? false
    }
}

extension Array {
    /// The first index whose element satisfies `predicate`; elements that do must come last.
    fileprivate func firstIndex(fromWhich predicate: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if predicate(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
