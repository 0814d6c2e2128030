import Glibc
import Store

/// The file whose times change after each commit, for the watchers of all processes to see.
///
/// A watcher of SQLite's own files would be woken before a reader can see the commit.
final class WakeupFile: Sendable {
    let path: String
    private let descriptor: Int32

    init(path: String) throws(StoreError) {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .unavailable("\(path): \(errorText(errno))") }
    }

    deinit {
        close(descriptor)
    }

    /// A failure is left to the watchers' slow poll.
    func touch() {
        futimens(descriptor, nil)
    }

    /// Runs `body` while no other process, or store of this one, does the same.
    func exclusively<Outcome>(
        _ body: () throws(StoreError) -> Outcome
    ) throws(StoreError) -> Outcome {
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw .unavailable("\(path): \(errorText(errno))") }
        }
        defer { flock(descriptor, LOCK_UN) }
        return try body()
    }
}

func errorText(_ code: Int32) -> String {
    strerror(code).map { String(cString: $0) } ?? "error \(code)"
}
