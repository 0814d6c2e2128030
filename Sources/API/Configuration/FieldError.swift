/// What is wrong with which field of an input, for a person to put right.
package struct FieldError: Error, Hashable, Sendable, CustomStringConvertible {
    /// `services[0].health_check.interval`; empty for the whole document.
    package let field: String
    /// A sentence without the field's name: "must be 1 to 65535".
    package let problem: String

    package init(_ field: String, _ problem: String) {
        self.field = field
        self.problem = problem
    }

    package init(path: [any CodingKey], _ problem: String) {
        let field = path.reduce(into: "") { result, key in
            if let index = key.intValue {
                result += "[\(index)]"
            } else {
                result += result.isEmpty ? key.stringValue : "." + key.stringValue
            }
        }
        self.init(field, problem)
    }

    package init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            self.init(path: context.codingPath + [key], "is missing")
        case .valueNotFound(let type, let context):
            self.init(path: context.codingPath, "must not be null; it is \(FieldError.name(type))")
        case .typeMismatch(let type, let context):
            self.init(path: context.codingPath, "must be \(FieldError.name(type))")
        case .dataCorrupted(let context):
            self.init(path: context.codingPath, context.debugDescription)
        @unknown default:
            self.init("", "cannot be read")
        }
    }

    package var description: String { field.isEmpty ? problem : "\(field) \(problem)" }

    private static func name(_ type: any Any.Type) -> String {
        switch type {
        case is String.Type: "text"
        case is Bool.Type: "true or false"
        case is any BinaryInteger.Type: "a whole number"
        case is any BinaryFloatingPoint.Type: "a number"
        case is any Sequence.Type where "\(type)".hasPrefix("Array"): "a list"
        default: "an object"
        }
    }
}
