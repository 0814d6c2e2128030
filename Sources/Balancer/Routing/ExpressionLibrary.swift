/// The text of a regular expression and how it compares letters: what makes two the same.
struct ExpressionText: Hashable, Sendable {
    let text: String
    let ignoresCase: Bool

    init(_ text: String, ignoringCase: Bool) {
        self.text = text
        ignoresCase = ignoringCase
    }
}

/// Compiles regular expressions, each but once: one costs more than a whole rule without.
struct ExpressionLibrary: Sendable {
    private let compiler: ExpressionCompiler
    /// Of the table before; taken over when they are wanted again.
    private let known: [ExpressionText: any RegularExpression]
    private var wanted: [ExpressionText: any RegularExpression] = [:]

    init(_ compiler: ExpressionCompiler, after previous: ExpressionLibrary? = nil) {
        self.compiler = compiler
        known = previous?.wanted ?? [:]
    }

    /// Keeps all that the table before had.
    mutating func keepAll() {
        wanted.merge(known) { made, _ in made }
    }

    mutating func expression(
        _ text: ExpressionText, max: Int, at field: String
    ) throws(ConfigurationDefect) -> any RegularExpression {
        if let made = wanted[text] { return made }
        guard (1...max).contains(text.text.utf8.count) else {
            throw ConfigurationDefect(field, "must have 1 to \(max) characters")
        }
        guard text.text.utf8.allSatisfy({ $0 >= 32 && $0 < 127 }) else {
            throw ConfigurationDefect(field, "may hold printable ASCII characters only")
        }
        do throws(ExpressionDefect) {
            let made =
                if let old = known[text] { old } else {
                    try compiler.compile(text.text, text.ignoresCase)
                }
            wanted[text] = made
            return made
        } catch {
            throw ConfigurationDefect(
                field, "'\(text.text)' is no regular expression: \(error.problem)")
        }
    }
}
