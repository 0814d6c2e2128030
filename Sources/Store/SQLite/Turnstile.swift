import Glibc
import Store

/// The file at which the processes that share a store meet: `teal.turnstile`.
///
/// Its lock is held by whoever is next to write, until it may. Without it, a process that commits
/// again and again would starve the others: SQLite lets a writer ask now and then, not stand in
/// line. Its times change after each commit, for the watchers to see: SQLite's own files change
/// before a reader can see the commit.
final class Turnstile: Sendable {
    let path: String
    private let descriptor: Int32

    init(path: String) throws(StoreError) {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .unavailable(path, errno: errno) }
    }

    deinit {
        close(descriptor)
    }

    /// Tells the watchers of all processes; a failure is left to their slow poll.
    func signal() {
        futimens(descriptor, nil)
    }

    /// Runs `body` while no other process, or store of this one, is in the turnstile.
    func pass<Outcome>(_ body: () throws -> Outcome) throws -> Outcome {
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw StoreError.unavailable(path, errno: errno) }
        }
        defer { flock(descriptor, LOCK_UN) }
        return try body()
    }
}
