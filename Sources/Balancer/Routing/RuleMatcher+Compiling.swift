internal import Model

extension RuleMatcher {
    /// Compiles `condition`; `field` is its place, for the error.
    init(_ condition: RuleCondition, at field: String) throws(ConfigurationDefect) {
        switch condition {
        case .hostHeader(let values):
            self = .host(try RuleMatcher.patterns(values, "\(field).hostHeader", folding: true))
        case .pathPattern(let values):
            self = .path(try RuleMatcher.patterns(values, "\(field).pathPattern", folding: false))
        case .httpHeader(let name, let values):
            guard name.utf8.count <= 40, !name.isEmpty, name.utf8.allSatisfy(Token.holds) else {
                throw ConfigurationDefect(
                    "\(field).httpHeader.name", "'\(name)' is no field name of up to 40 characters")
            }
            self = .header(
                name: Array(name.utf8),
                values: try RuleMatcher.patterns(values, "\(field).httpHeader", folding: true))
        case .httpRequestMethod(let values):
            self = .method(try RuleMatcher.methods(values, "\(field).httpRequestMethod"))
        case .queryString(let pairs):
            self = .query(try RuleMatcher.queries(pairs, "\(field).queryString"))
        case .sourceIP(let values):
            self = .source(try RuleMatcher.blocks(values, "\(field).sourceIP"))
        }
    }

    private static func patterns(
        _ values: [String], _ field: String, folding: Bool
    ) throws(ConfigurationDefect) -> [WildcardPattern] {
        try check(values.count, field)
        var patterns: [WildcardPattern] = []
        for value in values {
            try check(value, field)
            patterns.append(WildcardPattern(value, ignoringCase: folding))
        }
        return patterns
    }

    private static func methods(
        _ values: [String], _ field: String
    ) throws(ConfigurationDefect) -> [[UInt8]] {
        try check(values.count, field)
        for value in values
        where value.isEmpty || value.utf8.count > RequestHead.methodBytesMax
            || !value.utf8.allSatisfy(Token.holds)
        {
            throw ConfigurationDefect(field, "'\(value)' is no request method")
        }
        return values.map { Array($0.utf8) }
    }

    private static func queries(
        _ pairs: [QueryStringPair], _ field: String
    ) throws(ConfigurationDefect) -> [(key: WildcardPattern?, value: WildcardPattern)] {
        try check(pairs.count, field)
        var compiled: [(key: WildcardPattern?, value: WildcardPattern)] = []
        for pair in pairs {
            try check(pair.value, field)
            if let key = pair.key { try check(key, field) }
            compiled.append(
                (
                    key: pair.key.map { WildcardPattern($0, ignoringCase: true) },
                    value: WildcardPattern(pair.value, ignoringCase: true)
                ))
        }
        return compiled
    }

    private static func blocks(
        _ values: [String], _ field: String
    ) throws(ConfigurationDefect) -> [AddressBlock] {
        try check(values.count, field)
        var blocks: [AddressBlock] = []
        for value in values {
            guard let block = AddressBlock(value) else {
                throw ConfigurationDefect(field, "'\(value)' is no CIDR block such as 10.0.0.0/8")
            }
            blocks.append(block)
        }
        return blocks
    }

    private static func check(_ count: Int, _ field: String) throws(ConfigurationDefect) {
        guard (1...ConfigurationLimits.conditionValuesMax).contains(count) else {
            throw ConfigurationDefect(
                field, "\(count) values; 1 to \(ConfigurationLimits.conditionValuesMax) are taken")
        }
    }

    private static func check(_ value: String, _ field: String) throws(ConfigurationDefect) {
        guard !value.isEmpty, value.utf8.count <= ConfigurationLimits.patternBytesMax else {
            throw ConfigurationDefect(
                field,
                "'\(value)' is empty or longer than \(ConfigurationLimits.patternBytesMax) bytes")
        }
    }
}
