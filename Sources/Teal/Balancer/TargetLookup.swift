import API
import Model
import Nameserver
import Naming

/// One source's targets, asked of a name server.
struct TargetLookup {
    let client: DNSClient

    struct Answer {
        var targets: [Target]
        /// The shortest time to live of all records that it rests on, in seconds.
        var ttl: UInt32
    }

    func answer(_ source: TargetSource) throws -> Answer {
        switch source {
        case .address(let address, let port):
            return Answer(targets: [Target(at: address, port: port)], ttl: .max)
        case .host(let name, let port):
            return try addresses(of: try DNSName(name), port: port, beside: [])
        case .service(let name):
            return try service(try DNSName(name))
        }
    }

    /// Those of the lowest priority number: the others are for when these are gone (RFC 2782).
    private func service(_ name: DNSName) throws -> Answer {
        let message = try client.resolve(name, .srv)
        var answer = Answer(targets: [], ttl: .max)
        var locations: [ServiceLocation] = []
        for record in message.answers {
            guard case .srv(let location) = record.data, location.target != .root else { continue }
            answer.ttl = min(answer.ttl, record.ttl)
            locations.append(location)
        }
        let first = locations.map(\.priority).min()
        for location in locations where location.priority == first {
            let found = try addresses(
                of: location.target, port: location.port, beside: message.additional)
            answer.targets += found.targets
            answer.ttl = min(answer.ttl, found.ttl)
        }
        return answer
    }

    /// From the additional section where they are there, else by questions of their own.
    private func addresses(
        of name: DNSName, port: UInt16, beside additional: [ResourceRecord]
    ) throws -> Answer {
        let given = Answer(additional.filter { $0.name == name }, port: port)
        guard given.targets.isEmpty else { return given }
        var answer = Answer(try client.resolve(name, .a).answers, port: port)
        // A name without IPv6 is no error, nor is a server that does not know the type.
        if let six = try? client.resolve(name, .aaaa) {
            let found = Answer(six.answers, port: port)
            answer.targets += found.targets
            answer.ttl = min(answer.ttl, found.ttl)
        }
        return answer
    }
}

extension TargetLookup.Answer {
    /// The addresses among `records`; what an alias leads to is in the same answer.
    fileprivate init(_ records: [ResourceRecord], port: UInt16) {
        self.init(targets: [], ttl: .max)
        for record in records {
            switch record.data {
            case .a(let number): targets.append(Target(at: .v4(number), port: port))
            case .aaaa(let high, let low):
                targets.append(Target(at: .v6(high: high, low: low), port: port))
            case .cname: break
            default: continue
            }
            ttl = min(ttl, record.ttl)
        }
    }
}
