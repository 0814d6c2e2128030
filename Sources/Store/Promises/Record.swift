/// A value at a key, with the version that a later commit may insist on.
package struct Record: Hashable, Sendable {
    package let key: Key
    /// JSON, in UTF-8.
    package let value: [UInt8]
    /// Changes with every write of this key, and is never used twice for it.
    package let version: UInt64

    package init(key: Key, value: [UInt8], version: UInt64) {
        self.key = key
        self.value = value
        self.version = version
    }
}

/// A place in the store's history. Opaque: it is only given back to `watch(_:from:)`.
package struct Cursor: Hashable, Sendable, Codable {
    /// The number of the last commit that was seen.
    package let revision: UInt64

    package init(revision: UInt64) {
        self.revision = revision
    }
}

/// What the store held at one moment.
package struct Snapshot: Sendable {
    package let records: [Record]
    /// Watching from here misses nothing and repeats nothing.
    package let cursor: Cursor

    package init(records: [Record], cursor: Cursor) {
        self.records = records
        self.cursor = cursor
    }
}

/// One key's new state after a commit.
package enum Change: Hashable, Sendable {
    case put(Record)
    case removed(Key)

    package var key: Key {
        switch self {
        case .put(let record): record.key
        case .removed(let key): key
        }
    }
}

/// What a watch delivers: the changes of one or more whole commits, in their order.
package struct Batch: Sendable {
    package let changes: [Change]
    package let cursor: Cursor

    package init(changes: [Change], cursor: Cursor) {
        self.changes = changes
        self.cursor = cursor
    }
}
