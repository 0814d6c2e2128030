/// Notices that a file is another one than before.
///
/// Looking at it twice a second costs nothing, and sees also what a notification of the kernel
/// misses: a link that leads elsewhere, or a folder that was exchanged.
struct FileWatch {
    static let period = Duration.milliseconds(500)

    private let path: String
    private var last: FileStamp?

    init(path: String) {
        self.path = path
        last = FileStamp(of: path)
    }

    /// Whether it changed since the last call; false while it is away.
    mutating func hasChanged() -> Bool {
        guard let stamp = FileStamp(of: path), stamp != last else { return false }
        last = stamp
        return true
    }
}
