/// Prometheus's text format, version 0.0.4.
struct MetricsText {
    typealias Labels = [(String, String)]

    enum Kind: String {
        case counter
        case gauge
        case histogram
    }

    private(set) var text = ""

    /// Begins a metric, whose samples must follow.
    mutating func metric(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    mutating func sample(_ name: String, _ value: some Numeric) {
        sample(name, [], value)
    }

    mutating func sample(_ name: String, _ labels: Labels, _ value: some Numeric) {
        let pairs = labels.map { "\($0.0)=\"\(MetricsText.escaped($0.1))\"" }
        text += pairs.isEmpty ? name : "\(name){\(pairs.joined(separator: ","))}"
        text += " \(value)\n"
    }

    private static func escaped(_ value: String) -> String {
        value.reduce(into: "") { result, character in
            switch character {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.append(character)
            }
        }
    }
}
