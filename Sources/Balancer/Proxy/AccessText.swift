internal import Routing

/// Texts as the access log has them: what could break out of a field is escaped.
struct AccessText {
    /// What one byte may become.
    static let escapeBytesMax = 6

    var writer: ByteWriter
    private let format: AccessFormat

    init(_ place: UnsafeMutableRawPointer, capacity: Int, _ format: AccessFormat) {
        writer = ByteWriter(place, capacity: capacity)
        self.format = format
    }

    @inline(__always)
    mutating func append(_ text: StaticString) {
        writer.append(text)
    }

    /// Quotes, backslashes, controls and bytes beyond ASCII are written so that no request can
    /// break out of its field: `\x22`, or in JSON `\u0022`.
    mutating func append(_ text: UnsafeRawBufferPointer) {
        guard !text.isPlain else { return writer.append(text) }
        for byte in text {
            if byte.isPlain {
                writer.append(byte: byte)
            } else {
                writer.append(format == .json ? "\\u00" : "\\x")
                append(digit: byte >> 4)
                append(digit: byte & 0xF)
            }
        }
    }

    private mutating func append(digit: UInt8) {
        writer.append(byte: digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10)
    }

    /// `GET http://example.com:80/path`; `port` is `nil` where the host has one.
    mutating func append(
        method: UnsafeRawBufferPointer, host: UnsafeRawBufferPointer, port: UInt16?,
        target: UnsafeRawBufferPointer
    ) {
        writer.append(method)
        writer.append(" http://")
        writer.append(host)
        if let port {
            writer.append(":")
            writer.append(decimal: Int(port))
        }
        if target.first != UInt8(ascii: "/"), target.first != UInt8(ascii: "*") {
            writer.append("/")
        }
        append(target)
    }
}
