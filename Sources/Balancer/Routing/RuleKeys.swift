internal import Model

/// The texts by which rules are found: the beginnings and ends of their patterns.
///
/// Each text is numbered, so that rules with the same one are told by a number.
struct RuleKeys {
    typealias ID = Int32

    struct Key {
        /// In `bytes`, in lower case where case is ignored.
        let text: ByteRange
        let isWhole: Bool
    }

    /// What a rule wants of a request by one facet.
    struct Want {
        let id: ID
        /// Which of the rule's conditions wants it.
        let condition: Int
        /// Whether a request that has it meets that condition.
        var proves: Bool
    }

    /// So many field names and parameter keys are tried, the most frequent ones.
    private static let namesMax = 3

    let program: RuleProgram
    private(set) var bytes: [UInt8] = []
    private var keys: [Key] = []
    private var ids: [Spelling: ID] = [:]

    private struct Spelling: Hashable {
        let bytes: ArraySlice<UInt8>
        let isWhole: Bool
    }

    init(_ program: RuleProgram) {
        self.program = program
    }

    subscript(id: ID) -> Key { keys[Int(id)] }

    func hash(of key: Key, isTail: Bool) -> UInt32 {
        var hash = KeyHash()
        let text = bytes[Int(key.text.start)..<key.text.end]
        if isTail {
            for byte in text.reversed() { hash.add(byte) }
        } else {
            for byte in text { hash.add(byte) }
        }
        return key.isWhole ? hash.ofWhole : hash.ofPart
    }

    private mutating func id(_ text: ArraySlice<UInt8>, isWhole: Bool) -> ID {
        let spelling = Spelling(bytes: text, isWhole: isWhole)
        if let id = ids[spelling] { return id }
        let id = ID(keys.count)
        keys.append(
            Key(text: ByteRange(start: bytes.count, count: text.count), isWhole: isWhole))
        bytes += text
        ids[spelling] = id
        return id
    }

    private mutating func id(_ text: ByteRange, isWhole: Bool) -> ID {
        id(Array(text.of(program.bytes.bytes))[...], isWhole: isWhole)
    }
}

// MARK: What there is to tell rules apart by

extension RuleKeys {
    /// The facets by which any of `rules` could be found, in the order of preference.
    mutating func facets(of rules: [Int32]) -> [RuleFacet] {
        var kinds: Set<CompiledCondition.Kind> = []
        var fields: [ID: Int] = [:]
        var parameters: [ID: Int] = [:]
        let program = program
        for condition in rules.lazy.flatMap({ program.conditions(of: Int($0)) }) {
            let condition = program.conditions[condition]
            kinds.insert(condition.kind)
            if condition.kind == .header {
                fields[id(condition.name, isWhole: true), default: 0] += 1
            } else if let key = commonKey(of: condition) {
                parameters[key, default: 0] += 1
            }
        }
        var facets: [RuleFacet] = []
        if kinds.contains(.host) { facets.append(RuleFacet(subject: .host)) }
        if kinds.contains(.path) { facets.append(RuleFacet(subject: .path)) }
        if kinds.contains(.method) { facets.append(RuleFacet(subject: .method)) }
        if kinds.contains(.source) { facets.append(RuleFacet(subject: .source)) }
        if kinds.contains(.host) { facets.append(RuleFacet(subject: .host, isTail: true)) }
        if kinds.contains(.path) { facets.append(RuleFacet(subject: .path, isTail: true)) }
        facets += named(.field, fields)
        if kinds.contains(.header) || kinds.contains(.headerExpression) {
            facets.append(RuleFacet(subject: .fieldName))
        }
        facets += named(.parameter, parameters)
        if kinds.contains(.query) { facets.append(RuleFacet(subject: .parameterKey)) }
        return facets
    }

    private func named(_ subject: RuleNode.Subject, _ counts: [ID: Int]) -> [RuleFacet] {
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .prefix(RuleKeys.namesMax)
            .map { RuleFacet(subject: subject, name: self[$0.key].text) }
    }

    /// The key that all values of a query condition want, when there is one without wildcards.
    private mutating func commonKey(of condition: CompiledCondition) -> ID? {
        guard condition.kind == .query else { return nil }
        var common: ID?
        for index in stride(
            from: condition.values.lowerBound, to: condition.values.upperBound, by: 2)
        {
            let pattern = program.patterns[index]
            guard pattern.shape == .whole else { return nil }
            let key = id(pattern.text, isWhole: true)
            guard common == nil || common == key else { return nil }
            common = key
        }
        return common
    }
}

// MARK: What a rule wants

extension RuleKeys {
    /// One of these a request must have, to be taken by `rule`; empty when that cannot be said.
    mutating func wants(of rule: Int, by facet: RuleFacet) -> [Want] {
        let range = program.conditions(of: rule)
        for (place, index) in range.enumerated() {
            let condition = program.conditions[index]
            guard let found = wants(of: condition, at: place, by: facet) else { continue }
            return found
        }
        return []
    }

    /// `nil` when the condition is not about the facet's subject.
    private mutating func wants(
        of condition: CompiledCondition, at place: Int, by facet: RuleFacet
    ) -> [Want]? {
        switch (facet.subject, condition.kind) {
        case (.host, .host), (.path, .path), (.method, .method):
            return wants(condition.values, at: place, isTail: facet.isTail)
        case (.source, .source):
            return merged(
                condition.values.map { index in
                    let block = program.blocks[index]
                    return Want(
                        id: id(block.head[...], isWhole: false), condition: place,
                        proves: block.isWholeBytes)
                })
        case (.field, .header):
            guard self[id(condition.name, isWhole: true)].text == facet.name else { return nil }
            return wants(condition.values, at: place, isTail: false)
        case (.fieldName, .header), (.fieldName, .headerExpression):
            let name = id(condition.name, isWhole: true)
            return [Want(id: name, condition: place, proves: false)]
        case (.parameter, .query):
            guard let key = commonKey(of: condition), self[key].text == facet.name else {
                return nil
            }
            let values = stride(
                from: condition.values.lowerBound + 1, to: condition.values.upperBound, by: 2)
            return wants(Array(values), at: place, isTail: false)
        case (.parameterKey, .query):
            return parameterKeys(of: condition, at: place)
        default: return nil
        }
    }

    private mutating func parameterKeys(
        of condition: CompiledCondition, at place: Int
    ) -> [Want] {
        let indices = stride(
            from: condition.values.lowerBound, to: condition.values.upperBound, by: 2)
        var found: [Want] = []
        for index in indices {
            guard var want = want(of: program.patterns[index], at: place, isTail: false) else {
                return []
            }
            want.proves = want.proves && program.patterns[index + 1].shape == .anything
            found.append(want)
        }
        return merged(found)
    }

    private mutating func wants(
        _ patterns: some Sequence<Int>, at place: Int, isTail: Bool
    ) -> [Want] {
        var found: [Want] = []
        for index in patterns {
            guard let want = want(of: program.patterns[index], at: place, isTail: isTail) else {
                return []
            }
            found.append(want)
        }
        return merged(found)
    }

    /// `nil` when the pattern begins, or ends, with a wildcard.
    private mutating func want(
        of pattern: CompiledPattern, at place: Int, isTail: Bool
    ) -> Want? {
        switch pattern.shape {
        case .anything: return nil
        case .whole:
            return Want(id: id(pattern.text, isWhole: true), condition: place, proves: true)
        case .head where !isTail, .tail where isTail:
            return Want(id: id(pattern.text, isWhole: false), condition: place, proves: true)
        case .head, .tail: return nil
        case .wildcards:
            let text = Array(pattern.text.of(program.bytes.bytes))
            let isWild = { (byte: UInt8) in byte <= WildcardPattern.anyOne }
            let part =
                isTail
                ? text[((text.lastIndex(where: isWild) ?? -1) + 1)...]
                : text[..<(text.firstIndex(where: isWild) ?? text.count)]
            guard !part.isEmpty else { return nil }
            return Want(id: id(part, isWhole: false), condition: place, proves: false)
        }
    }

    /// Each text once: it proves a condition when any value does that wants it.
    private func merged(_ wants: [Want]) -> [Want] {
        guard wants.count > 1 else { return wants }
        var merged: [Want] = []
        for want in wants {
            if let place = merged.firstIndex(where: { $0.id == want.id }) {
                merged[place].proves = merged[place].proves || want.proves
            } else {
                merged.append(want)
            }
        }
        return merged
    }
}
