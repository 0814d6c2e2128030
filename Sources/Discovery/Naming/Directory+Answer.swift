extension Directory {
    /// Fills in what this directory knows about a question, and the code that goes with it.
    func answer(
        _ question: Question, by policy: AnswerPolicy,
        using generator: inout some RandomNumberGenerator, in response: inout DNSMessage
    ) {
        var name = question.name
        for hop in 0...Self.aliasesMax {
            switch find(name) {
            case .outside:
                // Of an alias that leads away, others have the rest.
                if hop == 0 { response.code = .refused }
                return
            case .absent(let apex):
                response.flags.authoritative = true
                response.code = .nameError
                response.authority = [authority(of: apex)]
                return
            case .present(let apex, let sets):
                response.flags.authoritative = true
                let asked = Question(name: name, type: question.type)
                let found = answers(to: asked, from: sets, by: policy, using: &generator)
                response.answers += found
                if let alias = Self.alias(in: found, for: question.type) {
                    name = alias
                    continue
                }
                response.additional = additional(to: found)
                // NODATA names the zone like NXDOMAIN, and how long to believe it (RFC 2308).
                if found.isEmpty { response.authority = [authority(of: apex)] }
                return
            }
        }
        response.answers = []
        response.code = .serverFailure
    }

    /// Aliases followed: two that name each other have no end.
    private static let aliasesMax = 8

    /// Where a name leads that has an alias in place of what is asked for (RFC 1034, 4.3.2).
    private static func alias(in found: [ResourceRecord], for type: RecordType) -> DNSName? {
        guard type != .cname, case .cname(let name)? = found.first?.data else { return nil }
        return name
    }

    private func answers(
        to question: Question, from sets: [RecordSet], by policy: AnswerPolicy,
        using generator: inout some RandomNumberGenerator
    ) -> [ResourceRecord] {
        if question.type == .any {
            return sets.first.map { [Self.minimal($0, at: question.name)] } ?? []
        }
        let wanted = sets.first { $0.type == question.type } ?? sets.first { $0.type == .cname }
        guard var set = wanted else { return [] }
        set.data = policy.chosen(from: set, using: &generator)
        return set.records(at: question.name)
    }

    /// What ANY gets: something true of the name, and small (RFC 8482, section 4.2).
    private static func minimal(_ set: RecordSet, at name: DNSName) -> ResourceRecord {
        let data = RecordData.hinfo(cpu: Array("RFC8482".utf8), os: [])
        return ResourceRecord(name: name, ttl: set.ttl, data: data)
    }

    /// The addresses of the hosts that SRV and NS records name, which their reader asks for next.
    private func additional(to records: [ResourceRecord]) -> [ResourceRecord] {
        var hosts: [DNSName] = []
        for record in records {
            switch record.data {
            case .srv(let location):
                if !hosts.contains(location.target) { hosts.append(location.target) }
            case .ns(let name): hosts.append(name)
            default: break
            }
        }
        return hosts.flatMap { addresses(at: $0) }
    }

    private func addresses(at name: DNSName) -> [ResourceRecord] {
        guard case .present(_, let sets) = find(name) else { return [] }
        return sets.filter { $0.type == .a || $0.type == .aaaa }.flatMap { $0.records(at: name) }
    }
}
