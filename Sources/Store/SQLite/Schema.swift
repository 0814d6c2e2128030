import GRDB

/// The tables of `teal.sqlite`, plain enough to be read with the `sqlite3` shell.
enum Schema {
    /// Kept in SQLite's `user_version`.
    static let version = 1

    /// Creates the tables in a new file; throws for a file of a newer Teal.
    static func prepare(_ db: Database) throws {
        let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard found <= version else {
            throw DatabaseError(
                message: "It was written by a newer Teal (schema \(found), this one knows "
                    + "\(version)): start that version.")
        }
        guard found == 0 else { return }
        try db.execute(sql: tables)
        try db.execute(sql: "PRAGMA user_version = \(version)")
    }

    /// `records.version` is the revision of the last write. `removals` is trimmed by `sequence`.
    /// `leases.deadline` is in milliseconds of CLOCK_BOOTTIME, in the boot named in `meta`.
    private static let tables = """
        CREATE TABLE meta (
            id INTEGER PRIMARY KEY CHECK (id = 0),
            revision INTEGER NOT NULL,
            compacted INTEGER NOT NULL,
            boot TEXT NOT NULL
        ) STRICT;
        INSERT INTO meta VALUES (0, 0, 0, '');
        CREATE TABLE records (
            key TEXT NOT NULL UNIQUE,
            value BLOB NOT NULL,
            version INTEGER NOT NULL,
            lease INTEGER
        ) STRICT;
        CREATE INDEX records_by_version ON records (version);
        CREATE INDEX records_by_lease ON records (lease) WHERE lease IS NOT NULL;
        CREATE TABLE removals (
            sequence INTEGER PRIMARY KEY,
            revision INTEGER NOT NULL,
            key TEXT NOT NULL
        ) STRICT;
        CREATE INDEX removals_by_revision ON removals (revision);
        CREATE TABLE leases (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            milliseconds INTEGER NOT NULL,
            deadline INTEGER NOT NULL
        ) STRICT;
        """
}
