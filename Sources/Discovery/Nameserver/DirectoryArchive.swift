import Dispatch
import FoundationEssentials
import Glibc
import Loop
import Store

/// The last good directory on disk, so that a name server that starts while the store is away has
/// something to answer.
///
/// A line with the store's revision and the number of records, then a line for each record: its
/// key, a tab, and its JSON.
struct DirectoryArchive: Sendable {
    let path: String
    /// Disks make their callers wait, and the threads that tasks run on are few.
    private let queue = DispatchQueue(label: "teal.directory.archive")

    enum Damage: Error {
        /// The first line is not a revision and a number.
        case noHeading
        /// So many records were announced, and so many are there.
        case incomplete(Int, of: Int)
    }

    init(path: String) {
        self.path = path
    }
}

// MARK: Reading

extension DirectoryArchive {
    /// What was saved; `nil` when nothing was. Throws when it is damaged.
    func load() throws -> Snapshot? {
        guard access(path, F_OK) == 0 else { return nil }
        let text = [UInt8](try Data(contentsOf: URL(filePath: path)))
        let lines = text.split(separator: UInt8(ascii: "\n"))
        let heading = (lines.first ?? []).split(separator: UInt8(ascii: " "))
        guard heading.count == 2,
            let revision = UInt64(String(decoding: heading[0], as: UTF8.self)),
            let count = Int(String(decoding: heading[1], as: UTF8.self))
        else { throw Damage.noHeading }
        let records = lines.dropFirst().compactMap(Self.record)
        guard records.count == count else { throw Damage.incomplete(records.count, of: count) }
        return Snapshot(records: records, cursor: Cursor(revision: revision))
    }

    private static func record(_ line: ArraySlice<UInt8>) -> Record? {
        guard let tab = line.firstIndex(of: UInt8(ascii: "\t")) else { return nil }
        let key = Key(path: String(decoding: line[..<tab], as: UTF8.self))
        return Record(key: key, value: Array(line[(tab + 1)...]), version: 0)
    }
}

// MARK: Writing

extension DirectoryArchive {
    /// Replaces what was saved, and returns when that would survive a loss of power.
    ///
    /// Whoever reads finds the old one or the new one whole, never a part.
    func save(_ records: DirectoryRecords) async throws {
        try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(with: Result { try replace(by: Self.text(of: records)) })
            }
        }
    }

    private static func text(of records: DirectoryRecords) -> [UInt8] {
        var text = Array("\(records.revision) \(records.count)\n".utf8)
        for (key, value) in records.contents {
            text += key.path.utf8
            text.append(UInt8(ascii: "\t"))
            // In JSON a raw line break can only be space between tokens.
            text += value.lazy.map { $0 == UInt8(ascii: "\n") ? UInt8(ascii: " ") : $0 }
            text.append(UInt8(ascii: "\n"))
        }
        return text
    }

    private func replace(by text: [UInt8]) throws {
        let temporary = path + ".new"
        let file = try Self.open(temporary, O_WRONLY | O_CREAT | O_TRUNC)
        try Self.write(text, to: file)
        guard fsync(file.number) == 0, rename(temporary, path) == 0 else { throw Errno.last }
        // The rename itself is durable when its folder is.
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = try Self.open(folder, O_RDONLY | O_DIRECTORY)
        guard fsync(descriptor.number) == 0 else { throw Errno.last }
    }

    private static func open(_ path: String, _ flags: CInt) throws -> Descriptor {
        let number = Glibc.open(path, flags | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw Errno.last }
        return Descriptor(number)
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
}
