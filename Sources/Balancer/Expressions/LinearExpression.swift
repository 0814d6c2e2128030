internal import CRE2
package import Routing

/// A regular expression of RE2's, which has no construct that takes more than linear time:
/// no look-around, no back-references, no possessive or atomic groups.
///
/// It matches bytes, not characters: what a request holds need not be UTF-8.
package final class LinearExpression: RegularExpression {
    /// What one may take, compiled program and cached states together.
    package static let memoryBytesMax = 1 << 20
    private static let problemBytesMax = 256

    // Never written after `init`; RE2 guards what it caches while it matches.
    private nonisolated(unsafe) let expression: OpaquePointer
    package let groupCount: Int

    /// Throws what RE2 finds wrong with `text`, or that it needs too much memory.
    package init(_ text: String, ignoringCase: Bool) throws(ExpressionDefect) {
        var problem = [CChar](repeating: 0, count: LinearExpression.problemBytesMax)
        var text = text
        let compiled = text.withUTF8 { text in
            text.withMemoryRebound(to: CChar.self) { text in
                teal_expression_compile(
                    text.baseAddress, text.count, ignoringCase,
                    Int64(LinearExpression.memoryBytesMax), &problem, problem.count)
            }
        }
        guard let compiled else {
            let end = problem.firstIndex(of: 0) ?? problem.endIndex
            let bytes = problem[..<end].map { UInt8(bitPattern: $0) }
            throw ExpressionDefect(String(decoding: bytes, as: UTF8.self))
        }
        expression = compiled
        groupCount = Int(teal_expression_groups(compiled))
    }

    deinit {
        teal_expression_free(expression)
    }

    package func isFound(in text: UnsafeRawBufferPointer) -> Bool {
        teal_expression_is_found(expression, text.baseAddress, text.count)
    }

    package func find(in text: UnsafeRawBufferPointer, groups: inout [ByteRange]) -> Bool {
        var found = [teal_group](
            repeating: teal_group(start: -1, count: 0), count: min(groupCount + 1, 10))
        guard
            teal_expression_find(
                expression, text.baseAddress, text.count, &found, CInt(found.count))
        else { return false }
        groups = found.map { ByteRange(start: Int($0.start), count: Int($0.count)) }
        return true
    }
}

extension ExpressionCompiler {
    /// Compiles every expression as a `LinearExpression`.
    package static let linear = ExpressionCompiler {
        (text: String, ignoringCase: Bool) throws(ExpressionDefect) -> any RegularExpression in
        try LinearExpression(text, ignoringCase: ignoringCase)
    }
}
