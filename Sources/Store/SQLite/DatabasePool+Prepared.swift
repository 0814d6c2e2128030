import Foundation
import GRDB
import Glibc
import Store

extension DatabasePool {
    /// Opens the file with its tables, in WAL mode, and ends what an earlier boot left.
    ///
    /// To be called by one process at a time.
    static func prepared(at path: String, settings: SQLiteStore.Settings) throws -> DatabasePool {
        var configuration = Configuration()
        // SQLite's own pauses grow to 100 ms.
        configuration.busyMode = .callback { [turnsMax = settings.turnsMax] turn in
            usleep(Turnstile.pauseMicroseconds)
            return turn < turnsMax
        }
        let pool = try DatabasePool(path: path, configuration: configuration)
        let boot = try settings.boot()
        try pool.writeWithoutTransaction { db in
            // The pool has just chosen NORMAL for itself.
            try db.sync(.full)
            try db.inTransaction(.immediate) {
                try Schema.prepare(db)
                let last = try String.fetchOne(db, sql: "SELECT boot FROM meta")
                guard last != boot else { return .commit }
                var ledger = try SQLLedger(db, historyMax: settings.historyMax)
                try ledger.endBoot()
                try ledger.save()
                try db.execute(sql: "UPDATE meta SET boot = ?", arguments: [boot])
                return .commit
            }
        }
        return pool
    }
}

/// The folder that the store's files lie in.
enum Folder {
    /// Only its owner may look inside: records may hold what others should not read.
    static func create(_ path: String) throws(StoreError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw .unavailable("\(path) cannot be created: \(error.localizedDescription)")
        }
    }

    /// Makes the names of new files survive a loss of power.
    static func sync(_ path: String) throws(StoreError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unavailable("\(path): \(errorText(errno))") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .unavailable("\(path): \(errorText(errno))") }
    }
}

extension StoreError {
    /// `error` as the store's own, with the file and the purpose that it failed for.
    init(_ error: any Error, of purpose: String, at path: String) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError:
            let reason = error.message ?? "no message"
            let remedy =
                error.resultCode == .SQLITE_FULL ? "; free some space on that disk" : ""
            let code = error.extendedResultCode.rawValue
            self = .unavailable("\(purpose) of \(path): \(reason)\(remedy) (SQLite \(code))")
        case is CancellationError: self = .unavailable("\(purpose) of \(path): cancelled")
        default: self = .unavailable("\(purpose) of \(path): \(error)")
        }
    }
}
