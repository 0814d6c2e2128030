package import Model

/// Reading answers: a missing field reads as `nil`, as clients of AWS's APIs expect.
extension JSON {
    subscript(field: String) -> JSON? {
        guard case .object(let fields) = self else { return nil }
        return fields[field]
    }

    var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    var integer: Int? {
        switch self {
        case .integer(let value): Int(value)
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }

    var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    var boolean: Bool? {
        guard case .boolean(let value) = self else { return nil }
        return value
    }

    /// The elements of an array; anything else has none.
    var elements: [JSON] {
        guard case .array(let values) = self else { return [] }
        return values
    }

    /// The fields of an object; anything else has none.
    var fields: [String: JSON] {
        guard case .object(let fields) = self else { return [:] }
        return fields
    }

    static func strings(_ texts: [String]) -> JSON {
        .array(texts.map { .string($0) })
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral
{
    package init(stringLiteral value: String) {
        self = .string(value)
    }

    package init(booleanLiteral value: Bool) {
        self = .boolean(value)
    }

    package init(integerLiteral value: Int64) {
        self = .integer(value)
    }

    package init(dictionaryLiteral fields: (String, JSON)...) {
        self = .object(Dictionary(fields) { _, last in last })
    }

    package init(arrayLiteral values: JSON...) {
        self = .array(values)
    }
}
