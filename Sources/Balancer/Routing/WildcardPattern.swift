/// A pattern in which `*` stands for any run of characters and `?` for any one.
package struct WildcardPattern: Hashable, Sendable {
    /// The characters, with bytes that no pattern may hold in place of the wildcards.
    let bytes: [UInt8]
    let ignoresCase: Bool
    /// How many wildcards were written.
    let wildcardCount: Int

    static let anyRun: UInt8 = 1
    static let anyOne: UInt8 = 2

    /// With `escaping`, a backslash takes the special meaning of the character after it.
    package init(_ text: String, ignoringCase: Bool, escaping: Bool = false) {
        var bytes: [UInt8] = []
        var wildcards = 0
        var isEscaped = false
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\") where escaping && !isEscaped:
                isEscaped = true
                continue
            case UInt8(ascii: "*") where !isEscaped:
                wildcards += 1
                if bytes.last != WildcardPattern.anyRun { bytes.append(WildcardPattern.anyRun) }
            case UInt8(ascii: "?") where !isEscaped:
                wildcards += 1
                bytes.append(WildcardPattern.anyOne)
            default:
                bytes.append(ignoringCase ? byte.lowercased : byte)
            }
            isEscaped = false
        }
        if isEscaped { bytes.append(UInt8(ascii: "\\")) }
        self.bytes = bytes
        ignoresCase = ignoringCase
        wildcardCount = wildcards
    }

    /// Whether it stands for the whole of `text`.
    package func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        bytes.withUnsafeBytes {
            WildcardPattern.matches($0, text, ignoringCase: ignoresCase)
        }
    }

    /// Linear in the text but for the last `*`: it alone is ever tried again.
    static func matches(
        _ pattern: UnsafeRawBufferPointer, _ text: UnsafeRawBufferPointer, ignoringCase: Bool
    ) -> Bool {
        var inPattern = 0
        var inText = 0
        var starInPattern = -1
        var starInText = 0
        while inText < text.count {
            let wanted = inPattern < pattern.count ? pattern[inPattern] : 0
            let byte = ignoringCase ? text[inText].lowercased : text[inText]
            if inPattern < pattern.count, wanted == anyRun {
                starInPattern = inPattern
                starInText = inText
                inPattern &+= 1
            } else if inPattern < pattern.count, wanted == byte || wanted == anyOne {
                inPattern &+= 1
                inText &+= 1
            } else if starInPattern >= 0 {
                inPattern = starInPattern &+ 1
                starInText &+= 1
                inText = starInText
            } else {
                return false
            }
        }
        while inPattern < pattern.count, pattern[inPattern] == anyRun { inPattern &+= 1 }
        return inPattern == pattern.count
    }
}
