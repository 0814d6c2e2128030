import Model
import Naming
import Store

/// The store's records of namespaces and of what each service answers, and the directory made
/// of them.
struct DirectoryRecords: Sendable {
    private var held: [Key: Held] = [:]
    private(set) var directory: Directory

    private struct Held {
        /// As it came, so that it is saved without being encoded again.
        let value: [UInt8]
        let noun: Noun
    }

    private enum Noun {
        case namespace(Namespace)
        case entry(DirectoryEntry)
    }

    /// What the records live under.
    static let folders: [Key] = [.namespaces, .directory]

    init(nameserver addresses: [IPAddress]) {
        directory = Directory(nameserver: addresses)
    }

    /// The store's revision that this is a picture of.
    var revision: UInt64 { directory.revision }

    /// Each record's key and value, in no order.
    var contents: some Sequence<(key: Key, value: [UInt8])> {
        held.lazy.map { ($0.key, $0.value.value) }
    }

    var count: Int { held.count }
}

// MARK: Changing

extension DirectoryRecords {
    /// Replaces everything by what the store holds; what it no longer holds is removed.
    ///
    /// Returns what could not be understood or published, one sentence each.
    mutating func replace(with snapshot: Snapshot) -> [String] {
        let present = Set(snapshot.records.map(\.key))
        let gone = held.keys.filter { !present.contains($0) }.sorted()
        let changes = gone.map(Change.removed) + snapshot.records.map(Change.put)
        return apply(changes, revision: snapshot.cursor.revision)
    }

    /// Applies the changes of whole commits; returns what could not be understood or published,
    /// one sentence each. A record that cannot be read leaves its predecessor in force.
    mutating func apply(_ changes: [Change], revision: UInt64) -> [String] {
        directory.revision = revision
        return changes.flatMap { change in
            switch change {
            case .put(let record):
                return put(record)
            case .removed(let key):
                remove(key)
                return []
            }
        }
    }

    private mutating func put(_ record: Record) -> [String] {
        guard held[record.key]?.value != record.value else { return [] }
        do {
            let noun = try Self.noun(of: record)
            remove(record.key)
            held[record.key] = Held(value: record.value, noun: noun)
            switch noun {
            case .namespace(let namespace): try directory.put(namespace.name)
            case .entry(let entry): return directory.put(entry).map(\.description)
            }
            return []
        } catch {
            return ["\(error)"]
        }
    }

    private static func noun(of record: Record) throws -> Noun {
        record.key.lies(in: .namespaces)
            ? .namespace(try record.decode()) : .entry(try record.decode())
    }

    private mutating func remove(_ key: Key) {
        switch held.removeValue(forKey: key)?.noun {
        case .namespace(let namespace): directory.remove(namespace.name)
        case .entry(let entry): directory.remove(entry.service, in: entry.namespace)
        case nil: break
        }
    }
}
