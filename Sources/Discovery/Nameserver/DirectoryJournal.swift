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
    private let state: Mutex<State>

    fileprivate struct State {
        /// What the file is to have.
        var contents: [Key: [UInt8]]
        /// Whether it has that; not after a failure, nor before it was written whole once.
        var isCurrent = false
        /// Bytes of the file now, and when it was last written whole.
        var bytes = 0
        var wholeBytes = 0
    }

    /// What is to be written, and whether it takes the place of what is there.
    fileprivate enum Writing {
        case batch([UInt8])
        case whole([UInt8])
    }

    /// `contents` are those of the directory before its first change.
    init(archive: DirectoryArchive, contents: [Key: [UInt8]] = [:]) {
        self.archive = archive
        state = Mutex(State(contents: contents))
    }

    /// Saves what changed up to a revision, and returns when it would survive a loss of power.
    ///
    /// Whoever reads finds the old records or the new ones whole, never a part. Changes whose
    /// saving failed are saved with the next ones.
    func save(_ changes: [Change], revision: UInt64) async throws {
        try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(
                    with: Result { try self.write(changes, revision: revision) })
            }
        }
    }

    private func write(_ changes: [Change], revision: UInt64) throws {
        let writing = state.withLock { state in
            defer { state.isCurrent = false }
            state.take(changes)
            return state.next(changes, revision: revision)
        }
        switch writing {
        case .batch(let text): try append(text)
        case .whole(let text): try replace(by: text)
        }
        state.withLock { $0.note(writing) }
    }
}

extension DirectoryJournal.State {
    fileprivate mutating func take(_ changes: [Change]) {
        for change in changes {
            switch change {
            case .put(let record): contents[record.key] = record.value
            case .removed(let key): contents[key] = nil
            }
        }
    }

    /// Until the whole is on disk again, nothing can be added to what a failure left behind.
    fileprivate func next(_ changes: [Change], revision: UInt64) -> DirectoryJournal.Writing {
        let batch = DirectoryArchive.text(of: changes, revision: revision)
        let bytesMax = 2 * wholeBytes + DirectoryArchive.historyBytesMax
        if isCurrent, bytes + batch.count <= bytesMax { return .batch(batch) }
        let records = contents.sorted { $0.key < $1.key }
            .map { Change.put(Record(key: $0.key, value: $0.value, version: 0)) }
        return .whole(DirectoryArchive.text(of: records, revision: revision))
    }

    fileprivate mutating func note(_ written: DirectoryJournal.Writing) {
        isCurrent = true
        switch written {
        case .batch(let text): bytes += text.count
        case .whole(let text): (bytes, wholeBytes) = (text.count, text.count)
        }
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
