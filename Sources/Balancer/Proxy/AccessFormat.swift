internal import Routing

/// How the access log is written.
package enum AccessFormat: String, Sendable, CaseIterable {
    /// ALB's fields, in its order and with its quotes.
    case alb
    /// An object a line, with ALB's names.
    case json

    private static let fields = AccessField.allCases
    /// What comes before each value in JSON.
    private static let labels = fields.enumerated().map { index, field in
        Array("\(index == 0 ? "{" : ",")\"\(field.rawValue)\":".utf8)
    }

    /// Writes the entry and a line end: at most `AccessLine.bytesMax`.
    func write(
        _ entry: AccessEntry, _ clock: inout AccessClock, _ loadBalancer: [UInt8],
        to writer: inout ByteWriter
    ) {
        var line = AccessLine(writer: writer, format: self)
        let fields = Self.fields
        switch self {
        case .alb:
            for (index, field) in fields.enumerated() {
                if index > 0 { line.append(" ") }
                let isQuoted = field.isQuoted
                if isQuoted { line.append("\"") }
                field.write(entry, &clock, loadBalancer, to: &line)
                if isQuoted { line.append("\"") }
            }
        case .json:
            for (index, field) in fields.enumerated() {
                line.writer.append(Self.labels[index])
                let isQuoted = !field.isNumber(in: entry.record)
                if isQuoted { line.append("\"") }
                field.write(entry, &clock, loadBalancer, to: &line)
                if isQuoted { line.append("\"") }
            }
            line.append("}")
        }
        line.append("\n")
        writer = line.writer
    }
}
