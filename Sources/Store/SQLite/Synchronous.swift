import GRDB

/// When SQLite waits for the disk: the values of its `synchronous` pragma.
enum Synchronous: Int {
    /// Only when the log is copied into the file: commits may be lost with the machine, in order.
    case normal = 1
    /// At each commit.
    case full = 2
}

extension Database {
    /// Switches to `level` when it is not in force, and makes sure that it is.
    func sync(_ level: Synchronous) throws {
        guard try synchronous() != level.rawValue else { return }
        try execute(sql: "PRAGMA synchronous = \(level.rawValue)")
        guard try synchronous() == level.rawValue else {
            throw DatabaseError(message: "PRAGMA synchronous = \(level) was not accepted.")
        }
    }

    private func synchronous() throws -> Int? {
        try Int.fetchOne(cachedStatement(sql: "PRAGMA synchronous"))
    }
}
