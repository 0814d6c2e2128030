package import Model

/// All names that are answered for: an immutable snapshot to its readers.
///
/// A changed copy shares what did not change, so that a change costs what it changes.
package struct Directory: Sendable {
    /// The store's revision that this is a picture of; it is the serial number of every zone.
    package var revision: UInt64 = 0
    /// The name server's own addresses: those of its name, which is each zone's apex.
    private let addresses: [RecordSet]
    private let unhealthyRule: UnhealthyRule
    private var nodes = NameTable<Node>()

    /// Seconds for which a resolver may believe that a name or a type does not exist: after a
    /// deployment from nothing, nobody should wait longer than this.
    package static let negativeTTL: UInt32 = 1
    /// Seconds for what a zone says of itself.
    private static let apexTTL: UInt32 = 60

    /// A directory that knows only the zone of bare namespaces.
    package init(
        nameserver addresses: [IPAddress], whenAllUnhealthy rule: UnhealthyRule = .answer
    ) {
        unhealthyRule = rule
        let data = Self.distinct(addresses).map { RecordData($0) }
        self.addresses = [RecordType.a, .aaaa].compactMap { type in
            RecordSet(type, ttl: Self.apexTTL, data.filter { $0.type == type })
        }
        if let suffix = try? DNSName(Namespace.suffix) {
            update(suffix) { $0.namespaces = [NamespaceName(Namespace.suffix)] }
        }
    }

    private static func distinct<Element: Hashable>(_ elements: [Element]) -> [Element] {
        var seen: Set<Element> = []
        return elements.filter { seen.insert($0).inserted }
    }
}

// MARK: Asking

/// What a directory knows of a name.
package enum Finding: Sendable {
    /// No zone of ours holds the name.
    case outside
    /// The zone whose name begins at byte `apex` of the wire form holds the name, and it does not
    /// exist.
    case absent(apex: Int)
    /// The name exists, perhaps only because names below it do.
    case present(apex: Int, [RecordSet])
}

extension Directory {
    package func find(_ name: DNSName) -> Finding {
        let descent = name.wire.withUnsafeBytes { descend($0, from: 0) }
        guard let zone = descent.zone else { return pointers(of: descent.node, at: name) }
        guard let node = descent.node else { return .absent(apex: zone.start) }
        if zone.start == 0 { return .present(apex: 0, apexSets(of: name)) }
        if let claim = node.claims.first(where: { !$0.isReverse && $0.zoneDepth >= zone.depth }) {
            return .present(apex: zone.start, claim.sets)
        }
        return node.below > 0 ? .present(apex: zone.start, []) : .absent(apex: zone.start)
    }

    /// The instances of an address: its reverse name is a zone of its own, since its neighbours are
    /// not ours.
    private func pointers(of node: Node?, at name: DNSName) -> Finding {
        let claims = (node?.claims ?? []).filter(\.isReverse)
        let sets = claims.flatMap(\.sets)
        guard let ttl = sets.map(\.ttl).min(),
            let set = RecordSet(.ptr, ttl: ttl, Self.distinct(sets.flatMap(\.data)))
        else { return .outside }
        return .present(apex: 0, [set] + apexSets(of: name).prefix(2))
    }

    /// The record that names a zone and carries the negative TTL (RFC 2308).
    package func authority(of apex: DNSName) -> ResourceRecord {
        let authority = StartOfAuthority(
            primary: apex, mailbox: (try? apex.prepending("hostmaster")) ?? apex,
            serial: UInt32(truncatingIfNeeded: revision), refresh: 60, retry: 10, expire: 86_400,
            minimum: Self.negativeTTL)
        return ResourceRecord(name: apex, ttl: Self.negativeTTL, data: .soa(authority))
    }

    /// The apex is its own name server: no service can take that name away.
    private func apexSets(of apex: DNSName) -> [RecordSet] {
        let authority = authority(of: apex)
        return [
            RecordSet(.soa, ttl: authority.ttl, [authority.data]),
            RecordSet(.ns, ttl: Self.apexTTL, [.ns(apex)]),
        ].compactMap(\.self) + addresses
    }

    /// What is met on the way from the root down to a name.
    private struct Descent {
        var hash = NameHash()
        var depth = 0
        var node: Node?
        /// The deepest apex so far, as where it starts in the name and how many labels it has.
        var zone: (start: Int, depth: Int)?
    }

    /// Goes up the name by recursion, at most 127 labels, and looks each ancestor up on the way
    /// back; below a name that does not exist nothing does.
    private func descend(_ wire: UnsafeRawBufferPointer, from start: Int) -> Descent {
        let end = start + Int(wire[start]) + 1
        guard end < wire.count else { return Descent(node: Node()) }
        var descent = descend(wire, from: end)
        guard descent.node != nil else { return descent }
        descent.hash.combine(wire, start..<end)
        descent.depth += 1
        let name = UnsafeRawBufferPointer(rebasing: wire[start...])
        descent.node = nodes.value(at: name, hash: descent.hash)
        if let node = descent.node, !node.namespaces.isEmpty {
            descent.zone = (start, descent.depth)
        }
        return descent
    }
}

// MARK: Listing

extension Directory {
    func isApex(_ name: DNSName) -> Bool { nodes[name]?.namespaces.isEmpty == false }

    /// Every name that exists, in no order.
    var names: Names { Names(names: nodes.names) }

    struct Names: IteratorProtocol, Sendable {
        fileprivate var names: NameTable<Node>.Names

        mutating func next() -> DNSName? { names.next() }
    }

    /// What the zone of `apex` has at `name`: nothing when that lies elsewhere, and who serves it
    /// when it is the apex of a zone right below.
    func sets(at name: DNSName, in apex: DNSName) -> [RecordSet] {
        guard case .present(let start, let sets) = find(name) else { return [] }
        if name.suffix(from: start) == apex { return sets }
        guard start == 0, let parent = name.parent, zone(of: parent) == apex else { return [] }
        return sets.filter { $0.type != .soa }
    }

    private func zone(of name: DNSName) -> DNSName? {
        switch find(name) {
        case .outside: nil
        case .absent(let apex), .present(let apex, _): name.suffix(from: apex)
        }
    }
}

// MARK: Changing

/// What exists at a name.
private struct Node: Sendable {
    /// The namespaces whose apex this is, sorted: bare `shop` and dotted `shop.teal` share one.
    var namespaces: [NamespaceName] = []
    /// Sorted by owner; the first that no closer zone hides is answered.
    var claims: [Claim] = []
    /// How many names exist directly below.
    var below = 0

    var isVacant: Bool { namespaces.isEmpty && claims.isEmpty && below == 0 }
}

/// The records that one directory entry puts at one name.
///
/// DNS ignores case, so that services of different names may claim the same one.
private struct Claim: Sendable {
    let owner: Owner
    /// Labels of the apex it was made in.
    let zoneDepth: Int
    let sets: [RecordSet]
    /// Whether it is an address' own name, which has no zone but itself.
    var isReverse = false
    /// All names of the same entry: held at the service's own.
    var names: [DNSName] = []
}

private struct Owner: Hashable, Comparable, Sendable {
    let namespace: NamespaceName
    let service: ServiceName

    static func < (left: Owner, right: Owner) -> Bool {
        (left.namespace, left.service) < (right.namespace, right.service)
    }
}

extension Directory {
    package mutating func put(_ namespace: NamespaceName) throws(DirectoryFault) {
        try update(Self.apex(of: namespace)) { node in
            guard !node.namespaces.contains(namespace) else { return }
            node.namespaces.append(namespace)
            node.namespaces.sort()
        }
    }

    /// Removing what is not there is no error. Its entries stay until they are removed themselves.
    package mutating func remove(_ namespace: NamespaceName) {
        guard let apex = try? Self.apex(of: namespace) else { return }
        update(apex) { node in node.namespaces.removeAll { $0 == namespace } }
    }

    /// Replaces what is answered for a service; returns what cannot be answered, and why.
    package mutating func put(_ entry: DirectoryEntry) -> [DirectoryFault] {
        remove(entry.service, in: entry.namespace)
        let owner = Owner(namespace: entry.namespace, service: entry.service)
        do throws(DirectoryFault) {
            let apex = try Self.apex(of: entry.namespace)
            let name = try Self.name(of: entry.service, below: apex)
            var faults: [DirectoryFault] = []
            let entry = EntryNames(
                of: entry, at: name, in: apex, when: unhealthyRule, faults: &faults)
            let depth = apex.labels.count
            for (place, sets) in entry.names {
                var claim = Claim(owner: owner, zoneDepth: depth, sets: sets)
                if place == name {
                    claim.names = entry.names.dropFirst().map(\.name) + entry.pointers.map(\.name)
                }
                insert(claim, at: place)
            }
            for (place, set) in entry.pointers {
                insert(
                    Claim(owner: owner, zoneDepth: depth, sets: [set], isReverse: true), at: place)
            }
            return faults
        } catch {
            return [error]
        }
    }

    /// Removing what is not there is no error.
    package mutating func remove(_ service: ServiceName, in namespace: NamespaceName) {
        guard let apex = try? Self.apex(of: namespace),
            let name = try? Self.name(of: service, below: apex)
        else { return }
        let owner = Owner(namespace: namespace, service: service)
        let names = nodes[name]?.claims.first { $0.owner == owner }?.names ?? []
        for claimed in [name] + names {
            update(claimed) { node in node.claims.removeAll { $0.owner == owner } }
        }
    }

    private mutating func insert(_ claim: Claim, at name: DNSName) {
        update(name) { node in
            let index = node.claims.firstIndex { claim.owner < $0.owner } ?? node.claims.endIndex
            node.claims.insert(claim, at: index)
        }
    }

    /// Changes the node of a name, and makes or removes the nodes above it as that asks for.
    private mutating func update(_ name: DNSName, _ change: (inout Node) -> Void) {
        let old = nodes[name]
        var node = old ?? Node()
        change(&node)
        nodes[name] = node.isVacant ? nil : node
        guard let parent = name.parent, node.isVacant != (old == nil) else { return }
        update(parent) { $0.below += node.isVacant ? -1 : 1 }
    }

    private static func apex(of namespace: NamespaceName) throws(DirectoryFault) -> DNSName {
        do {
            return try DNSName(domainOf: namespace)
        } catch {
            throw .namespace(namespace, error)
        }
    }

    private static func name(
        of service: ServiceName, below apex: DNSName
    ) throws(DirectoryFault) -> DNSName {
        do {
            return try DNSName(of: service, below: apex)
        } catch {
            throw .service(service, error)
        }
    }
}
