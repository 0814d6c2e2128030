import FoundationEssentials
import Glibc
import Loop
import Model

/// The last good directory as it is kept on disk, so that a name server that starts while the
/// store is away has something to answer.
struct DirectoryArchive: Codable, Sendable {
    var revision: UInt64
    var namespaces: [Namespace]
    var entries: [DirectoryEntry]

    /// What was saved at `path`; `nil` when there is nothing. Throws when it is damaged.
    static func load(from path: String) throws -> DirectoryArchive? {
        guard access(path, F_OK) == 0 else { return nil }
        let data = try Data(contentsOf: URL(filePath: path))
        return try JSONDecoder().decode(DirectoryArchive.self, from: data)
    }

    /// Replaces what was saved, and returns when that would survive a loss of power.
    ///
    /// Whoever reads finds the old one or the new one whole, never a part.
    func save(to path: String) throws {
        let bytes = [UInt8](try JSONEncoder().encode(self))
        let temporary = path + ".new"
        let file = try Self.open(temporary, O_WRONLY | O_CREAT | O_TRUNC)
        try Self.write(bytes, to: file)
        guard fsync(file.number) == 0 else { throw Errno.last }
        guard rename(temporary, path) == 0 else { throw Errno.last }
        try Self.sync(folderOf: path)
    }

    private static func write(_ bytes: [UInt8], to file: borrowing Descriptor) throws {
        let number = file.number
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
            guard written >= 0 || errno == EINTR else { throw Errno.last }
            rest = rest.dropFirst(max(0, written))
        }
    }

    /// The rename itself is durable when its folder is.
    private static func sync(folderOf path: String) throws {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = try open(folder, O_RDONLY | O_DIRECTORY)
        guard fsync(descriptor.number) == 0 else { throw Errno.last }
    }

    private static func open(_ path: String, _ flags: CInt) throws -> Descriptor {
        let number = Glibc.open(path, flags | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw Errno.last }
        return Descriptor(number)
    }
}
