import Expressions
import Routing
import Synchronization

/// Compiles expressions and notes which.
final class CountingCompiler: Sendable {
    private let made = Mutex<[String]>([])

    var texts: [String] { made.withLock(\.self) }

    var compiler: ExpressionCompiler {
        ExpressionCompiler { (text: String, ignoringCase: Bool) throws(ExpressionDefect) in
            self.made.withLock { $0.append(text) }
            return try LinearExpression(text, ignoringCase: ignoringCase)
        }
    }
}
