import Model

/// Typed fields, and beside them the ones that were kept as they came.
struct Echoing<Fields: Encodable>: Encodable {
    let fields: Fields
    let echoed: [String: JSON]

    /// What is typed wins over what is echoed.
    func encode(to encoder: any Encoder) throws {
        try encoder.encode(echoed: echoed)
        try fields.encode(to: encoder)
    }
}

/// What becomes of the fields of a request that nothing here acts on.
struct KeptFields {
    /// Kept and echoed: leaving them undone does not change what the request means.
    let echoed: Set<String>
    /// Refused, each with the reason.
    let refused: [String: String]

    /// The fields to keep; unknown ones are dropped, as AWS drops them. An empty value asks for
    /// nothing, so it is never refused.
    func kept(of fields: [String: JSON], at path: String = "") throws(Fault) -> [String: JSON] {
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) where !value.isEmpty {
            guard let reason = refused[name] else { continue }
            let field = path.isEmpty ? name : "\(path).\(name)"
            throw .client("\(field) cannot be used: \(reason)", field: field)
        }
        return fields.filter { echoed.contains($0.key) && $0.value != .null }
    }
}

extension JSON {
    /// Whether this says nothing: null, false, or a container without elements.
    var isEmpty: Bool {
        switch self {
        case .null, .boolean(false): true
        case .array(let elements): elements.isEmpty
        case .object(let fields): fields.isEmpty
        case .boolean, .integer, .number, .string: false
        }
    }
}
