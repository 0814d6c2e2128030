/// One field line of a head: where it lies in the head's buffer.
package struct Field: BitwiseCopyable {
    package var name: ByteRange
    /// Without the blanks around.
    package var value: ByteRange
    /// Just after the line's CRLF.
    package var lineEnd: Int32
    package var kind: FieldName

    package init() {
        self.init(name: .empty, value: .empty, lineEnd: 0, kind: .other)
    }

    init(name: ByteRange, value: ByteRange, lineEnd: Int32, kind: FieldName) {
        self.name = name
        self.value = value
        self.lineEnd = lineEnd
        self.kind = kind
    }

    /// Whether the line reads `name: value CRLF` with nothing to tidy.
    var isCanonical: Bool {
        Int(value.start) == name.end + 2 && Int(lineEnd) == value.end + 2
    }
}

/// The fields that a proxy must know; all others only pass through.
package enum FieldName: UInt8, Sendable, BitwiseCopyable {
    case other
    case connection
    case contentLength
    case date
    case expect
    case forwardedFor
    case forwardedPort
    case forwardedProto
    case host
    case http2Settings
    case keepAlive
    case proxyConnection
    case te
    case trailer
    case transferEncoding
    case upgrade
    /// `Content_Length` and the like: not a framing field, but some servers take it for one.
    case lookalike

    /// The field that `count` bytes at `name` spell, in any case.
    ///
    /// The length and the first letter leave one or two candidates, and mostly none.
    @inline(__always)
    static func recognised(_ name: UnsafePointer<UInt8>, count: Int) -> FieldName {
        switch (count, name[0] | 0x20) {
        case (2, UInt8(ascii: "t")): spelled(name, count, "te", .te)
        case (4, UInt8(ascii: "h")): spelled(name, count, "host", .host)
        case (4, UInt8(ascii: "d")): spelled(name, count, "date", .date)
        case (6, UInt8(ascii: "e")): spelled(name, count, "expect", .expect)
        case (7, UInt8(ascii: "u")): spelled(name, count, "upgrade", .upgrade)
        case (7, UInt8(ascii: "t")): spelled(name, count, "trailer", .trailer)
        case (10, UInt8(ascii: "c")): spelled(name, count, "connection", .connection)
        case (10, UInt8(ascii: "k")): spelled(name, count, "keep-alive", .keepAlive)
        case (14, UInt8(ascii: "c")):
            spelled(
                name, count, "content-length", .contentLength, or: "content_length", .lookalike)
        case (14, UInt8(ascii: "h")): spelled(name, count, "http2-settings", .http2Settings)
        case (15, UInt8(ascii: "x")): spelled(name, count, "x-forwarded-for", .forwardedFor)
        case (16, UInt8(ascii: "x")): spelled(name, count, "x-forwarded-port", .forwardedPort)
        case (16, UInt8(ascii: "p")): spelled(name, count, "proxy-connection", .proxyConnection)
        case (17, UInt8(ascii: "x")): spelled(name, count, "x-forwarded-proto", .forwardedProto)
        case (17, UInt8(ascii: "t")):
            spelled(
                name, count, "transfer-encoding", .transferEncoding, or: "transfer_encoding",
                .lookalike)
        default: .other
        }
    }

    private static func spelled(
        _ name: UnsafePointer<UInt8>, _ count: Int, _ text: StaticString, _ field: FieldName,
        or other: StaticString = "", _ otherField: FieldName = .other
    ) -> FieldName {
        if name.equals(text, count: count) { return field }
        return name.equals(other, count: count) ? otherField : .other
    }
}
