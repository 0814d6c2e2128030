import Foundation

/// An advisory lock on a file: held until it is released or its process ends, however it ends.
struct FileLock {
    private let descriptor: Int32

    /// Takes the lock; `nil` when another process holds it.
    static func take(_ path: String) throws -> FileLock? {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Failure("\(path) can't be opened: \(String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        return FileLock(descriptor: descriptor)
    }

    func release() {
        close(descriptor)
    }
}
