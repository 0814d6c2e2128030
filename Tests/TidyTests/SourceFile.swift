/// One text file of ours, with what a rule wants to look at.
struct SourceFile {
    /// Relative to the repository's root.
    let path: String
    let lines: [Substring]
    /// The same lines with comments and the contents of literals blanked out.
    let code: [Substring]

    init(path: String, text: String) {
        self.path = path
        lines = Self.split(text)
        code = path.hasSuffix(".swift") ? Self.split(CodeScanner.blank(text)) : lines
    }

    /// The file's name without its extension, and without the aspect after a plus sign.
    var noun: Substring {
        let name = path.split(separator: "/").last ?? ""
        return name.prefix { $0 != "." && $0 != "+" }
    }

    /// Whether a person explained the line: on it, or in the three lines above it.
    func isExplained(line: Int) -> Bool {
        (max(0, line - 3)...line).contains { lines[$0].contains("//") && !code[$0].contains("//") }
    }

    func violation(line: Int, _ message: String) -> Violation {
        Violation(path: path, line: line + 1, message: message)
    }

    private static func split(_ text: String) -> [Substring] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }
}

/// A rule broken at a place.
struct Violation: CustomStringConvertible, Equatable {
    let path: String
    let line: Int
    let message: String

    var description: String { "\(path):\(line): \(message)" }
}
