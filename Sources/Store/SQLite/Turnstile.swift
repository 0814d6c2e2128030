import Glibc
import Store

/// The file at which the processes that share a store meet: `teal.turnstile`.
///
/// Its lock is held by whoever is next to write, until it may. Without it, a process that commits
/// again and again would hardly leave the others a moment for asking. Its times change after each
/// commit, for the watchers to see: SQLite's own files change before a reader can see the commit.
final class Turnstile: Sendable {
    /// Between two questions whether others are done.
    static let pauseMicroseconds: UInt32 = 200

    let path: String
    private let descriptor: Int32
    private let turnsMax: Int

    init(path: String, settings: SQLiteStore.Settings) throws(StoreError) {
        self.path = path
        turnsMax = settings.turnsMax
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .unavailable("\(path): \(errorText(errno))") }
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
        var turn = 0
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                throw StoreError.unavailable("\(path): \(errorText(errno))")
            }
            guard turn < turnsMax else {
                throw StoreError.unavailable(
                    "\(path) is locked: another process of Teal is stopped or waits for the disk.")
            }
            turn += 1
            usleep(Turnstile.pauseMicroseconds)
        }
        defer { flock(descriptor, LOCK_UN) }
        return try body()
    }
}

extension SQLiteStore.Settings {
    /// The patience, in questions.
    var turnsMax: Int { patienceMilliseconds * 1000 / Int(Turnstile.pauseMicroseconds) }
}

func errorText(_ code: Int32) -> String {
    strerror(code).map { String(cString: $0) } ?? "error \(code)"
}
