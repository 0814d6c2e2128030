import FoundationEssentials

/// A record's value decoded, with the version to insist on when writing it back.
package struct Versioned<Value: Sendable>: Sendable {
    package var value: Value
    package let version: UInt64

    package init(_ value: Value, version: UInt64) {
        self.value = value
        self.version = version
    }
}

extension Record {
    /// The value as `type`; throws `.malformed` with the field that is wrong.
    package func decode<Value: Decodable>(
        _ type: Value.Type = Value.self
    ) throws(StoreError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(value))
        } catch {
            throw .malformed(key, "\(error)")
        }
    }

    package func versioned<Value: Decodable & Sendable>(
        _ type: Value.Type = Value.self
    ) throws(StoreError) -> Versioned<Value> {
        Versioned(try decode(type), version: version)
    }
}

extension Write {
    /// A put of `value` as JSON with sorted keys, so that equal values are equal bytes.
    package static func put(
        _ key: Key, _ value: some Encodable, lease: LeaseID? = nil
    ) throws(StoreError) -> Write {
        .put(key, value: try Encoding.bytes(of: value, at: key), lease: lease)
    }
}

/// The one way that a noun becomes bytes in the store.
package enum Encoding {
    package static func bytes(
        of value: some Encodable, at key: Key
    ) throws(StoreError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return [UInt8](try encoder.encode(value))
        } catch {
            throw .malformed(key, "\(error)")
        }
    }
}

extension Store {
    /// The record at exactly `key`, decoded; `nil` when there is none.
    package func value<Value: Decodable & Sendable>(
        at key: Key, as type: Value.Type = Value.self
    ) async throws(StoreError) -> Versioned<Value>? {
        for record in try await read([key]).records where record.key == key {
            return try record.versioned(type)
        }
        return nil
    }

    /// Every record below `folder`, decoded, in the order of their keys.
    package func values<Value: Decodable & Sendable>(
        in folder: Key, as type: Value.Type = Value.self
    ) async throws(StoreError) -> [Versioned<Value>] {
        var values: [Versioned<Value>] = []
        for record in try await read([folder]).records {
            values.append(try record.versioned(type))
        }
        return values
    }
}
