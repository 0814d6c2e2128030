import Store

/// The records of one kind by their names: as they are, and as they are to be.
struct Shelf<Name: Hashable & Comparable, Value: Codable & Hashable & Sendable> {
    private let before: [Name: Versioned<Value>]
    private(set) var values: [Name: Value]

    init(_ records: [Versioned<Value>], by name: (Value) -> Name) {
        before = Dictionary(records.map { (name($0.value), $0) }) { _, last in last }
        values = before.mapValues(\.value)
    }

    subscript(name: Name) -> Value? {
        get { values[name] }
        set { values[name] = newValue }
    }

    /// The names whose value is new or another one now, sorted.
    private var changed: [Name] {
        values.keys.filter { values[$0] != before[$0]?.value }.sorted()
    }

    /// `created target group web`, one sentence for each change.
    func sentences(_ kind: String, calling label: (Name) -> String = { "\($0)" }) -> [String] {
        changed.map { "\(before[$0] == nil ? "created" : "updated") \(kind) \(label($0))" }
    }

    /// The changes as writes, each good only while nobody else has changed its record.
    func transaction(at key: (Value) -> Key) throws(StoreError) -> Transaction {
        var transaction = Transaction()
        for name in changed {
            guard let value = values[name] else { continue }
            let key = key(value)
            transaction.preconditions.append(
                before[name].map { .unchanged(key, version: $0.version) } ?? .absent(key))
            transaction.writes.append(try .put(key, value))
        }
        return transaction
    }
}

extension Transaction {
    mutating func add(_ other: Transaction) {
        preconditions += other.preconditions
        writes += other.writes
    }
}
