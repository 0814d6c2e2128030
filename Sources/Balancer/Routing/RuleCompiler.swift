internal import Model

/// Checks rules' conditions and compiles them into one program.
struct RuleCompiler {
    let limits: RuleLimits
    private(set) var library: ExpressionLibrary
    private(set) var expressions: [any RegularExpression] = []
    private var bytes: [UInt8] = []
    private var patterns: [CompiledPattern] = []
    private var blocks: [AddressBlock] = []
    private var conditions: [CompiledCondition] = []
    private var starts: [Int32] = [0]
    /// Of the rule that is being compiled.
    private var wildcardCount = 0
    private var valueCount = 0

    init(limits: RuleLimits, library: ExpressionLibrary) {
        self.limits = limits
        self.library = library
    }

    func program() -> RuleProgram {
        RuleProgram(
            bytes: Frozen(bytes), patterns: Frozen(patterns), blocks: Frozen(blocks),
            conditions: Frozen(conditions), starts: Frozen(starts))
    }

    /// Compiles the conditions of the next rule; `field` is the rule's place, for the error.
    mutating func add(
        _ conditions: [RuleCondition], at field: String
    ) throws(ConfigurationDefect) {
        guard (1...ConfigurationLimits.conditionsPerRuleMax).contains(conditions.count) else {
            throw ConfigurationDefect(
                "\(field).conditions",
                "\(conditions.count); 1 to \(ConfigurationLimits.conditionsPerRuleMax) are taken")
        }
        wildcardCount = 0
        valueCount = 0
        var single: Set<String> = []
        for (index, condition) in conditions.enumerated() {
            let field = "\(field).conditions[\(index)]"
            if let kind = condition.singleKind, !single.insert(kind).inserted {
                throw ConfigurationDefect(
                    field, "is the rule's second \(kind) condition; give one several values")
            }
            try add(condition, at: field)
        }
        starts.append(Int32(self.conditions.count))
        try RuleLimits.check(
            valueCount, "values", max: limits.conditionValues, setting: "condition_values",
            at: "\(field).conditions")
        try RuleLimits.check(
            wildcardCount, "wildcards", max: limits.wildcards, setting: "wildcards",
            at: "\(field).conditions")
    }

    private mutating func add(
        _ condition: RuleCondition, at field: String
    ) throws(ConfigurationDefect) {
        switch condition {
        case .hostHeader(let values):
            try add(values, .host, at: "\(field).hostHeader", as: .host)
        case .pathPattern(let values):
            try add(values, .path, at: "\(field).pathPattern", as: .path)
        case .httpRequestMethod(let values):
            try add(values, .method, at: "\(field).httpRequestMethod", as: .method)
        case .httpHeader(let name, let values):
            try add(
                values, .header, at: "\(field).httpHeader.values", as: .fieldValue,
                name: try fieldName(name, "\(field).httpHeader.name"))
        case .queryString(let pairs):
            try add(pairs, at: "\(field).queryString")
        case .sourceIP(let values):
            try addBlocks(values, at: "\(field).sourceIP")
        case .hostHeaderRegex(let values):
            try addExpressions(values, .hostExpression, at: "\(field).hostHeaderRegex")
        case .pathPatternRegex(let values):
            try addExpressions(values, .pathExpression, at: "\(field).pathPatternRegex")
        case .httpHeaderRegex(let name, let values):
            try addExpressions(
                values, .headerExpression, at: "\(field).httpHeaderRegex.values",
                name: try fieldName(name, "\(field).httpHeaderRegex.name"))
        }
    }
}

// MARK: Values of each kind

extension RuleCompiler {
    private mutating func add(
        _ values: [String], _ kind: CompiledCondition.Kind, at field: String,
        as grammar: PatternGrammar, name: ByteRange = .empty
    ) throws(ConfigurationDefect) {
        try count(values.count, field)
        let first = patterns.count
        for (index, value) in values.enumerated() {
            try addPattern(value, at: "\(field)[\(index)]", as: grammar)
        }
        append(kind, name: name, first: first, count: patterns.count - first)
    }

    private mutating func add(
        _ pairs: [QueryStringPair], at field: String
    ) throws(ConfigurationDefect) {
        try count(pairs.count, field)
        let first = patterns.count
        for (index, pair) in pairs.enumerated() {
            if let key = pair.key {
                try addPattern(key, at: "\(field)[\(index)].key", as: .query)
            } else {
                patterns.append(CompiledPattern(shape: .anything, text: .empty))
            }
            try addPattern(pair.value, at: "\(field)[\(index)].value", as: .query)
        }
        append(.query, first: first, count: patterns.count - first)
    }

    private mutating func addBlocks(
        _ values: [String], at field: String
    ) throws(ConfigurationDefect) {
        try count(values.count, field)
        let first = blocks.count
        for (index, value) in values.enumerated() {
            guard let block = AddressBlock(value) else {
                throw ConfigurationDefect(
                    "\(field)[\(index)]", "'\(value)' is no CIDR block such as 10.0.0.0/8")
            }
            guard value != "255.255.255.255/32" else {
                throw ConfigurationDefect("\(field)[\(index)]", "'\(value)' is nobody's address")
            }
            blocks.append(block)
        }
        append(.source, first: first, count: values.count)
    }

    private mutating func addExpressions(
        _ values: [String], _ kind: CompiledCondition.Kind, at field: String,
        name: ByteRange = .empty
    ) throws(ConfigurationDefect) {
        try count(values.count, field)
        let first = expressions.count
        for (index, value) in values.enumerated() {
            let text = ExpressionText(value, ignoringCase: kind != .pathExpression)
            expressions.append(
                try library.expression(
                    text, max: ConfigurationLimits.patternBytesMax, at: "\(field)[\(index)]"))
        }
        append(kind, name: name, first: first, count: values.count)
    }

    private mutating func addPattern(
        _ value: String, at field: String, as grammar: PatternGrammar
    ) throws(ConfigurationDefect) {
        if let problem = grammar.problem(of: value) {
            throw ConfigurationDefect(field, "'\(value)' \(problem)")
        }
        let pattern = WildcardPattern(
            value, ignoringCase: grammar.ignoresCase, escaping: grammar == .query)
        wildcardCount += pattern.wildcardCount
        patterns.append(compiled(pattern))
    }

    private mutating func compiled(_ pattern: WildcardPattern) -> CompiledPattern {
        let isWild = { (byte: UInt8) in byte <= WildcardPattern.anyOne }
        let star = WildcardPattern.anyRun
        let text = pattern.bytes[...]
        switch text.count(where: isWild) {
        case 0: return CompiledPattern(shape: .whole, text: place(text))
        case 1 where text.count == 1 && text.first == star:
            return CompiledPattern(shape: .anything, text: .empty)
        case 1 where text.last == star:
            return CompiledPattern(shape: .head, text: place(text.dropLast()))
        case 1 where text.first == star:
            return CompiledPattern(shape: .tail, text: place(text.dropFirst()))
        default: return CompiledPattern(shape: .wildcards, text: place(text))
        }
    }

    private mutating func fieldName(
        _ name: String, _ field: String
    ) throws(ConfigurationDefect) -> ByteRange {
        guard (1...40).contains(name.utf8.count), name.utf8.allSatisfy(Token.holds) else {
            throw ConfigurationDefect(field, "'\(name)' is no field name of up to 40 characters")
        }
        let lower = name.utf8.map(\.lowercased)
        guard lower != Array("host".utf8) else {
            throw ConfigurationDefect(field, "must not be Host; use a host-header condition")
        }
        return place(lower[...])
    }

    private mutating func place(_ text: ArraySlice<UInt8>) -> ByteRange {
        defer { bytes += text }
        return ByteRange(start: bytes.count, count: text.count)
    }

    private mutating func append(
        _ kind: CompiledCondition.Kind, name: ByteRange = .empty, first: Int, count: Int
    ) {
        conditions.append(
            CompiledCondition(kind: kind, name: name, first: Int32(first), count: Int32(count)))
    }

    private mutating func count(_ values: Int, _ field: String) throws(ConfigurationDefect) {
        guard values > 0 else {
            throw ConfigurationDefect(field, "must have at least one value")
        }
        valueCount += values
    }
}

extension RuleCondition {
    /// The name of a kind that a rule may have but one condition of.
    fileprivate var singleKind: String? {
        switch self {
        case .hostHeader, .hostHeaderRegex: "host-header"
        case .pathPattern, .pathPatternRegex: "path-pattern"
        case .httpRequestMethod: "http-request-method"
        case .sourceIP: "source-ip"
        case .httpHeader, .httpHeaderRegex, .queryString: nil
        }
    }
}
