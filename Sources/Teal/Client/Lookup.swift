import ArgumentParser
import Model
import Nameserver
import Naming

/// `teal lookup`
struct Lookup: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ask the name server, as dig would.",
        discussion: "A name without the final `.teal` is taken to be in it: hello.default.")

    @OptionGroup var options: ClientOptions

    @Argument(help: "A name: SERVICE.NAMESPACE, or an instance's.")
    var name: String

    @Argument(help: "A, AAAA, SRV, SOA or NS.")
    var type = "A"

    func run() throws {
        let endpoints = try Endpoints.read(from: options.folder)
        guard let recordType = RecordType(type.uppercased()) else {
            throw ValidationError("\(type) is not a record type; try A or SRV")
        }
        let question: DNSName
        do {
            question = try DNSName(fullName)
        } catch {
            throw ValidationError("\(name) is not a name: \(error)")
        }
        let client = try DNSClient(server: endpoints.dns.host, port: endpoints.dns.port)
        let answer = try client.resolve(question, recordType)
        if options.json { return try Output.json(document(answer)) }
        for record in answer.answers { print(record.data) }
        guard answer.answers.isEmpty else { return }
        switch answer.code {
        case .noError: Output.note("\(question) has no \(recordType) record now")
        case .nameError: Output.note("there is no \(question)")
        default: Output.note("the name server says \(answer.code)")
        }
        throw ExitCode.failure
    }

    private var fullName: String {
        let labels = name.split(separator: ".")
        let isBare = labels.count == 2 && labels.last != Substring(Namespace.suffix)
        return isBare ? "\(labels.joined(separator: ".")).\(Namespace.suffix)" : name
    }

    private func document(_ answer: DNSMessage) -> JSON {
        [
            "code": .string("\(answer.code)"),
            "answers": .array(
                answer.answers.map { record in
                    [
                        "name": .string("\(record.name)"), "ttl": .integer(Int64(record.ttl)),
                        "type": .string("\(record.type)"), "data": .string("\(record.data)"),
                    ]
                }),
        ]
    }
}
