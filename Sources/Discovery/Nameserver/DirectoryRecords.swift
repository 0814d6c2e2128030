import Model
import Naming
import Store

/// The store's records of namespaces and of what each service answers, and the directory made
/// of them.
struct DirectoryRecords: Sendable {
    private var namespaces: [Key: Namespace] = [:]
    private var entries: [Key: DirectoryEntry] = [:]
    private(set) var directory: Directory

    /// What the records live under.
    static let folders: [Key] = [.namespaces, .directory]

    init(nameserver addresses: [IPAddress]) {
        directory = Directory(nameserver: addresses)
    }

    var revision: UInt64 { directory.revision }

    /// Applies the changes of whole commits; returns what could not be understood or published,
    /// one sentence each. A record that cannot be read leaves its predecessor in force.
    mutating func apply(_ changes: [Change], revision: UInt64) -> [String] {
        directory.revision = revision
        return changes.flatMap { change in
            do {
                switch change {
                case .put(let record): return try put(record)
                case .removed(let key): remove(key)
                }
                return []
            } catch {
                return ["\(error)"]
            }
        }
    }

    private mutating func put(_ record: Record) throws -> [String] {
        if record.key.lies(in: .namespaces) {
            try put(try record.decode(Namespace.self), at: record.key)
            return []
        }
        return put(try record.decode(DirectoryEntry.self), at: record.key)
    }

    private mutating func put(_ namespace: Namespace, at key: Key) throws {
        remove(key)
        namespaces[key] = namespace
        try directory.put(namespace.name)
    }

    private mutating func put(_ entry: DirectoryEntry, at key: Key) -> [String] {
        remove(key)
        entries[key] = entry
        return directory.put(entry).map(\.description)
    }

    private mutating func remove(_ key: Key) {
        if let namespace = namespaces.removeValue(forKey: key) { directory.remove(namespace.name) }
        if let entry = entries.removeValue(forKey: key) {
            directory.remove(entry.service, in: entry.namespace)
        }
    }
}

// MARK: Whole pictures

extension DirectoryRecords {
    /// Replaces everything by what the store holds; what it no longer holds is removed.
    mutating func replace(with snapshot: Snapshot) -> [String] {
        let present = Set(snapshot.records.map(\.key))
        let gone = (Array(namespaces.keys) + entries.keys).filter { !present.contains($0) }
        let changes = gone.sorted().map(Change.removed) + snapshot.records.map(Change.put)
        return apply(changes, revision: snapshot.cursor.revision)
    }

    /// All of it, in the order of the keys.
    var archive: DirectoryArchive {
        DirectoryArchive(
            revision: revision,
            namespaces: namespaces.sorted { $0.key < $1.key }.map(\.value),
            entries: entries.sorted { $0.key < $1.key }.map(\.value))
    }

    /// Takes over what an earlier process saved.
    mutating func restore(_ archive: DirectoryArchive) {
        directory.revision = archive.revision
        for namespace in archive.namespaces {
            // What could not be published then was said then.
            try? put(namespace, at: .namespace(namespace.name))
        }
        for entry in archive.entries {
            _ = put(entry, at: .directory(entry.service, in: entry.namespace))
        }
    }
}
