import Model

extension Directory {
    /// Writes what this directory knows about a question, and the code that goes with it.
    func answer(
        _ question: Question, by policy: AnswerPolicy,
        using generator: inout Generator, in response: inout ResponseWriter
    ) {
        var name = question.name
        for hop in 0...Self.aliasesMax {
            switch find(name) {
            case .outside:
                // Of an alias that leads away, others have the rest.
                if hop == 0 { response.code = .refused }
                return
            case .absent(let zone):
                response.isAuthoritative = true
                response.code = .nameError
                return response.write(authority(of: zone), in: .authority)
            case .present(let zone, let sets):
                response.isAuthoritative = true
                guard let set = Self.wanted(question.type, of: sets) else {
                    // NODATA names the zone like NXDOMAIN, and how long to believe it (RFC 2308).
                    return response.write(authority(of: zone), in: .authority)
                }
                if question.type == .any {
                    return response.write(Self.minimal(set, at: name), in: .answer)
                }
                let chosen = policy.chosen(from: set, using: &generator)
                let start = response.count
                response.write(
                    set, chosen, of: hop == 0 ? .question : .name(name), in: .answer)
                if set.data.count > 1 {
                    let written = start..<response.count
                    response.variety = hop == 0 ? policy.variety(of: set, written) : .chance
                }
                guard let alias = Self.alias(in: set, chosen, for: question.type) else {
                    let hosts = response.count
                    let arePaired = writeHosts(of: set, chosen, in: &response)
                    if set.type == .srv { response.vary(hostsFrom: hosts, arePaired: arePaired) }
                    return
                }
                name = alias
            }
        }
        response.removeRecords()
        response.code = .serverFailure
    }

    /// Aliases followed: two that name each other have no end.
    private static let aliasesMax = 8

    private static func wanted(_ type: RecordType, of sets: [RecordSet]) -> RecordSet? {
        guard type != .any else { return sets.first }
        return sets.first { $0.type == type } ?? sets.first { $0.type == .cname }
    }

    /// Where a name leads that has an alias in place of what is asked for (RFC 1034, 4.3.2).
    private static func alias(
        in set: RecordSet, _ chosen: [Int], for type: RecordType
    ) -> DNSName? {
        guard type != .cname, let first = chosen.first, case .cname(let name) = set.data[first]
        else { return nil }
        return name
    }

    /// What ANY gets: something true of the name, and small (RFC 8482, section 4.2).
    private static func minimal(_ set: RecordSet, at name: DNSName) -> ResourceRecord {
        let data = RecordData.hinfo(cpu: Array("RFC8482".utf8), os: [])
        return ResourceRecord(name: name, ttl: set.ttl, data: data)
    }

    /// Adds the addresses of the hosts that SRV and NS records name, which their reader asks for
    /// next; returns whether each record has a host of its own with one address of one kind.
    private func writeHosts(
        of set: RecordSet, _ chosen: [Int], in response: inout ResponseWriter
    ) -> Bool {
        guard set.type == .srv || set.type == .ns else { return false }
        var hosts: [DNSName] = []
        for index in chosen {
            switch set.data[index] {
            case .srv(let location) where !hosts.contains(location.target):
                hosts.append(location.target)
            case .ns(let name): hosts.append(name)
            default: break
            }
        }
        var kinds: Set<RecordType> = []
        var arePaired = hosts.count == chosen.count
        for host in hosts {
            var count = 0
            if case .present(_, let sets) = find(host) {
                for addresses in sets where addresses.type == .a || addresses.type == .aaaa {
                    response.write(
                        addresses, addresses.data.indices, of: .name(host), in: .additional)
                    kinds.insert(addresses.type)
                    count += addresses.data.count
                }
            }
            arePaired = arePaired && count == 1
        }
        return arePaired && kinds.count == 1
    }
}
