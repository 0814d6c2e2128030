/// Builds the tree of a rule index.
///
/// At each node it asks which subject would leave the fewest rules together, and splits by that;
/// it stops where a handful is left, or where no subject tells them apart.
struct RuleIndexBuilder {
    /// A rule with several values is below several children, and that at each node on its way:
    /// what would have more copies stays with those that are not split.
    static let copiesMax = 64

    private(set) var nodes: [RuleNode] = []
    private(set) var slots: [RuleNode.Slot] = []
    private(set) var entries: [RuleNode.Entry] = []
    private var keys: RuleKeys

    /// What the keys of slots and the names of nodes lie in.
    var bytes: [UInt8] { keys.bytes }

    /// A rule on its way down.
    struct Member {
        let rule: Int32
        var unproven: UInt32
        var copies = 1
    }

    init(_ program: RuleProgram) {
        keys = RuleKeys(program)
    }

    mutating func build() {
        let members = (0..<keys.program.ruleCount).map { rule in
            let count = keys.program.conditions(of: rule).count
            return Member(rule: Int32(rule), unproven: UInt32((UInt64(1) << UInt64(count)) - 1))
        }
        guard !members.isEmpty else { return }
        _ = node(for: members, without: [])
    }

    /// Makes the node for `members`, which are in the order of rules and not empty; `used` are the
    /// facets that they have been split by. Returns its index.
    private mutating func node(for members: [Member], without used: [RuleFacet]) -> Int32 {
        let index = nodes.count
        nodes.append(RuleNode(lowest: members[0].rule))
        guard let split = bestSplit(of: members, without: used) else {
            nodes[index].firstEntry = Int32(entries.count)
            nodes[index].entryCount = Int32(members.count)
            entries += members.map { RuleNode.Entry(rule: $0.rule, unproven: $0.unproven) }
            return Int32(index)
        }
        let facet = split.facet
        nodes[index].subject = facet.subject
        nodes[index].ignoresCase = facet.subject.ignoresCase
        nodes[index].isTail = facet.isTail
        nodes[index].name = facet.name
        if !split.rest.isEmpty {
            let rest = node(for: split.rest, without: used + [facet])
            nodes[index].rest = rest
        }
        let children = split.groups.map { group in
            (key: group.key, node: node(for: group.members, without: used + [facet]))
        }
        addTable(children, to: index, isTail: facet.isTail)
        return Int32(index)
    }

    private mutating func addTable(
        _ children: [(key: RuleKeys.ID, node: Int32)], to index: Int, isTail: Bool
    ) {
        var size = 4
        while size < children.count * 2 { size *= 2 }
        let first = slots.count
        slots += Array(repeating: .free, count: size)
        nodes[index].firstSlot = Int32(first)
        nodes[index].slotMask = UInt32(size - 1)
        for child in children {
            let key = keys[child.key]
            let hash = keys.hash(of: key, isTail: isTail)
            var at = Int(hash & UInt32(size - 1))
            while slots[first + at].node >= 0 { at = (at + 1) & (size - 1) }
            slots[first + at] = RuleNode.Slot(
                hash: hash, key: key.text, isWhole: key.isWhole, node: child.node)
            let length = Int(key.text.count)
            nodes[index].longest = max(nodes[index].longest, length)
            if !key.isWhole { nodes[index].partLengths.insert(length) }
        }
    }
}

// MARK: Choosing

extension RuleIndexBuilder {
    private struct Split {
        let facet: RuleFacet
        var groups: [(key: RuleKeys.ID, members: [Member])] = []
        var rest: [Member] = []

        /// The rules that a request may meet together, at worst.
        var cost: Int { rest.count + (groups.map(\.members.count).max() ?? 0) }
    }

    /// `nil` when it is not worth while.
    private mutating func bestSplit(
        of members: [Member], without used: [RuleFacet]
    ) -> Split? {
        guard members.count > RuleIndex.leafRulesMax else { return nil }
        var best: Split?
        for facet in keys.facets(of: members.map(\.rule)) where !used.contains(facet) {
            // A request may have many fields and parameters: no node looks at all of them for
            // each of them.
            if facet.subject.isPlural, used.contains(where: \.subject.isPlural) { continue }
            let split = split(members, by: facet)
            if split.cost < best?.cost ?? members.count { best = split }
        }
        return best
    }

    private mutating func split(_ members: [Member], by facet: RuleFacet) -> Split {
        var split = Split(facet: facet)
        var places: [RuleKeys.ID: Int] = [:]
        for member in members {
            let wanted = keys.wants(of: Int(member.rule), by: facet)
            guard !wanted.isEmpty, member.copies * wanted.count <= RuleIndexBuilder.copiesMax
            else {
                split.rest.append(member)
                continue
            }
            for want in wanted {
                var copy = member
                copy.copies *= wanted.count
                if want.proves { copy.unproven &= ~(1 << UInt32(want.condition)) }
                if let place = places[want.id] {
                    split.groups[place].members.append(copy)
                } else {
                    places[want.id] = split.groups.count
                    split.groups.append((want.id, [copy]))
                }
            }
        }
        return split
    }
}
