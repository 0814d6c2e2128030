internal import Routing

/// How the access log is written.
package enum AccessFormat: String, Sendable, CaseIterable {
    /// ALB's fields, in its order and with its quotes.
    case alb
    /// An object a line, with ALB's names.
    case json

    /// Appends the entry and a line end.
    func write(_ entry: AccessEntry, to line: inout [UInt8]) {
        switch self {
        case .alb: writeALB(entry, to: &line)
        case .json: writeJSON(entry, to: &line)
        }
        line.append(UInt8(ascii: "\n"))
    }

    private func writeALB(_ entry: AccessEntry, to line: inout [UInt8]) {
        for (index, field) in AccessField.allCases.enumerated() {
            if index > 0 { line.append(Byte.space) }
            let quote = field.isQuoted
            if quote { line.append(UInt8(ascii: "\"")) }
            line.append(escaping: field.value(of: entry), for: self)
            if quote { line.append(UInt8(ascii: "\"")) }
        }
    }

    private func writeJSON(_ entry: AccessEntry, to line: inout [UInt8]) {
        line.append(UInt8(ascii: "{"))
        for (index, field) in AccessField.allCases.enumerated() {
            if index > 0 { line.append(UInt8(ascii: ",")) }
            line += Array("\"\(field.rawValue)\":".utf8)
            let value = field.value(of: entry)
            if field.isNumber, value != [UInt8(ascii: "-")] {
                line += value
            } else {
                line.append(UInt8(ascii: "\""))
                line.append(escaping: value, for: self)
                line.append(UInt8(ascii: "\""))
            }
        }
        line.append(UInt8(ascii: "}"))
    }
}

extension [UInt8] {
    /// Quotes, backslashes, controls and bytes beyond ASCII are written so that no request can
    /// break out of its field: `\x22`, or in JSON `\u0022`.
    fileprivate mutating func append(escaping bytes: [UInt8], for format: AccessFormat) {
        let prefix = format == .json ? "\\u00" : "\\x"
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in bytes {
            let isPlain =
                byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"")
                && byte != UInt8(ascii: "\\")
            if isPlain {
                append(byte)
            } else {
                self += Array(prefix.utf8)
                append(digits[Int(byte >> 4)])
                append(digits[Int(byte & 0xF)])
            }
        }
    }
}
