/// How the access log is written.
package enum AccessFormat: String, Sendable, CaseIterable {
    /// ALB's fields, in its order and with its quotes.
    case alb
    /// An object a line, with ALB's names.
    case json

    /// What comes before each field, and after the last one.
    var separators: [String] {
        var separators: [String] = []
        var before = self == .alb ? "" : "{"
        for field in AccessField.allCases {
            let quote = isQuoted(field) ? "\"" : ""
            let name = self == .alb ? "" : "\"\(field.rawValue)\":"
            separators.append(before + name + quote)
            before = quote + (self == .alb ? " " : ",")
        }
        return separators + [before.dropLast() + (self == .alb ? "\n" : "}\n")]
    }

    private func isQuoted(_ field: AccessField) -> Bool {
        self == .alb ? field.isQuoted : !field.isNumber
    }
}
