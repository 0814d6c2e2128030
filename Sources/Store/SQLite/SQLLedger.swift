import Foundation
import GRDB
import Store

import struct Store.Cursor
import struct Store.Record

/// The ledger in SQL: the verbs of `Ledger`, inside one transaction of `db`.
struct SQLLedger {
    private let db: Database
    /// How many removals, at least, a watch may lie behind.
    private let historyMax: Int
    /// The number of the last commit that changed something.
    private(set) var revision: UInt64
    /// Removals up to this revision may be gone.
    private var compacted: UInt64
    /// Whether others must hear of this transaction.
    private(set) var isNews = false

    init(_ db: Database, historyMax: Int) throws {
        self.db = db
        self.historyMax = historyMax
        let numbers: (UInt64, UInt64)? = try db.first("SELECT revision, compacted FROM meta") {
            ($0[0], $0[1])
        }
        guard let numbers else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "The table meta is empty.")
        }
        (revision, compacted) = numbers
    }

    var cursor: Cursor { Cursor(revision: revision) }

    /// Writes the revision back: the last statement of a transaction that changed something.
    func save() throws {
        guard isNews else { return }
        try db.run("UPDATE meta SET revision = ?, compacted = ?", [revision, compacted])
    }
}

// MARK: - Reading

extension SQLLedger {
    func read(_ folders: [Key]) throws -> Snapshot {
        var records: [Record] = []
        let roots = Key.outermost(folders)
        for folder in roots {
            try append(
                db.rows("SELECT key, version, value FROM records WHERE key = ?", [folder.path]),
                to: &records)
            // Below a folder lie the paths between its slash and the character after the slash.
            try append(
                db.rows(
                    """
                    SELECT key, version, value FROM records
                    WHERE key >= ? AND key < ? ORDER BY key
                    """, [folder.path + "/", folder.path + "0"]),
                to: &records)
        }
        if roots.count > 1 { records.sort { $0.key < $1.key } }
        return Snapshot(records: records, cursor: cursor)
    }

    /// What became of each key in `folders` that later commits touched, in the order of its last
    /// commit.
    ///
    /// A key that is there was last touched at its version, so only removals need a log.
    func changes(in folders: [Key], after cursor: Cursor) throws -> Batch {
        guard cursor.revision >= compacted, cursor.revision <= revision else {
            throw StoreError.compacted
        }
        var last: [Key: (revision: UInt64, change: Change)] = [:]
        let removals = try db.rows(
            "SELECT key, revision FROM removals WHERE revision > ? ORDER BY sequence",
            [cursor.revision])
        while let row = try removals.next() {
            let key = Key(path: row[0])
            if key.lies(inAny: folders) { last[key] = (row[1], .removed(key)) }
        }
        let puts = try db.rows(
            "SELECT key, version, value FROM records WHERE version > ?", [cursor.revision])
        while let row = try puts.next() {
            let key = Key(path: row[0])
            if key.lies(inAny: folders) { last[key] = (row[1], .put(try record(row, at: key))) }
        }
        let changes = last.sorted { ($0.value.revision, $0.key) < ($1.value.revision, $1.key) }
        return Batch(changes: changes.map(\.value.change), cursor: self.cursor)
    }

    private func append(_ rows: RowCursor, to records: inout [Record]) throws {
        while let row = try rows.next() {
            records.append(try record(row, at: Key(path: row[0])))
        }
    }

    /// The record in a row of key, version and value.
    private func record(_ row: Row, at key: Key) throws -> Record {
        let value = try row.withUnsafeData(atIndex: 2) { $0.map([UInt8].init) ?? [] }
        return Record(key: key, value: value, version: row[1])
    }

    private func version(of key: Key) throws -> UInt64? {
        try db.first("SELECT version FROM records WHERE key = ?", [key.path]) { $0[0] }
    }
}

// MARK: - Writing

extension SQLLedger {
    /// Throws a `StoreError` before anything is changed; any other error is SQLite's and leaves
    /// a transaction to roll back.
    mutating func commit(_ transaction: Transaction, at now: Int64) throws -> Cursor {
        for precondition in transaction.preconditions where try !holds(precondition) {
            throw StoreError.conflict(precondition.key)
        }
        for case .put(_, _, let lease?) in transaction.writes where try !lives(lease, at: now) {
            throw StoreError.leaseExpired(lease)
        }
        let next = revision + 1
        for write in transaction.writes {
            try apply(write, as: next)
        }
        try compact()
        return cursor
    }

    private func holds(_ precondition: Precondition) throws -> Bool {
        switch precondition {
        case .absent(let key): try version(of: key) == nil
        case .unchanged(let key, let version): try self.version(of: key) == version
        }
    }

    private mutating func apply(_ write: Write, as next: UInt64) throws {
        switch write {
        case .put(let key, let value, let lease):
            try db.run(
                """
                INSERT INTO records (key, value, version, lease) VALUES (?, ?, ?, ?)
                ON CONFLICT (key) DO UPDATE SET
                    value = excluded.value, version = excluded.version, lease = excluded.lease
                """, [key.path, Data(value), next, lease?.number])
        case .remove(let key):
            try db.run("DELETE FROM records WHERE key = ?", [key.path])
            guard db.changesCount > 0 else { return }
            try db.run("INSERT INTO removals (revision, key) VALUES (?, ?)", [next, key.path])
        }
        advance(to: next)
    }

    private mutating func advance(to revision: UInt64) {
        self.revision = revision
        isNews = true
    }

    /// Forgets the removals before the last `historyMax`.
    private mutating func compact() throws {
        let oldest: (sequence: Int64, revision: UInt64)? = try db.first(
            """
            SELECT sequence, revision FROM removals
            WHERE sequence <= (SELECT max(sequence) FROM removals) - ?
            ORDER BY sequence DESC LIMIT 1
            """, [historyMax]
        ) { ($0[0], $0[1]) }
        guard let oldest else { return }
        try db.run("DELETE FROM removals WHERE sequence <= ?", [oldest.sequence])
        compacted = oldest.revision
        isNews = true
    }
}

// MARK: - Leases

extension SQLLedger {
    /// News to all processes: any of them may have to end it.
    mutating func grantLease(milliseconds: Int64, at now: Int64) throws -> LeaseID {
        isNews = true
        try db.run(
            "INSERT INTO leases (milliseconds, deadline) VALUES (?, ?)",
            [milliseconds, now + milliseconds])
        return LeaseID(number: UInt64(db.lastInsertedRowID))
    }

    func renew(_ lease: LeaseID, askedAt asked: Int64, at now: Int64) throws {
        try db.run(
            "UPDATE leases SET deadline = ? + milliseconds WHERE id = ? AND deadline >= ?",
            [now, lease.number, asked])
        guard db.changesCount > 0 else { throw StoreError.leaseExpired(lease) }
    }

    mutating func revoke(_ lease: LeaseID) throws {
        try endLeases(where: "id = ?", [lease.number])
    }

    mutating func expireLeases(at now: Int64) throws {
        try endLeases(where: "deadline < ?", [now])
    }

    /// Ends all leases: they do not outlive the boot of the machine that they were granted in.
    ///
    /// Commits of lease-bound records that were not synced may be lost with the machine, and
    /// their revisions with them. The gap keeps those from being used a second time.
    mutating func endBoot() throws {
        advance(to: revision + (1 << 32))
        try endLeases(where: "TRUE", [])
    }

    /// The first moment at which a lease will have expired; `nil` without leases.
    func nextExpiry() throws -> Int64? {
        try db.first("SELECT deadline + 1 FROM leases ORDER BY deadline LIMIT 1") { $0[0] }
    }

    private mutating func endLeases(
        where condition: String, _ arguments: StatementArguments
    ) throws {
        let ended = "lease IN (SELECT id FROM leases WHERE \(condition))"
        let next = revision + 1
        try db.run(
            """
            INSERT INTO removals (revision, key)
            SELECT ?, key FROM records WHERE \(ended) ORDER BY key
            """, [next] + arguments)
        if db.changesCount > 0 {
            try db.run("DELETE FROM records WHERE \(ended)", arguments)
            advance(to: next)
            try compact()
        }
        try db.run("DELETE FROM leases WHERE \(condition)", arguments)
    }

    private func lives(_ lease: LeaseID, at now: Int64) throws -> Bool {
        try db.first("SELECT 1 FROM leases WHERE id = ? AND deadline >= ?", [lease.number, now]) {
            _ in true
        } ?? false
    }
}

extension Database {
    fileprivate func run(_ sql: String, _ arguments: StatementArguments) throws {
        try cachedStatement(sql: sql).execute(arguments: arguments)
    }

    /// Each row is valid until the next, and none without the cursor.
    fileprivate func rows(_ sql: String, _ arguments: StatementArguments) throws -> RowCursor {
        try Row.fetchCursor(cachedStatement(sql: sql), arguments: arguments)
    }

    fileprivate func first<Value>(
        _ sql: String, _ arguments: StatementArguments = [], _ value: (Row) throws -> Value
    ) throws -> Value? {
        let rows = try rows(sql, arguments)
        return try withExtendedLifetime(rows) { try rows.next().map(value) }
    }
}
