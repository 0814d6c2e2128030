import Store

/// One reading of several folders, so that an answer shows one moment.
extension Snapshot {
    func values<Value: Decodable & Sendable>(
        in folder: Key, as type: Value.Type = Value.self
    ) throws(StoreError) -> [Versioned<Value>] {
        var values: [Versioned<Value>] = []
        for record in records where record.key.lies(in: folder) {
            values.append(try record.versioned(type))
        }
        return values
    }

    func value<Value: Decodable & Sendable>(
        at key: Key, as type: Value.Type = Value.self
    ) throws(StoreError) -> Versioned<Value>? {
        try record(at: key)?.versioned(type)
    }

    func contains(_ key: Key) -> Bool {
        record(at: key) != nil
    }

    /// Records are sorted by key, so that each look halves what is left.
    private func record(at key: Key) -> Record? {
        var low = records.startIndex
        var high = records.endIndex
        while low < high {
            let middle = (low + high) / 2
            if records[middle].key < key {
                low = middle + 1
            } else {
                high = middle
            }
        }
        guard low < records.endIndex, records[low].key == key else { return nil }
        return records[low]
    }
}
