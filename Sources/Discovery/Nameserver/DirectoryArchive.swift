import FoundationEssentials
import Glibc
import Store

/// The last good directory on disk, so that a name server that starts while the store is away has
/// something to answer.
///
/// A journal of batches. A batch is a line for each record put (`+`, its key, a tab, its JSON) or
/// removed (`-` and its key), and a last one with `=`, the store's revision and the number of lines
/// before it; a batch without its last line was cut off, and does not count. A change costs what it
/// changes: the whole is written anew only when most of the file is history.
struct DirectoryArchive: Sendable {
    let path: String
    /// Bytes that a journal may have beside twice what it held when it was last written whole.
    static let historyBytesMax = 1 << 20

    enum Damage: Error {
        /// The file does not begin with a whole batch.
        case noBatch
        /// The line with this index is none that we write.
        case line(Int)
    }
}

// MARK: Reading

extension DirectoryArchive {
    /// What was saved; `nil` when nothing was. Throws when it is damaged.
    func load() throws -> Snapshot? {
        guard access(path, F_OK) == 0 else { return nil }
        let text = [UInt8](try Data(contentsOf: URL(filePath: path)))
        var records: [Key: Record] = [:]
        var batch: [Change] = []
        var revision: UInt64?
        // What follows the last line break was cut off.
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.dropLast().enumerated() {
            switch try Self.line(line, at: index) {
            case .change(let change): batch.append(change)
            case .end(let number, let count):
                guard count == batch.count else { throw Damage.line(index) }
                for change in batch {
                    switch change {
                    case .put(let record): records[record.key] = record
                    case .removed(let key): records[key] = nil
                    }
                }
                batch = []
                revision = number
            }
        }
        guard let revision else { throw Damage.noBatch }
        return Snapshot(
            records: records.values.sorted { $0.key < $1.key }, cursor: Cursor(revision: revision))
    }

    private enum Line {
        case change(Change)
        case end(revision: UInt64, count: Int)
    }

    private static func line(_ line: ArraySlice<UInt8>, at index: Int) throws(Damage) -> Line {
        let rest = line.dropFirst()
        switch line.first {
        case UInt8(ascii: "+"):
            guard let tab = rest.firstIndex(of: UInt8(ascii: "\t")) else { throw .line(index) }
            let key = Key(path: String(decoding: rest[..<tab], as: UTF8.self))
            let value = Array(rest[(tab + 1)...])
            return .change(.put(Record(key: key, value: value, version: 0)))
        case UInt8(ascii: "-"):
            return .change(.removed(Key(path: String(decoding: rest, as: UTF8.self))))
        case UInt8(ascii: "="):
            let words = rest.split(separator: UInt8(ascii: " "))
                .map { String(decoding: $0, as: UTF8.self) }
            guard words.count == 2, let revision = UInt64(words[0]), let count = Int(words[1])
            else { throw .line(index) }
            return .end(revision: revision, count: count)
        default: throw .line(index)
        }
    }

    /// A batch as it stands in the file.
    static func text(of changes: [Change], revision: UInt64) -> [UInt8] {
        var text: [UInt8] = []
        for change in changes {
            switch change {
            case .put(let record):
                text += "+\(record.key.path)\t".utf8
                // In JSON a raw line break can only be space between tokens.
                text += record.value.lazy.map {
                    $0 == UInt8(ascii: "\n") ? UInt8(ascii: " ") : $0
                }
                text.append(UInt8(ascii: "\n"))
            case .removed(let key):
                text += "-\(key.path)\n".utf8
            }
        }
        return text + Array("=\(revision) \(changes.count)\n".utf8)
    }
}
