import Model

/// The record sets that a directory entry becomes: those of the service and of each instance.
struct InstanceSets {
    /// At the service's name.
    private(set) var service: [RecordSet] = []
    /// Each instance's stable name, and its address.
    private(set) var instances: [(name: DNSName, set: RecordSet)] = []

    /// SRV priority and weight of every instance, as Cloud Map answers them.
    private static let priority: UInt16 = 1
    private static let weight: UInt16 = 1

    /// Leaves out an instance that has no usable name or address, and says so in `faults`.
    init(of entry: DirectoryEntry, at name: DNSName, faults: inout [DirectoryFault]) {
        let ttl = UInt32(clamping: min(max(0, entry.ttlSeconds), Int(Int32.max)))
        var locations: [RecordData] = []
        var addresses = DistinctAddresses()
        var seen: Set<DNSName> = []
        for instance in entry.instances {
            do throws(DirectoryFault) {
                let own = try Self.name(of: instance, of: entry.service, below: name)
                let address = try Self.address(of: instance, of: entry.service)
                guard seen.insert(own).inserted,
                    let set = RecordSet(address.type, ttl: ttl, [address])
                else { continue }
                instances.append((own, set))
                locations.append(.srv(Self.location(port: instance.port, target: own)))
                addresses.append(address)
            } catch {
                faults.append(error)
            }
        }
        service = [
            RecordSet(.a, ttl: ttl, addresses.v4), RecordSet(.aaaa, ttl: ttl, addresses.v6),
            RecordSet(.srv, ttl: ttl, locations),
        ].compactMap(\.self)
    }

    private static func location(port: UInt16, target: DNSName) -> ServiceLocation {
        ServiceLocation(priority: priority, weight: weight, port: port, target: target)
    }

    private static func name(
        of instance: DirectoryInstance, of service: ServiceName, below name: DNSName
    ) throws(DirectoryFault) -> DNSName {
        do {
            return try name.prepending(instance.id)
        } catch {
            throw .instance(instance.id, of: service, error)
        }
    }

    private static func address(
        of instance: DirectoryInstance, of service: ServiceName
    ) throws(DirectoryFault) -> RecordData {
        guard let address = IPAddress(instance.address) else {
            throw .address(instance.address, instance: instance.id, of: service)
        }
        return RecordData(address)
    }
}

/// Addresses by family, each once: a set of records has no duplicates (RFC 2181, section 5).
private struct DistinctAddresses {
    private(set) var v4: [RecordData] = []
    private(set) var v6: [RecordData] = []
    private var seen: Set<RecordData> = []

    mutating func append(_ address: RecordData) {
        guard seen.insert(address).inserted else { return }
        if address.type == .a { v4.append(address) } else { v6.append(address) }
    }
}
