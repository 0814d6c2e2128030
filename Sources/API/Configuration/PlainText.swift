/// Text that may be written without quotes: `VERSION: 1` means `"1"`, `DEBUG: true` means `"true"`.
package struct PlainText: Hashable, Sendable, Codable, ExpressibleByStringLiteral {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    package init(stringLiteral text: String) {
        self.text = text
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            self.text = text
        } else if let flag = try? container.decode(Bool.self) {
            text = flag ? "true" : "false"
        } else if let number = try? container.decode(Int.self) {
            text = String(number)
        } else {
            // A fraction's text would not survive the way through a number: 1.10 becomes 1.1.
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "must be text; put it in quotes")
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
