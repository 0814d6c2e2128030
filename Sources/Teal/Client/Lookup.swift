import ArgumentParser
import Model
import Nameserver
import Naming

/// `teal lookup`
struct Lookup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ask the name server, as dig would.",
        discussion: """
            A name without the final `.teal` is taken to be in it: hello.default. With --long or \
            --watch the instances of SERVICE.NAMESPACE come from the control API, with their \
            health, revision and weight.
            """)

    @OptionGroup var options: ClientOptions

    @Argument(help: "A name: SERVICE.NAMESPACE, or an instance's.")
    var name: String

    @Argument(help: "A, AAAA, SRV, TXT, PTR, CNAME, SOA or NS.")
    var type = "A"

    @Flag(name: .shortAndLong, help: "Each instance with its health, revision and weight.")
    var long = false

    @Flag(name: .shortAndLong, help: "The same, again at every change, until interrupted.")
    var watch = false

    func run() async throws {
        if long || watch { return try await showInstances() }
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

// MARK: Instances

extension Lookup {
    /// Of a watch, only what differs from what was shown before.
    private func showInstances() async throws {
        let client = try options.client()
        var input = try place()
        var shown: JSON?
        repeat {
            let answer = try await client.call(.teal, "WatchInstances", .object(input))
            if answer["instances"] != shown {
                shown = answer["instances"]
                try show(answer)
            }
            input["after"] = answer["cursor"]
        } while watch
    }

    /// A bare namespace has its own name in the API, without `.teal`.
    private func place() throws -> [String: JSON] {
        let labels = name.split(separator: ".").map(String.init)
        guard labels.count > 1 else {
            throw ValidationError("\(name): write SERVICE.NAMESPACE")
        }
        var namespace = Array(labels.dropFirst())
        if namespace.count == 2, namespace[1] == Namespace.suffix { namespace.removeLast() }
        return [
            "serviceName": .string(labels[0]),
            "namespaceName": .string(namespace.joined(separator: ".")),
        ]
    }

    private func show(_ answer: JSON) throws {
        if options.json { return try Output.json(answer) }
        var table = Table("INSTANCE", "ADDRESS", "HEALTH", "REVISION", "WEIGHT", "SIDE", "SERVING")
        for instance in answer["instances"]?.elements ?? [] {
            let port = instance["port"]?.integer ?? 0
            table.add(
                instance["id"]?.string ?? "", "\(instance["address"]?.string ?? ""):\(port)",
                instance["healthStatus"]?.string ?? "",
                instance["revision"]?.integer.map(String.init) ?? "-",
                String(instance["weight"]?.integer ?? 1), instance["colour"]?.string ?? "-",
                instance["isServing"] == .boolean(true) ? "yes" : "no")
        }
        Output.line(table.text)
    }
}
