import GRDB

extension DatabasePool {
    /// Opens the file with its tables, in WAL mode, and ends what an earlier boot left.
    ///
    /// To be called by one process at a time.
    static func prepared(at path: String, settings: SQLiteStore.Settings) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.busyMode = .timeout(Double(settings.patienceMilliseconds) / 1000)
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
