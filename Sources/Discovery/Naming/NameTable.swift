/// A map from names whose changed copies share all that did not change.
///
/// A hash trie (Bagwell, "Ideal Hash Trees", 2001): a change copies the few nodes on its path, so
/// that what it costs does not grow with the number of names, while readers keep the old one.
struct NameTable<Value: Sendable>: Sendable {
    private var root = Node.branch(bitmap: 0, children: [])

    fileprivate struct Entry: Sendable {
        let name: DNSName
        let value: Value
    }

    fileprivate indirect enum Node: Sendable {
        /// The entries of one hash; more than one only when hashes collide.
        case leaf(NameHash, [Entry])
        /// A child for each set bit of `bitmap`, in the order of the bits.
        case branch(bitmap: UInt32, children: [Node])
    }

    subscript(name: DNSName) -> Value? {
        get { name.wire.withUnsafeBytes { value(at: $0, hash: NameHash(of: $0)) } }
        set {
            let hash = name.wire.withUnsafeBytes { NameHash(of: $0) }
            let path = Path(name: name, hash: hash)
            root = root.setting(newValue, at: path) ?? .branch(bitmap: 0, children: [])
        }
    }

    /// The value at a name in wire form whose hash is known.
    func value(at wire: UnsafeRawBufferPointer, hash: NameHash) -> Value? {
        var node = root
        var level = 0
        while case .branch(let bitmap, let children) = node {
            let bit = hash.bit(at: level)
            guard bitmap & bit != 0 else { return nil }
            node = children[bitmap.rank(of: bit)]
            level += 1
        }
        guard case .leaf(hash, let entries) = node else { return nil }
        return entries.first { entry in
            entry.name.wire.withUnsafeBytes { DNSName.equal($0, wire) }
        }?.value
    }

    /// The names of this table, in no order, whatever becomes of its copies.
    var names: Names { Names(nodes: [root]) }

    struct Names: IteratorProtocol, Sendable {
        fileprivate var nodes: [Node]
        private var entries: ArraySlice<Entry> = []

        fileprivate init(nodes: [Node]) {
            self.nodes = nodes
        }

        mutating func next() -> DNSName? {
            while entries.isEmpty {
                switch nodes.popLast() {
                case .leaf(_, let found)?: entries = found[...]
                case .branch(_, let children)?: nodes += children
                case nil: return nil
                }
            }
            return entries.popFirst()?.name
        }
    }

    fileprivate struct Path {
        let name: DNSName
        let hash: NameHash
        var level = 0

        var bit: UInt32 { hash.bit(at: level) }
        var deeper: Path { Path(name: name, hash: hash, level: level + 1) }
    }
}

extension NameTable.Node {
    /// This node with `value` at the path's name, or without it; `nil` when nothing is left.
    func setting(_ value: Value?, at path: NameTable.Path) -> Self? {
        switch self {
        case .leaf(let hash, let entries) where hash == path.hash:
            var entries = entries.filter { $0.name != path.name }
            if let value { entries.append(.init(name: path.name, value: value)) }
            return entries.isEmpty ? nil : .leaf(hash, entries)
        case .leaf(let hash, _):
            // Another hash came as far as here: branch, with this leaf as the only child.
            let branch = Self.branch(bitmap: hash.bit(at: path.level), children: [self])
            return value == nil ? self : branch.setting(value, at: path)
        case .branch(let bitmap, var children):
            let index = bitmap.rank(of: path.bit)
            guard bitmap & path.bit != 0 else {
                guard let value else { return self }
                let entry = NameTable.Entry(name: path.name, value: value)
                children.insert(.leaf(path.hash, [entry]), at: index)
                return .branch(bitmap: bitmap | path.bit, children: children)
            }
            guard let child = children[index].setting(value, at: path.deeper) else {
                children.remove(at: index)
                let bitmap = bitmap & ~path.bit
                return bitmap == 0 ? nil : .branch(bitmap: bitmap, children: children)
            }
            children[index] = child
            return .branch(bitmap: bitmap, children: children)
        }
    }
}

extension UInt32 {
    /// How many bits are set below `bit`: the index of its child.
    fileprivate func rank(of bit: UInt32) -> Int {
        (self & (bit - 1)).nonzeroBitCount
    }
}
