/// A compiled regular expression: finding it takes time linear in the text.
///
/// Routing needs no more of one than this; whoever compiles a table brings them along.
package protocol RegularExpression: Sendable {
    /// The groups in parentheses, not counting the whole match.
    var groupCount: Int { get }

    /// Whether it is found anywhere in `text`.
    func isFound(in text: UnsafeRawBufferPointer) -> Bool

    /// Finds its first match in `text` and says where its groups lie, the whole match first.
    ///
    /// A group that took no part has a negative start. `groups` holds at most ten.
    func find(in text: UnsafeRawBufferPointer, groups: inout [ByteRange]) -> Bool
}

/// Makes regular expressions of their text.
package struct ExpressionCompiler: Sendable {
    package let compile:
        @Sendable (_ text: String, _ ignoringCase: Bool) throws(ExpressionDefect) ->
            any RegularExpression

    package init(
        compile:
            @escaping @Sendable (_ text: String, _ ignoringCase: Bool) throws(ExpressionDefect) ->
            any RegularExpression
    ) {
        self.compile = compile
    }

    /// For tables that have no regular expressions: refuses each.
    package static let none = ExpressionCompiler {
        (text: String, _: Bool) throws(ExpressionDefect) -> any RegularExpression in
        throw ExpressionDefect("regular expressions are not available here")
    }
}

/// Why a text is no regular expression.
package struct ExpressionDefect: Error, Hashable, Sendable {
    package let problem: String

    package init(_ problem: String) {
        self.problem = problem
    }
}
