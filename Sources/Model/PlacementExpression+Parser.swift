extension PlacementExpression {
    /// Parses `text`; throws what is wrong with it, as the end of a sentence.
    package init(parsing text: String) throws(Problem) {
        guard text.count <= PlacementExpression.charactersMax else {
            throw Problem(
                description: "must have \(PlacementExpression.charactersMax) characters at most")
        }
        var parser = Parser(words: try Self.words(in: text))
        self = try parser.disjunction(depth: 0)
        if let rest = parser.next() {
            throw Problem(description: "cannot be read from \"\(rest.text)\" on")
        }
    }

    fileprivate struct Word: Hashable {
        let text: String
        /// Whether it stood in quotes, so that it is no operator.
        var isQuoted = false
    }

    private static func words(in text: String) throws(Problem) -> [Word] {
        var words: [Word] = []
        var rest = Substring(text)
        while let first = rest.first {
            if first.isWhitespace {
                rest.removeFirst()
            } else if first == "\"" || first == "'" {
                let inner = rest.dropFirst()
                guard let end = inner.firstIndex(of: first) else {
                    throw Problem(description: "has a quote that does not end")
                }
                words.append(Word(text: String(inner[..<end]), isQuoted: true))
                rest = inner[inner.index(after: end)...]
            } else if let sign = signs.first(where: { rest.hasPrefix($0) }) {
                words.append(Word(text: sign))
                rest = rest.dropFirst(sign.count)
            } else {
                let word = rest.prefix { !$0.isWhitespace && !"()[],=<>!\"'".contains($0) }
                words.append(Word(text: String(word)))
                rest = rest.dropFirst(word.count)
            }
        }
        return words
    }

    /// Longer ones before those that they begin with.
    private static let signs = [
        "==", "!=", ">=", "<=", "=~", "!~", "&&", "||", ">", "<", "!", "(", ")", "[", "]", ",", "=",
    ]

    private struct Parser {
        private var words: ArraySlice<Word>

        init(words: [Word]) {
            self.words = words[...]
        }

        mutating func next() -> Word? { words.popFirst() }

        private mutating func take(_ choices: String...) -> Bool {
            guard let word = words.first, !word.isQuoted, choices.contains(word.text) else {
                return false
            }
            words.removeFirst()
            return true
        }

        mutating func disjunction(depth: Int) throws(Problem) -> PlacementExpression {
            var result = try conjunction(depth: depth)
            while take("or", "||") { result = .either(result, try conjunction(depth: depth)) }
            return result
        }

        private mutating func conjunction(depth: Int) throws(Problem) -> PlacementExpression {
            var result = try term(depth: depth)
            while take("and", "&&") { result = .both(result, try term(depth: depth)) }
            return result
        }

        private mutating func term(depth: Int) throws(Problem) -> PlacementExpression {
            guard depth < PlacementExpression.depthMax else {
                throw Problem(
                    description: "has more than \(PlacementExpression.depthMax) levels")
            }
            if take("not", "!") { return .not(try term(depth: depth + 1)) }
            if take("(") {
                let inner = try disjunction(depth: depth + 1)
                guard take(")") else { throw Problem(description: "lacks a closing parenthesis") }
                return inner
            }
            return try comparison(of: try subject())
        }

        private mutating func subject() throws(Problem) -> Subject {
            guard let word = next() else { throw Problem(description: "ends too early") }
            switch word.text {
            case "agentVersion": return .agentVersion
            case "ec2InstanceId": return .instanceID
            case "registeredAt": return .registeredAt
            case "runningTasksCount": return .runningTasksCount
            case "task:group": return .taskGroup
            case let text where text.hasPrefix("attribute:") && text.count > 10:
                return .attribute(String(text.dropFirst(10)))
            default:
                throw Problem(
                    description: "has \"\(word.text)\" where attribute:NAME, task:group, "
                        + "ec2InstanceId, agentVersion, registeredAt or runningTasksCount is due")
            }
        }

        private mutating func comparison(
            of subject: Subject
        ) throws(Problem) -> PlacementExpression {
            if take("!") {
                if take("exists") { return .not(.exists(subject)) }
                if take("in") { return .not(.comparison(subject, .isIn, try list())) }
                throw Problem(description: "has ! where exists or in must follow")
            }
            if take("exists") { return .exists(subject) }
            if take("not_exists") { return .not(.exists(subject)) }
            if take("in") { return .comparison(subject, .isIn, try list()) }
            if take("not_in") { return .not(.comparison(subject, .isIn, try list())) }
            if take("=~", "matches") { return .matches(subject, try pattern()) }
            if take("!~", "not_matches") { return .not(.matches(subject, try pattern())) }
            if take("!=", "not_equals") {
                return .not(.comparison(subject, .equals, [try argument()]))
            }
            let operators: [(names: (String, String), meaning: Operator)] = [
                (("==", "equals"), .equals), ((">", "greater_than"), .greater),
                ((">=", "greater_than_equal"), .greaterOrEqual), (("<", "less_than"), .less),
                (("<=", "less_than_equal"), .lessOrEqual),
            ]
            for (names, meaning) in operators where take(names.0, names.1) {
                return .comparison(subject, meaning, [try argument()])
            }
            let found = words.first.map { "\"\($0.text)\"" } ?? "its end"
            throw Problem(description: "has \(found) where an operator is due")
        }

        private mutating func argument() throws(Problem) -> String {
            guard let word = next() else { throw Problem(description: "ends too early") }
            guard word.isQuoted || !PlacementExpression.signs.contains(word.text) else {
                throw Problem(description: "has \"\(word.text)\" where a value is due")
            }
            return word.text
        }

        private mutating func list() throws(Problem) -> [String] {
            guard take("[") else { throw Problem(description: "lacks [ after in") }
            var values = [try argument()]
            while take(",") { values.append(try argument()) }
            guard take("]") else { throw Problem(description: "lacks ] after a list") }
            return values
        }

        private mutating func pattern() throws(Problem) -> PlacementPattern {
            let text = try argument()
            guard let pattern = PlacementPattern(text) else {
                throw Problem(
                    description: "has the pattern \"\(text)\": of regular expressions there are "
                        + ". * + ? | and \\, and \(PlacementPattern.charactersMax) characters")
            }
            return pattern
        }
    }
}
