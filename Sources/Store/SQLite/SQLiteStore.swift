import Foundation
import GRDB
package import Store

package import struct Store.Cursor

/// A store in one file of SQLite, shared by all of Teal's processes on a machine.
///
/// Durable and lease-bound records share the file and its history; commits of durable records wait
/// for the disk, those of lease-bound records do not. Leases are counted in CLOCK_BOOTTIME, end
/// with the boot they were granted in, and are ended by whichever process sees it first.
package final class SQLiteStore: Store {
    let pool: DatabasePool
    private let bell: Bell
    private let committer: Committer
    private let herald: Herald
    private let settings: Settings

    /// Opens the store in `folder`, which is created when it is missing.
    package static func open(
        at folder: String, settings: Settings = Settings()
    ) throws(StoreError) -> SQLiteStore {
        try SQLiteStore(folder: folder, settings: settings)
    }

    private init(folder: String, settings: Settings) throws(StoreError) {
        try Folder.create(folder)
        let turnstile = try Turnstile(path: folder + "/teal.turnstile")
        let path = folder + "/teal.sqlite"
        let pool: DatabasePool
        do {
            pool = try turnstile.pass { try DatabasePool.prepared(at: path, settings: settings) }
        } catch {
            throw StoreError(error, of: "open", at: path)
        }
        try Folder.sync(folder)
        let bell = Bell()
        let committer = Committer(pool: pool, turnstile: turnstile, bell: bell, settings: settings)
        herald = try Herald(at: turnstile) {
            SQLiteStore.look(at: pool, bell, committer, settings)
        }
        self.pool = pool
        self.bell = bell
        self.committer = committer
        self.settings = settings
    }

    package func read(_ folders: [Key]) async throws(StoreError) -> Snapshot {
        try await query("read") { try $0.read(folders) }
    }

    @discardableResult
    package func commit(_ transaction: Transaction) async throws(StoreError) -> Cursor {
        try transaction.validate()
        return try await committer.perform(
            isDurable: transaction.writes.first?.key.isLive == false, bytes: transaction.bytes
        ) { [now = settings.clock()] in try $0.commit(transaction, at: now) }
    }

    package func watch(_ folders: [Key], from cursor: Cursor) -> Watch {
        .following(bell, from: cursor) { [self] cursor throws(StoreError) in
            try await query("watch") { try $0.changes(in: folders, after: cursor) }
        }
    }

    package func grantLease(milliseconds: Int64) async throws(StoreError) -> LeaseID {
        try await committer.perform(isDurable: false) { [clock = settings.clock] in
            try $0.grantLease(milliseconds: milliseconds, at: clock())
        }
    }

    package func renew(_ lease: LeaseID) async throws(StoreError) {
        // Who asked in time is not to suffer from a disk that was slow.
        let asked = settings.clock()
        try await committer.perform(isDurable: false) { [clock = settings.clock] in
            try $0.renew(lease, askedAt: asked, at: clock())
        }
    }

    package func revoke(_ lease: LeaseID) async throws(StoreError) {
        try await committer.perform(isDurable: false) { try $0.revoke(lease) }
    }

    private func query<Outcome: Sendable>(
        _ purpose: String, _ body: @Sendable (SQLLedger) throws -> Outcome
    ) async throws(StoreError) -> Outcome {
        do {
            return try await pool.read { try body(SQLLedger($0, historyMax: settings.historyMax)) }
        } catch {
            throw StoreError(error, of: purpose, at: pool.path)
        }
    }

    /// Returns after how many milliseconds to look again.
    private static func look(
        at pool: DatabasePool, _ bell: Bell, _ committer: Committer, _ settings: Settings
    ) -> Int64 {
        let seen = try? pool.read { db in
            let ledger = try SQLLedger(db, historyMax: settings.historyMax)
            return (revision: ledger.revision, expiry: try ledger.nextExpiry())
        }
        // When the file cannot be read, those who read it are told; here there is nobody to tell.
        guard let seen else { return settings.pollMilliseconds }
        bell.ring(seen.revision)
        guard let expiry = seen.expiry else { return settings.pollMilliseconds }
        let left = expiry - settings.clock()
        if left <= 0 { committer.expireLeases() }
        return min(left <= 0 ? Overdue.pauseMilliseconds : left, settings.pollMilliseconds)
    }
}
