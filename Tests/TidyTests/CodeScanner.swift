/// Blanks comments and literals out of Swift source, so that rules see code only.
///
/// Code inside a string's interpolation is code and stays. Regex literals are not known to it.
struct CodeScanner {
    private enum Context {
        /// `parentheses` counts those open since an interpolation began; nil outside of any.
        case code(parentheses: Int?)
        case string(hashes: Int, isMultiline: Bool)
    }

    private let bytes: [UInt8]
    private var position = 0
    private var output: [UInt8] = []
    private var contexts: [Context] = [.code(parentheses: nil)]

    private init(_ text: String) {
        bytes = Array(text.utf8)
        output.reserveCapacity(bytes.count)
    }

    /// The text with the same lines and columns, spaces in place of comments and literals.
    static func blank(_ text: String) -> String {
        var scanner = CodeScanner(text)
        while scanner.position < scanner.bytes.count {
            switch scanner.contexts.last {
            case .string(let hashes, let isMultiline):
                scanner.scanString(hashes: hashes, isMultiline: isMultiline)
            case .code(let parentheses):
                scanner.scanCode(parentheses: parentheses)
            case nil:
                scanner.contexts.append(.code(parentheses: nil))
            }
        }
        return String(decoding: scanner.output, as: UTF8.self)
    }

    private mutating func scanCode(parentheses: Int?) {
        if starts(with: "//") {
            while position < bytes.count, !starts(with: "\n") { blank(1) }
        } else if starts(with: "/*") {
            scanBlockComment()
        } else if let hashes = hashesBeforeQuote() {
            position += hashes
            output += Array(repeating: UInt8(ascii: " "), count: hashes)
            let isMultiline = starts(with: "\"\"\"")
            keep(isMultiline ? 3 : 1)
            contexts.append(.string(hashes: hashes, isMultiline: isMultiline))
        } else {
            if let parentheses { count(parentheses) }
            keep(1)
        }
    }

    /// Follows the parentheses of an interpolation; the last to close ends it.
    private mutating func count(_ parentheses: Int) {
        guard starts(with: "(") || starts(with: ")") else { return }
        let open = parentheses + (starts(with: "(") ? 1 : -1)
        contexts.removeLast()
        if open > 0 { contexts.append(.code(parentheses: open)) }
    }

    private mutating func scanString(hashes: Int, isMultiline: Bool) {
        let pounds = String(repeating: "#", count: hashes)
        let quote = isMultiline ? "\"\"\"" : "\""
        if starts(with: quote + pounds) {
            keep(quote.utf8.count)
            blank(hashes)
            contexts.removeLast()
        } else if starts(with: "\\" + pounds + "(") {
            blank(hashes + 1)
            keep(1)
            contexts.append(.code(parentheses: 1))
        } else if starts(with: "\\" + pounds) {
            blank(hashes + 2)
        } else if starts(with: "\n"), !isMultiline {
            contexts.removeLast()
        } else {
            blank(1)
        }
    }

    private mutating func scanBlockComment() {
        var depth = 0
        repeat {
            if starts(with: "/*") { depth += 1 }
            if starts(with: "*/") { depth -= 1 }
            blank(starts(with: "/*") || starts(with: "*/") ? 2 : 1)
        } while depth > 0 && position < bytes.count
    }

    /// The number of `#` before the quotation mark that stands here, or nil when none does.
    private func hashesBeforeQuote() -> Int? {
        let hashes = bytes[position...].prefix { $0 == UInt8(ascii: "#") }.count
        let quote = position + hashes
        return quote < bytes.count && bytes[quote] == UInt8(ascii: "\"") ? hashes : nil
    }

    private func starts(with text: String) -> Bool {
        bytes[position...].starts(with: text.utf8)
    }

    private mutating func keep(_ count: Int) {
        let end = min(position + count, bytes.count)
        output += bytes[position..<end]
        position = end
    }

    private mutating func blank(_ count: Int) {
        let end = min(position + count, bytes.count)
        let newline = UInt8(ascii: "\n")
        output += bytes[position..<end].map { $0 == newline ? newline : UInt8(ascii: " ") }
        position = end
    }
}
