package import Model

/// Where the output of a container is: a file that is rotated by size.
package struct TaskLog: Hashable, Sendable {
    /// What a file holds before it is rotated.
    package static let bytesMaxDefault = 10 << 20
    /// The current file and the old ones.
    package static let filesMaxDefault = 5

    /// The file that is written now. After a rotation it is another file under the same name.
    package let path: String

    package init(dataFolder: String, task: TaskID, container: String) {
        path = "\(dataFolder)/tasks/\(task)/\(container)/log"
    }

    /// All files there are, the oldest first and `path` last.
    package var files: [String] {
        (0..<TaskLog.filesMaxDefault).reversed()
            .map { $0 == 0 ? path : "\(path).\($0)" }
            .filter { Folder.exists($0) }
    }
}
