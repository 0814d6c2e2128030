/// A pattern in which `*` stands for any run of characters and `?` for any one.
package struct WildcardPattern: Hashable, Sendable {
    private let pattern: [UInt8]
    private let ignoresCase: Bool

    package init(_ text: String, ignoringCase: Bool) {
        ignoresCase = ignoringCase
        pattern = ignoringCase ? text.utf8.map(\.lowercased) : Array(text.utf8)
    }

    /// Linear in the text but for the last `*`: it alone is ever tried again.
    package func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        var inPattern = 0
        var inText = 0
        var star: (pattern: Int, text: Int)?
        while inText < text.count {
            if inPattern < pattern.count, pattern[inPattern] == UInt8(ascii: "*") {
                star = (inPattern, inText)
                inPattern += 1
            } else if inPattern < pattern.count, accepts(pattern[inPattern], text[inText]) {
                inPattern += 1
                inText += 1
            } else if let last = star {
                inPattern = last.pattern + 1
                inText = last.text + 1
                star = (last.pattern, inText)
            } else {
                return false
            }
        }
        return pattern[inPattern...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    private func accepts(_ wanted: UInt8, _ byte: UInt8) -> Bool {
        wanted == UInt8(ascii: "?") || wanted == (ignoresCase ? byte.lowercased : byte)
    }
}
