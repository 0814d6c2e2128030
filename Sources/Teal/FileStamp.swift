import Foundation

/// What tells a file from the one that was at its path before: inode, size and time of change.
struct FileStamp: Equatable, CustomStringConvertible {
    let inode: Int
    private let size: Int
    private let changed: Date

    /// `nil` when there is no file at `path`; a link is followed.
    init?(of path: String) {
        let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: real),
            let inode = attributes[.systemFileNumber] as? NSNumber,
            let size = attributes[.size] as? NSNumber,
            let changed = attributes[.modificationDate] as? Date
        else { return nil }
        self.inode = inode.intValue
        self.size = size.intValue
        self.changed = changed
    }

    var description: String { "\(inode)-\(changed.timeIntervalSince1970)" }
}
