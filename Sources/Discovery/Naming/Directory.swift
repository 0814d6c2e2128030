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
    /// How many names exist, those included that exist only because names below them do.
    package private(set) var namesCount = 0

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
    /// The zone holds the name, and it does not exist.
    case absent(in: Zone)
    /// The name exists, perhaps only because names below it do.
    case present(in: Zone, [RecordSet])
}

/// A part of the name space that is answered for: a name, and all below it that is no other's.
package final class Zone: Sendable {
    package let apex: DNSName
    /// Where its keeper has mail.
    let mailbox: DNSName

    init(_ apex: DNSName) {
        self.apex = apex
        mailbox = (try? apex.prepending("hostmaster")) ?? apex
    }
}

extension Directory {
    package func find(_ name: DNSName) -> Finding {
        let descent = name.wire.withUnsafeBytes { descend($0, from: 0) }
        let node = descent.node?.takeUnretainedValue()
        guard let zone = descent.zone?.takeUnretainedValue() else {
            return pointers(of: node, at: name)
        }
        guard let node else { return .absent(in: zone) }
        if descent.isAtApex { return .present(in: zone, apexSets(of: zone)) }
        if let claim = node.claim, claim.zoneDepth >= descent.zoneDepth {
            return .present(in: zone, claim.sets)
        }
        for claim in node.contents.claims
        where !claim.isReverse && claim.zoneDepth >= descent.zoneDepth {
            return .present(in: zone, claim.sets)
        }
        return node.contents.below > 0 ? .present(in: zone, []) : .absent(in: zone)
    }

    /// The instances of an address: its reverse name is a zone of its own, since its neighbours are
    /// not ours.
    private func pointers(of node: Node?, at name: DNSName) -> Finding {
        let claims = (node?.contents.claims ?? []).filter(\.isReverse)
        let sets = claims.flatMap(\.sets)
        guard let ttl = sets.map(\.ttl).min(),
            let set = RecordSet(.ptr, ttl: ttl, Self.distinct(sets.flatMap(\.data)))
        else { return .outside }
        let zone = Zone(name)
        return .present(in: zone, [set] + apexSets(of: zone).prefix(2))
    }

    /// The record that names a zone and carries the negative TTL (RFC 2308).
    package func authority(of zone: Zone) -> ResourceRecord {
        let authority = StartOfAuthority(
            primary: zone.apex, mailbox: zone.mailbox,
            serial: UInt32(truncatingIfNeeded: revision), refresh: 60, retry: 10, expire: 86_400,
            minimum: Self.negativeTTL)
        return ResourceRecord(name: zone.apex, ttl: Self.negativeTTL, data: .soa(authority))
    }

    /// The apex is its own name server: no service can take that name away.
    private func apexSets(of zone: Zone) -> [RecordSet] {
        let authority = authority(of: zone)
        return [
            RecordSet(.soa, ttl: authority.ttl, [authority.data]),
            RecordSet(.ns, ttl: Self.apexTTL, [.ns(zone.apex)]),
        ].compactMap(\.self) + addresses
    }

    /// What is met on the way from the root down to a name; the directory holds it.
    private struct Descent {
        var hash = NameHash()
        var depth = 0
        /// Whether the name exists; the root does, without a node.
        var exists = true
        var node: Unmanaged<Node>?
        /// The deepest so far, and how many labels its apex has.
        var zone: Unmanaged<Zone>?
        var zoneDepth = 0

        var isAtApex: Bool { zone != nil && zoneDepth == depth }
    }

    /// Goes up the name by recursion, at most 127 labels, and looks each ancestor up on the way
    /// back; below a name that does not exist nothing does.
    private func descend(_ wire: UnsafeRawBufferPointer, from start: Int) -> Descent {
        let end = start + Int(wire[start]) + 1
        guard end < wire.count else { return Descent() }
        var descent = descend(wire, from: end)
        guard descent.exists else { return descent }
        descent.hash.combine(wire, start..<end)
        descent.depth += 1
        let name = UnsafeRawBufferPointer(rebasing: wire[start...])
        descent.node = nodes.value(at: name, hash: descent.hash)
        descent.exists = descent.node != nil
        if let zone = descent.node?._withUnsafeGuaranteedRef({ $0.unmanagedZone }) {
            descent.zone = zone
            descent.zoneDepth = descent.depth
        }
        return descent
    }
}

// MARK: Listing

extension Directory {
    /// The zone that begins at a name.
    func zone(at apex: DNSName) -> Zone? { nodes[apex]?.zone }

    /// Every name that exists, in no order.
    var names: Names { Names(names: nodes.names) }

    struct Names: IteratorProtocol, Sendable {
        fileprivate var names: NameTable<Node>.Names

        mutating func next() -> DNSName? { names.next() }
    }

    /// What the zone of `apex` has at `name`: nothing when that lies elsewhere, and who serves it
    /// when it is the apex of a zone right below.
    func sets(at name: DNSName, in apex: DNSName) -> [RecordSet] {
        guard case .present(let zone, let sets) = find(name) else { return [] }
        if zone.apex == apex { return sets }
        guard zone.apex == name, let parent = name.parent, self.zone(of: parent)?.apex == apex
        else { return [] }
        return sets.filter { $0.type != .soa }
    }

    private func zone(of name: DNSName) -> Zone? {
        switch find(name) {
        case .outside: nil
        case .absent(let zone), .present(let zone, _): zone
        }
    }
}

// MARK: Changing

/// What exists at a name; a class, so that who looks it up counts one reference.
private final class Node: Sendable {
    let contents: Contents
    /// When this is an apex.
    let zone: Zone?
    /// The first, unless it is an address': nearly always the one that is answered.
    let claim: Claim?

    init(_ contents: Contents, at name: DNSName) {
        self.contents = contents
        zone = contents.namespaces.isEmpty ? nil : Zone(name)
        claim = contents.claims.first.flatMap { $0.isReverse ? nil : $0 }
    }

    var unmanagedZone: Unmanaged<Zone>? { zone.map { .passUnretained($0) } }
}

private struct Contents: Sendable {
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
/// DNS ignores case, so that services of different names may claim the same one. Tasks of one
/// machine share its address' name, so that a name's claims are copied often: a class makes that
/// one reference for each.
private final class Claim: Sendable {
    let owner: Owner
    /// Labels of the apex it was made in.
    let zoneDepth: Int
    let sets: [RecordSet]
    /// Whether it is an address' own name, which has no zone but itself.
    let isReverse: Bool
    /// All names of the same entry: held at the service's own.
    let names: [DNSName]

    init(
        owner: Owner, zoneDepth: Int, sets: [RecordSet], isReverse: Bool = false,
        names: [DNSName] = []
    ) {
        self.owner = owner
        self.zoneDepth = zoneDepth
        self.sets = sets
        self.isReverse = isReverse
        self.names = names
    }
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
            let others = entry.names.dropFirst().map(\.name) + entry.pointers.map(\.name)
            for (place, sets) in entry.names {
                insert(
                    Claim(
                        owner: owner, zoneDepth: depth, sets: sets,
                        names: place == name ? others : []),
                    at: place)
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
        let names = nodes[name]?.contents.claims.first { $0.owner == owner }?.names ?? []
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
    private mutating func update(_ name: DNSName, _ change: (inout Contents) -> Void) {
        let old = nodes[name]
        var contents = old?.contents ?? Contents()
        change(&contents)
        nodes[name] = contents.isVacant ? nil : Node(contents, at: name)
        namesCount += (contents.isVacant ? 0 : 1) - (old == nil ? 0 : 1)
        guard let parent = name.parent, contents.isVacant != (old == nil) else { return }
        update(parent) { $0.below += contents.isVacant ? -1 : 1 }
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
