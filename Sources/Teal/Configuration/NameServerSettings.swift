import API
import ArgumentParser
import Model
import Nameserver
import Naming

/// How the name server answers: `teal.name_server` of a configuration file, and the edge's flags.
struct NameServerSettings: Equatable, Sendable {
    /// Threads that answer, 1-64.
    var workers = 1
    /// Instances in an answer at most, 1-1000 (Cloud Map's MULTIVALUE has 8).
    var answers = 8
    /// UDP answers of one kind to one network in a second, 0-1000000; 0 is no limit.
    var responsesPerSecond = 0
    /// What a registered service answers when all of its instances are unhealthy.
    var allUnhealthy = UnhealthyRule.answer
    /// Resolvers for names of no namespace, ADDRESS or ADDRESS:PORT; those are refused without.
    var forwarders: [String] = []
    /// Networks, ADDRESS/BITS, whose hosts may have whole zones (AXFR).
    var allowTransfer: [String] = []

    private static let ranges = (
        workers: 1...64, answers: 1...1000, responsesPerSecond: 0...1_000_000
    )

    init() {}

    init(document: JSON) throws(FieldError) {
        guard case .object(let fields) = document else {
            throw FieldError("teal.name_server", "must be a mapping")
        }
        let ranges = Self.ranges
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
            switch name {
            case "workers": workers = try Self.number(value, name, ranges.workers)
            case "answers": answers = try Self.number(value, name, ranges.answers)
            case "responses_per_second":
                responsesPerSecond = try Self.number(value, name, ranges.responsesPerSecond)
            case "all_unhealthy":
                guard let rule = UnhealthyRule(rawValue: value.string ?? "") else {
                    throw Self.error(name, "must be answer, nodata or nxdomain")
                }
                allUnhealthy = rule
            case "forwarders":
                forwarders = try Self.texts(value, name, "ADDRESS or ADDRESS:PORT") { _ in true }
            case "allow_transfer":
                allowTransfer = try Self.texts(value, name, "ADDRESS/BITS") {
                    AddressBlock($0) != nil
                }
            default: throw Self.error(name, "is not a setting that Teal knows")
            }
        }
    }

    private static func error(_ name: String, _ reason: String) -> FieldError {
        FieldError("teal.name_server.\(name)", reason)
    }

    private static func number(
        _ value: JSON, _ name: String, _ range: ClosedRange<Int>
    ) throws(FieldError) -> Int {
        guard let number = value.integer.map({ Int($0) }), range.contains(number) else {
            throw error(name, "must be \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private static func texts(
        _ value: JSON, _ name: String, _ form: String, _ isRight: (String) -> Bool
    ) throws(FieldError) -> [String] {
        guard case .array(let elements) = value else {
            throw error(name, "must be a list of addresses")
        }
        var texts: [String] = []
        for (index, element) in elements.enumerated() {
            guard let text = element.string, !text.isEmpty, isRight(text) else {
                throw error("\(name)[\(index)]", "must be \(form)")
            }
            texts.append(text)
        }
        return texts
    }

    /// The flags of `teal edge` that say the same.
    var flags: [String] {
        [
            "--dns-workers", "\(workers)", "--dns-answers", "\(answers)",
            "--dns-responses-per-second", "\(responsesPerSecond)",
            "--dns-all-unhealthy", allUnhealthy.rawValue,
        ] + forwarders.flatMap { ["--dns-forwarder", $0] }
            + allowTransfer.flatMap { ["--dns-allow-transfer", $0] }
    }
}

/// The same as flags of a process.
struct NameServerFlags: ParsableArguments {
    @Option(help: "Threads of the name server, 1-64.")
    var dnsWorkers = 1

    @Option(help: "Instances that the name server names in an answer at most, 1-1000.")
    var dnsAnswers = 8

    @Option(help: "UDP answers of one kind to one network in a second; 0 is no limit.")
    var dnsResponsesPerSecond = 0

    @Option(help: "When all registered instances are unhealthy: answer, nodata or nxdomain.")
    var dnsAllUnhealthy = UnhealthyRule.answer

    @Option(
        help: ArgumentHelp(
            "A resolver for names of no namespace; may be repeated.", valueName: "address[:port]"))
    var dnsForwarder: [String] = []

    @Option(
        help: ArgumentHelp(
            "Who may have whole zones (AXFR); may be repeated.", valueName: "address/bits"))
    var dnsAllowTransfer: [AddressBlock] = []

    func validate() throws {
        guard (1...64).contains(dnsWorkers) else {
            throw ValidationError("--dns-workers \(dnsWorkers): it must be 1 to 64")
        }
        guard (1...1000).contains(dnsAnswers) else {
            throw ValidationError("--dns-answers \(dnsAnswers): it must be 1 to 1000")
        }
        guard (0...1_000_000).contains(dnsResponsesPerSecond) else {
            throw ValidationError("--dns-responses-per-second must be 0 to 1000000")
        }
    }

    func apply(to options: inout NameserverOptions) {
        options.workers = dnsWorkers
        options.answersMax = dnsAnswers
        options.responsesPerSecond = dnsResponsesPerSecond
        options.unhealthyRule = dnsAllUnhealthy
        options.forwarders = dnsForwarder
        options.transfersTo = dnsAllowTransfer
    }
}

extension UnhealthyRule: ExpressibleByArgument {}

extension AddressBlock: ExpressibleByArgument {
    package init?(argument: String) {
        self.init(argument)
    }
}
