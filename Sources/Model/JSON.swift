/// Any JSON value: for the fields of AWS's shapes that we keep and echo but do not act on.
package enum JSON: Hashable, Sendable, Codable {
    case null
    case boolean(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSON].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSON].self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .boolean(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}

/// A coding key made of any text.
package struct FieldName: CodingKey, Hashable {
    package let stringValue: String

    package init(stringValue: String) {
        self.stringValue = stringValue
    }

    package init(_ text: String) {
        stringValue = text
    }

    package var intValue: Int? { nil }

    package init?(intValue: Int) {
        nil
    }
}

extension Decoder {
    /// The fields of the object being decoded that are not in `known`: kept to be echoed.
    package func fields(besides known: Set<String>) throws -> [String: JSON] {
        let container = try container(keyedBy: FieldName.self)
        var rest: [String: JSON] = [:]
        for key in container.allKeys where !known.contains(key.stringValue) {
            rest[key.stringValue] = try container.decode(JSON.self, forKey: key)
        }
        return rest
    }
}

extension Encoder {
    /// Writes kept fields beside the typed ones of the same object.
    package func encode(echoed fields: [String: JSON]) throws {
        var container = container(keyedBy: FieldName.self)
        for (name, value) in fields {
            try container.encode(value, forKey: FieldName(name))
        }
    }
}
