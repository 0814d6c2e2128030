import Model

/// A field that differs between two JSON values; `nil` on the side that does not have it.
struct JSONDifference: Hashable {
    /// `containerDefinitions[web].environment[VERSION]`.
    let field: String
    let old: JSON?
    let new: JSON?

    /// All of them, ordered by field. Elements that have names are told apart by those, others by
    /// nothing: a list of such differs as a whole.
    static func all(from old: JSON, to new: JSON) -> [JSONDifference] {
        all(old, new, at: "")
    }

    private static func all(_ old: JSON?, _ new: JSON?, at field: String) -> [JSONDifference] {
        let old = old == .null ? nil : old
        let new = new == .null ? nil : new
        guard old != new else { return [] }
        if case .object(let olds)? = old, case .object(let news)? = new {
            return all(olds, news) { field.isEmpty ? $0 : "\(field).\($0)" }
        }
        if let olds = old?.elementsByName, let news = new?.elementsByName {
            return all(olds, news) { "\(field)[\($0)]" }
        }
        return [JSONDifference(field: field, old: old, new: new)]
    }

    private static func all(
        _ olds: [String: JSON], _ news: [String: JSON], at field: (String) -> String
    ) -> [JSONDifference] {
        Set(olds.keys).union(news.keys).sorted().flatMap { name in
            all(olds[name], news[name], at: field(name))
        }
    }
}

extension JSON {
    /// The elements of an array whose elements have names of their own; one that is a name and a
    /// value is that value.
    fileprivate var elementsByName: [String: JSON]? {
        guard case .array(let elements) = self else { return nil }
        var named: [String: JSON] = [:]
        for element in elements {
            guard let name = element["name"]?.string, named[name] == nil else { return nil }
            let isPair = Set(element.fields.keys) == ["name", "value"]
            named[name] = isPair ? element["value"] : element
        }
        return named
    }
}
