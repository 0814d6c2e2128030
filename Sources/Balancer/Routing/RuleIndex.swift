internal import Model

/// Finds the first of a listener's rules that takes a request, without trying them all.
///
/// A tree. Each node looks at one subject of the request, such as its host or the start of its
/// path, and has a child for every text that rules want there; a request visits the children
/// whose texts it has, and the child of those rules that want nothing of that subject. A leaf has
/// a few rules to be tried. So the cost of a request grows with how many rules are alike in all
/// subjects, not with how many there are.
///
/// Nothing is allocated or counted on the way: nodes, tables and conditions are plain memory.
package final class RuleIndex: @unchecked Sendable {
    // Written by `init` alone, and given back when nobody has the index any more: what threads
    // share of it never changes, hence the unchecked conformance.
    let program: RuleProgram
    let nodes: Frozen<RuleNode>
    let slots: Frozen<RuleNode.Slot>
    let entries: Frozen<RuleNode.Entry>
    /// What the keys of slots and the names of nodes lie in.
    let keyBytes: Frozen<UInt8>
    let expressions: [any RegularExpression]

    init(_ program: RuleProgram, expressions: [any RegularExpression]) {
        self.program = program
        self.expressions = expressions
        var builder = RuleIndexBuilder(program)
        builder.build()
        nodes = Frozen(builder.nodes)
        slots = Frozen(builder.slots)
        entries = Frozen(builder.entries)
        keyBytes = Frozen(builder.bytes)
    }

    deinit {
        program.deallocate()
        nodes.deallocate()
        slots.deallocate()
        entries.deallocate()
        keyBytes.deallocate()
    }

    /// So many rules are tried one after the other where nothing tells them apart cheaply.
    package static let leafRulesMax = 4

    package var ruleCount: Int { program.ruleCount }

    /// Whether a rule looks at where requests come from.
    package var looksAtSource: Bool { program.blocks.count > 0 }

    /// The lowest-numbered rule that takes `request`; `ruleCount` when none does.
    package func firstRule(for request: RequestView) -> RuleMatch {
        var match = RuleMatch(rule: program.ruleCount, evaluations: 0)
        if program.ruleCount > 0 { visit(0, request, &match) }
        return match
    }
}

/// Which rule takes a request, and what it cost to say so.
package struct RuleMatch: Hashable, Sendable, BitwiseCopyable {
    package fileprivate(set) var rule: Int
    /// Rules that were tried: ALB's `RuleEvaluations`.
    package fileprivate(set) var evaluations: Int
}

extension RuleIndex {
    private func visit(
        _ index: Int, _ request: RequestView, _ match: inout RuleMatch
    ) {
        let node = nodes[index]
        guard Int(node.lowest) < match.rule else { return }
        tryEntries(of: node, request, &match)
        if node.rest >= 0 { visit(Int(node.rest), request, &match) }
        switch node.subject {
        case .nothing: break
        case .host: probe(node, request.host, request, &match)
        case .path: probe(node, request.path, request, &match)
        case .method:
            probe(node, request.head.methodRange.of(request.bytes), request, &match)
        case .source: request.client.withBytes { probe(node, $0, request, &match) }
        case .fieldName:
            for field in request.fields {
                probe(node, field.name.of(request.bytes), request, &match)
            }
        case .field: probeField(node, request, &match)
        case .parameterKey, .parameter: probeParameters(node, request, &match)
        }
    }

    private func tryEntries(
        of node: RuleNode, _ request: RequestView, _ match: inout RuleMatch
    ) {
        var at = Int(node.firstEntry)
        let end = at + Int(node.entryCount)
        while at < end {
            let entry = entries[at]
            guard Int(entry.rule) < match.rule else { return }
            match.evaluations &+= 1
            if holds(entry, request) {
                match.rule = Int(entry.rule)
                return
            }
            at &+= 1
        }
    }

    /// Checks the conditions that the way to the entry has not proved.
    private func holds(_ entry: RuleNode.Entry, _ request: RequestView) -> Bool {
        let first = Int(program.starts[Int(entry.rule)])
        var left = entry.unproven
        while left != 0 {
            let condition = program.conditions[first &+ left.trailingZeroBitCount]
            guard program.holds(condition, for: request, expressions) else { return false }
            left &= left &- 1
        }
        return true
    }

    private func probeField(
        _ node: RuleNode, _ request: RequestView, _ match: inout RuleMatch
    ) {
        let name = node.name.of(keyBytes.bytes)
        for field in request.fields
        where field.name.of(request.bytes).equals(ignoringCase: name) {
            probe(node, field.value.of(request.bytes), request, &match)
        }
    }

    private func probeParameters(
        _ node: RuleNode, _ request: RequestView, _ match: inout RuleMatch
    ) {
        let name = node.name.of(keyBytes.bytes)
        var parameters = QueryParameters(request.query)
        while let parameter = parameters.next() {
            if node.subject == .parameterKey {
                probe(node, parameter.key, request, &match)
            } else if parameter.key.equals(ignoringCase: name) {
                probe(node, parameter.value, request, &match)
            }
        }
    }

    /// Visits the children whose texts `text` begins with, or ends with, or is.
    private func probe(
        _ node: RuleNode, _ text: UnsafeRawBufferPointer, _ request: RequestView,
        _ match: inout RuleMatch
    ) {
        let longest = min(text.count, node.longest)
        let lengths = node.partLengths
        let step = node.isTail ? -1 : 1
        var at = node.isTail ? text.count &- 1 : 0
        var hash = KeyHash()
        var length = 0
        while length < longest {
            let byte = text[at]
            hash.add(node.ignoresCase ? byte.lowercased : byte)
            at &+= step
            length &+= 1
            if !lengths.isEmpty, lengths.contains(length) {
                follow(node, hash.ofPart, text, length, request, &match)
            }
        }
        if length == text.count { follow(node, hash.ofWhole, text, -1, request, &match) }
    }

    /// Visits the child for a beginning or end of `text` that is `length` long, or for all of it
    /// when that is negative.
    private func follow(
        _ node: RuleNode, _ hash: UInt32, _ text: UnsafeRawBufferPointer, _ length: Int,
        _ request: RequestView, _ match: inout RuleMatch
    ) {
        let isWhole = length < 0
        let count = isWhole ? text.count : length
        let start = node.isTail ? text.count &- count : 0
        let part = UnsafeRawBufferPointer(rebasing: text[start..<(start &+ count)])
        var at = hash & node.slotMask
        while true {
            let slot = slots[Int(node.firstSlot) &+ Int(at)]
            guard slot.node >= 0 else { return }
            if slot.hash == hash, slot.isWhole == isWhole,
                part.isSame(slot.key.of(keyBytes.bytes), node.ignoresCase)
            {
                return visit(Int(slot.node), request, &match)
            }
            at = (at &+ 1) & node.slotMask
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Whether these bytes are `key`, which is in lower case when case is ignored.
    @inline(__always)
    fileprivate func isSame(_ key: UnsafeRawBufferPointer, _ ignoringCase: Bool) -> Bool {
        guard count == key.count else { return false }
        var at = 0
        while at < count {
            guard (ignoringCase ? self[at].lowercased : self[at]) == key[at] else { return false }
            at &+= 1
        }
        return true
    }
}
