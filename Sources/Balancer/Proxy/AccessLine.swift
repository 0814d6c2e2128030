internal import Routing

/// A line of the access log that is being written.
struct AccessLine {
    /// What a line holds at most: every text twice, with each byte escaped, and the rest.
    static let bytesMax =
        2 * 6 * AccessRecord.textBytesMax * AccessRecord.Text.allCases.count
        + 16 * 1024

    var writer: ByteWriter
    let format: AccessFormat

    mutating func append(_ text: StaticString) {
        writer.append(text)
    }

    mutating func append(_ number: Int) {
        writer.append(decimal: number)
    }

    /// A status; `-` when there is none.
    mutating func append(status: UInt16) {
        if status == 0 { append("-") } else { append(Int(status)) }
    }

    /// Milliseconds as seconds with three decimals, as ALB writes times; -1 for none.
    mutating func append(seconds milliseconds: Int64) {
        guard milliseconds >= 0 else { return append("-1") }
        writer.append(decimal: Int(milliseconds / 1000))
        append(".")
        writer.append(decimal: Int(milliseconds % 1000), digits: 3)
    }

    /// A text that may hold anything; `-` when it is empty.
    mutating func append(orDash text: UnsafeRawBufferPointer) {
        if text.isEmpty { append("-") } else { append(text) }
    }

    /// A text that holds nothing to escape, for it is ours or its grammar has none of that; `-`
    /// when it is empty.
    mutating func append(plain text: UnsafeRawBufferPointer) {
        if text.isEmpty { append("-") } else { writer.append(text) }
    }

    /// Quotes, backslashes, controls and bytes beyond ASCII are written so that no request can
    /// break out of its field: `\x22`, or in JSON `\u0022`.
    mutating func append(_ text: UnsafeRawBufferPointer) {
        guard !text.isPlain else { return writer.append(text) }
        for byte in text {
            if byte.isPlain {
                writer.append(byte: byte)
            } else {
                append(format == .json ? "\\u00" : "\\x")
                append(digit: byte >> 4)
                append(digit: byte & 0xF)
            }
        }
    }

    private mutating func append(digit: UInt8) {
        writer.append(byte: digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10)
    }
}
