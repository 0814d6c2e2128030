extension Directory {
    /// Fills in what this directory knows about a question, and the code that goes with it.
    func answer(
        _ question: Question, by policy: AnswerPolicy,
        using generator: inout some RandomNumberGenerator, in response: inout DNSMessage
    ) {
        response.flags.authoritative = true
        switch find(question.name) {
        case .outside:
            response.flags.authoritative = false
            response.code = .refused
        case .absent(let apex):
            response.code = .nameError
            response.authority = [authority(of: apex)]
        case .present(let apex, let sets):
            response.answers = answers(to: question, from: sets, by: policy, using: &generator)
            response.additional = response.answers.flatMap { addresses(besides: $0) }
            // NODATA names the zone like NXDOMAIN, and so for how long to believe it (RFC 2308).
            if response.answers.isEmpty { response.authority = [authority(of: apex)] }
        }
    }

    private func answers(
        to question: Question, from sets: [RecordSet], by policy: AnswerPolicy,
        using generator: inout some RandomNumberGenerator
    ) -> [ResourceRecord] {
        if question.type == .any {
            return sets.first.map { [Self.minimal($0, at: question.name)] } ?? []
        }
        guard var set = sets.first(where: { $0.type == question.type }) else { return [] }
        set.data = policy.chosen(from: set.data, using: &generator)
        return set.records(at: question.name)
    }

    /// What ANY gets: something true of the name, and small (RFC 8482, section 4.2).
    private static func minimal(_ set: RecordSet, at name: DNSName) -> ResourceRecord {
        let data = RecordData.hinfo(cpu: Array("RFC8482".utf8), os: [])
        return ResourceRecord(name: name, ttl: set.ttl, data: data)
    }

    /// The addresses of the host that an SRV or NS record names, which its reader asks for next.
    private func addresses(besides record: ResourceRecord) -> [ResourceRecord] {
        switch record.data {
        case .srv(let location): addresses(at: location.target)
        case .ns(let name): addresses(at: name)
        default: []
        }
    }

    private func addresses(at name: DNSName) -> [ResourceRecord] {
        guard case .present(_, let sets) = find(name) else { return [] }
        return sets.filter { $0.type == .a || $0.type == .aaaa }.flatMap { $0.records(at: name) }
    }
}
