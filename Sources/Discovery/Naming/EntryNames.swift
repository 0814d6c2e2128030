import Model

/// All names that a directory entry puts into DNS, with their records.
///
/// `SERVICE.NAMESPACE`, `_SERVICE._tcp.NAMESPACE`, `_PORT._tcp.SERVICE.NAMESPACE`, each instance's
/// `ID.SERVICE.NAMESPACE`, and of the views `blue.`, `green.`, `rREVISION.` and `VALUE._TAG.` of a
/// service those that have an instance.
struct EntryNames {
    /// The service's own name first; none is there twice.
    private(set) var names: [(name: DNSName, sets: [RecordSet])] = []
    /// Each address' name in the reverse zones, and the instances that it has.
    private(set) var pointers: [(name: DNSName, set: RecordSet)] = []

    private let entry: DirectoryEntry
    private let apex: DNSName
    private let service: DNSName
    private var seen: Set<DNSName> = []

    /// SRV priority of every instance, and the weight of those without one, as Cloud Map has them.
    private static let priority: UInt16 = 1
    private static let weight = 1

    /// Leaves out an instance that has no usable name or address, and says so in `faults`.
    init(
        of entry: DirectoryEntry, at service: DNSName, in apex: DNSName, when rule: UnhealthyRule,
        faults: inout [DirectoryFault]
    ) {
        self.entry = entry
        self.apex = apex
        self.service = service
        let serving = hosts(entry.instances, &faults)
        let others = hosts(entry.others ?? [], &faults)
        var answered = serving.filter(\.isHealthy)
        if answered.isEmpty, !serving.isEmpty {
            if rule == .noName { return }
            if rule == .answer { answered = serving }
        }
        addServiceNames(answered)
        for host in serving + others { add(host.name, sets(of: host)) }
        addViews(of: serving.filter(\.isHealthy) + others)
        addTags(of: answered)
        addPointers(to: answered)
    }

    /// An instance that can be answered.
    private struct Host {
        let instance: DirectoryInstance
        let name: DNSName
        let addresses: [RecordData]
        let alias: DNSName?

        var isHealthy: Bool { instance.isHealthy ?? true }
        var weight: Int { max(0, instance.weight ?? EntryNames.weight) }

        /// Its attributes as `key=value` (RFC 1464, RFC 6763).
        var text: [RecordData] {
            let attributes = (instance.attributes ?? [:]).sorted { $0.key < $1.key }
            let strings = attributes.map { Array("\($0.key)=\($0.value)".utf8.prefix(255)) }
            return strings.isEmpty ? [] : [.txt(strings)]
        }
    }
}

// MARK: Names

extension EntryNames {
    private mutating func addServiceNames(_ hosts: [Host]) {
        add(service, sets(of: hosts))
        if let label = DNSName.underscored(entry.service.text) {
            add([label, "_tcp"], below: apex, sets(of: hosts).filter { $0.type == .srv })
        }
        var labels: [String] = []
        for port in hosts.flatMap({ $0.instance.ports ?? [] })
        where !labels.contains(port.label) { labels.append(port.label) }
        for label in labels {
            let locations = hosts.flatMap { host in
                (host.instance.ports ?? []).filter { $0.label == label }
                    .map { Located(host: host, port: $0.port) }
            }
            add(
                ["_\(label)", "_tcp"], below: service,
                [self.locations(of: locations)].compactMap(\.self))
        }
    }

    private mutating func addViews(of hosts: [Host]) {
        for colour in [DirectoryColour.blue, .green] {
            let side = hosts.filter { $0.instance.colour == colour }
            if !side.isEmpty { add([colour.rawValue], below: service, sets(of: side)) }
        }
        for revision in Set(hosts.compactMap(\.instance.revision)).sorted() {
            let tasks = hosts.filter { $0.instance.revision == revision }
            add(["r\(revision)"], below: service, sets(of: tasks))
        }
    }

    /// A tag's key and value are labels as they stand, when they can be.
    private mutating func addTags(of hosts: [Host]) {
        var tags: [Tag] = []
        for tag in hosts.flatMap({ $0.instance.tags ?? [] }) where !tags.contains(tag) {
            tags.append(tag)
        }
        for tag in tags {
            guard let value = tag.value, !["tcp", "udp"].contains(tag.key) else { continue }
            let tagged = hosts.filter { $0.instance.tags?.contains(tag) == true }
            add([value, "_\(tag.key)"], below: service, sets(of: tagged))
        }
    }

    private mutating func addPointers(to hosts: [Host]) {
        var addresses: [IPAddress] = []
        var names: [IPAddress: [RecordData]] = [:]
        for host in hosts {
            for address in host.addresses.compactMap(\.address) {
                if names[address] == nil { addresses.append(address) }
                names[address, default: []].append(.ptr(host.name))
            }
        }
        for address in addresses {
            guard let name = DNSName(reverseOf: address),
                let set = RecordSet(.ptr, ttl: ttl(of: .ptr), names[address] ?? [])
            else { continue }
            pointers.append((name, set))
        }
    }

    /// A name that cannot be one is left out: the service has others.
    private mutating func add(_ labels: [String], below ancestor: DNSName, _ sets: [RecordSet]) {
        var name = ancestor
        for label in labels.reversed() {
            guard let longer = try? name.prepending(label) else { return }
            name = longer
        }
        add(name, sets)
    }

    private mutating func add(_ name: DNSName, _ sets: [RecordSet]) {
        guard seen.insert(name).inserted else { return }
        names.append((name, sets))
    }
}

// MARK: Records

extension EntryNames {
    private struct Located {
        let host: Host
        let port: UInt16
    }

    /// What an instance's own name has: its addresses, which SRV records lead to, whatever types
    /// the service has.
    private func sets(of host: Host) -> [RecordSet] {
        if host.alias != nil { return sets(of: [host]) }
        let addresses = [RecordType.a, .aaaa].map { self.addresses(of: [host], $0) }
        let text = RecordSet(.txt, ttl: ttl(of: .txt), host.text)
        let location = locations(of: [Located(host: host, port: host.instance.port)])
        return (addresses + [location, text]).compactMap(\.self)
    }

    /// What a name of several instances has.
    private func sets(of hosts: [Host]) -> [RecordSet] {
        let aliases = hosts.compactMap { host in host.alias.map { ($0, host.weight) } }
        // A name with an alias has nothing else (RFC 2181, 10.1), and is answered with one only.
        guard aliases.isEmpty else {
            let set = RecordSet(.cname, ttl: ttl(of: .cname), aliases.map { .cname($0.0) })
            return isWanted(.cname) ? [set?.weighted(by: aliases.map(\.1))].compactMap(\.self) : []
        }
        let addresses = [RecordType.a, .aaaa].filter(isWanted).map { self.addresses(of: hosts, $0) }
        let location = locations(of: hosts.map { Located(host: $0, port: $0.instance.port) })
        return (addresses + [location]).compactMap(\.self)
    }

    /// The addresses of one family, each once: a set has no duplicates (RFC 2181, section 5).
    private func addresses(of hosts: [Host], _ type: RecordType) -> RecordSet? {
        var places: [RecordData: Int] = [:]
        var data: [RecordData] = []
        var weights: [Int] = []
        for host in hosts {
            for address in host.addresses where address.type == type {
                if let place = places[address] {
                    weights[place] += host.weight
                } else {
                    places[address] = data.count
                    data.append(address)
                    weights.append(host.weight)
                }
            }
        }
        return RecordSet(type, ttl: ttl(of: type), data).map { routed($0, weights) }
    }

    private func locations(of locations: [Located]) -> RecordSet? {
        let usable = locations.filter { $0.host.alias == nil && !$0.host.addresses.isEmpty }
        guard isWanted(.srv) else { return nil }
        let data = usable.map { located in
            RecordData.srv(
                ServiceLocation(
                    priority: Self.priority, weight: UInt16(clamping: located.host.weight),
                    port: located.port, target: located.host.name))
        }
        return RecordSet(.srv, ttl: ttl(of: .srv), data)
            .map { routed($0, usable.map(\.host.weight)) }
    }

    private func routed(_ set: RecordSet, _ weights: [Int]) -> RecordSet {
        entry.routingPolicy == .weighted ? set.weighted(by: weights) : set
    }

    private func isWanted(_ type: RecordType) -> Bool {
        guard let records = entry.records else { return true }
        return records.contains { $0.type == type.description }
    }

    private func ttl(of type: RecordType) -> UInt32 {
        let records = entry.records ?? []
        let record = records.first { $0.type == type.description } ?? records.first
        let seconds = record?.ttlSeconds ?? entry.ttlSeconds
        return UInt32(clamping: min(max(0, seconds), Int(Int32.max)))
    }
}

// MARK: Instances

extension EntryNames {
    private func hosts(
        _ instances: [DirectoryInstance], _ faults: inout [DirectoryFault]
    ) -> [Host] {
        var hosts: [Host] = []
        for instance in instances {
            do throws(DirectoryFault) {
                hosts.append(try host(instance))
            } catch {
                faults.append(error)
            }
        }
        return hosts
    }

    private func host(_ instance: DirectoryInstance) throws(DirectoryFault) -> Host {
        let name: DNSName
        var alias: DNSName?
        do {
            name = try service.prepending(instance.id)
            if let text = instance.alias { alias = try DNSName(text) }
        } catch {
            throw .instance(instance.id, of: entry.service, error)
        }
        var addresses: [RecordData] = []
        for text in [instance.address, instance.otherAddress ?? ""] where !text.isEmpty {
            guard let address = IPAddress(text) else {
                throw .address(text, instance: instance.id, of: entry.service)
            }
            addresses.append(RecordData(address))
        }
        return Host(instance: instance, name: name, addresses: addresses, alias: alias)
    }
}

extension RecordData {
    fileprivate var address: IPAddress? {
        switch self {
        case .a(let number): .v4(number)
        case .aaaa(let high, let low): .v6(high: high, low: low)
        default: nil
        }
    }
}
