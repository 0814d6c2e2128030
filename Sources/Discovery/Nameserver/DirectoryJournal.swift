import Dispatch
import Glibc
import Loop
import Store
import Synchronization

/// Keeps an archive like the directory that is in force, by writing down what changed.
final class DirectoryJournal: Sendable {
    let archive: DirectoryArchive
    /// Disks make their callers wait, and the threads that tasks run on are few.
    private let queue = DispatchQueue(label: "teal.directory.archive")
    private let state = Mutex(State())

    private struct State {
        /// The records that the file has, by their values; `nil` until it was written whole.
        var saved: [Key: [UInt8]]?
        /// Bytes of the file now, and when it was last written whole.
        var bytes = 0
        var wholeBytes = 0
    }

    init(archive: DirectoryArchive) {
        self.archive = archive
    }

    /// Saves `records`, and returns when they would survive a loss of power.
    ///
    /// Whoever reads finds the old ones or the new ones whole, never a part.
    func save(_ records: DirectoryRecords) async throws {
        try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(with: Result { try self.write(records) })
            }
        }
    }

    private func write(_ records: DirectoryRecords) throws {
        var next = state.withLock { $0 }
        let contents = Dictionary(uniqueKeysWithValues: records.contents.map { ($0.key, $0.value) })
        let batch = DirectoryArchive.text(
            of: Self.changes(from: next.saved ?? [:], to: contents), revision: records.revision)
        let historyMax = 2 * next.wholeBytes + DirectoryArchive.historyBytesMax
        // Until the whole is on disk again, nothing can be added to what a failure left behind.
        state.withLock { $0.saved = nil }
        if next.saved != nil, next.bytes + batch.count <= historyMax {
            try append(batch)
            next.bytes += batch.count
        } else {
            let whole = DirectoryArchive.text(
                of: Self.changes(from: [:], to: contents), revision: records.revision)
            try replace(by: whole)
            (next.bytes, next.wholeBytes) = (whole.count, whole.count)
        }
        next.saved = contents
        state.withLock { $0 = next }
    }

    private static func changes(from old: [Key: [UInt8]], to new: [Key: [UInt8]]) -> [Change] {
        let gone = old.keys.filter { new[$0] == nil }.sorted().map(Change.removed)
        let put = new.filter { old[$0.key] != $0.value }.sorted { $0.key < $1.key }
        return gone + put.map { .put(Record(key: $0.key, value: $0.value, version: 0)) }
    }
}

// MARK: The file

extension DirectoryJournal {
    private func append(_ batch: [UInt8]) throws {
        let file = try Self.open(archive.path, O_WRONLY | O_APPEND)
        try Self.write(batch, to: file)
        guard fdatasync(file.number) == 0 else { throw Errno.last }
    }

    private func replace(by text: [UInt8]) throws {
        let path = archive.path
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
