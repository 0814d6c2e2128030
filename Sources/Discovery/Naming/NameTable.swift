/// A map from names whose changed copies share all that did not change.
///
/// A hash trie (Bagwell, "Ideal Hash Trees", 2001): a change copies the few branches on its path,
/// so that what it costs does not grow with the number of names, while readers keep the old one.
/// A look-up waits for memory more than it computes: branches have their children, and leaves
/// their names' values, in themselves.
///
/// `@unchecked`, because buffers may be written to in general: a branch never is once it is made.
struct NameTable<Value: AnyObject & Sendable>: @unchecked Sendable {
    private var root = Branch.holding([])

    /// Has a bit in its header for each child, in their order.
    fileprivate final class Branch: ManagedBuffer<UInt32, Child> {
        static func holding(_ children: [(place: Int, child: Child)]) -> Branch {
            let made = create(minimumCapacity: children.count) { _ in
                children.reduce(0) { $0 | 1 << $1.place }
            }
            made.withUnsafeMutablePointerToElements { elements in
                for (index, child) in children.enumerated() {
                    (elements + index).initialize(to: child.child)
                }
            }
            return unsafeDowncast(made, to: Branch.self)
        }

        deinit {
            _ = withUnsafeMutablePointers { bits, elements in
                elements.deinitialize(count: bits.pointee.nonzeroBitCount)
            }
        }

        func child(at place: Int) -> Child? {
            withUnsafeMutablePointers { bits, elements in
                let bit = UInt32(1) << place
                guard bits.pointee & bit != 0 else { return nil }
                return elements[(bits.pointee & (bit - 1)).nonzeroBitCount]
            }
        }

        var children: [(place: Int, child: Child)] {
            (0..<32).compactMap { place in child(at: place).map { (place, $0) } }
        }
    }

    fileprivate enum Child {
        case branch(Branch)
        case leaf(Leaf)
    }

    fileprivate final class Leaf: Sendable {
        let hash: NameHash
        let name: DNSName
        let value: Value
        /// Another of the same hash.
        let next: Leaf?

        init(_ hash: NameHash, _ name: DNSName, _ value: Value, next: Leaf? = nil) {
            self.hash = hash
            self.name = name
            self.value = value
            self.next = next
        }
    }

    subscript(name: DNSName) -> Value? {
        get {
            name.wire.withUnsafeBytes {
                value(at: $0, hash: NameHash(of: $0))?.takeUnretainedValue()
            }
        }
        set {
            let hash = name.wire.withUnsafeBytes { NameHash(of: $0) }
            let path = Path(name: name, hash: hash)
            root = root.setting(newValue, at: path) ?? .holding([])
        }
    }

    /// The value at a name in wire form whose hash is known; this table holds it.
    func value(at wire: UnsafeRawBufferPointer, hash: NameHash) -> Unmanaged<Value>? {
        // The root holds all that is below it: no branch on the way has to be counted.
        var branch = Unmanaged.passUnretained(root)
        for level in 0...NameHash.levelsMax {
            switch branch._withUnsafeGuaranteedRef({ $0.child(at: hash.place(at: level)) }) {
            case nil: return nil
            case .branch(let next): branch = .passUnretained(next)
            case .leaf(let leaf): return leaf.value(at: wire, hash: hash)
            }
        }
        return nil
    }

    /// The names of this table, in no order, whatever becomes of its copies.
    var names: Names { Names(rest: [.branch(root)]) }

    struct Names: IteratorProtocol, @unchecked Sendable {
        fileprivate var rest: [Child]

        mutating func next() -> DNSName? {
            while let child = rest.popLast() {
                switch child {
                case .branch(let branch): rest += branch.children.map(\.child)
                case .leaf(let leaf):
                    if let next = leaf.next { rest.append(.leaf(next)) }
                    return leaf.name
                }
            }
            return nil
        }
    }

    fileprivate struct Path {
        let name: DNSName
        let hash: NameHash
        var level = 0

        var place: Int { hash.place(at: level) }
        var deeper: Path { Path(name: name, hash: hash, level: level + 1) }
    }
}

extension NameTable.Leaf {
    func value(at wire: UnsafeRawBufferPointer, hash: NameHash) -> Unmanaged<Value>? {
        guard self.hash == hash else { return nil }
        if name.wire.withUnsafeBytes({ DNSName.equal($0, wire) }) { return .passUnretained(value) }
        return next?.value(at: wire, hash: hash)
    }

    /// This leaf and the others of its hash without that of a name.
    func without(_ name: DNSName) -> NameTable.Leaf? {
        let rest = next?.without(name)
        return self.name == name ? rest : NameTable.Leaf(hash, self.name, value, next: rest)
    }
}

extension NameTable.Branch {
    /// This branch with `value` at the path's name, or without it; `nil` when nothing is left.
    func setting(_ value: Value?, at path: NameTable.Path) -> NameTable.Branch? {
        let old = child(at: path.place)
        let new =
            if let old { old.setting(value, at: path.deeper) } else {
                value.map { NameTable.Child.leaf(NameTable.Leaf(path.hash, path.name, $0)) }
            }
        var children = children
        let index = children.firstIndex { $0.place >= path.place } ?? children.endIndex
        if old != nil { children.remove(at: index) }
        if let new { children.insert((path.place, new), at: index) }
        return children.isEmpty ? nil : .holding(children)
    }
}

extension NameTable.Child {
    /// This child with `value` at the path's name, or without it.
    func setting(_ value: Value?, at path: NameTable.Path) -> Self? {
        switch self {
        case .branch(let branch):
            return branch.setting(value, at: path).map { .branch($0) }
        case .leaf(let leaf) where leaf.hash == path.hash:
            let rest = leaf.without(path.name)
            guard let value else { return rest.map { .leaf($0) } }
            return .leaf(NameTable.Leaf(path.hash, path.name, value, next: rest))
        case .leaf(let leaf):
            // Another hash came as far as here: branch, with this leaf as the only child.
            guard value != nil else { return self }
            let branch = NameTable.Branch.holding([(leaf.hash.place(at: path.level), self)])
            return branch.setting(value, at: path).map { .branch($0) }
        }
    }
}
