/// One field line of a head: where it lies in the head's buffer.
package struct Field: BitwiseCopyable {
    package var name: ByteRange
    /// Without the blanks around.
    package var value: ByteRange
    package var kind: FieldName

    package init() {
        self.init(name: .empty, value: .empty, kind: .other)
    }

    init(name: ByteRange, value: ByteRange, kind: FieldName) {
        self.name = name
        self.value = value
        self.kind = kind
    }
}

/// The fields that a proxy must know; all others only pass through.
package enum FieldName: UInt8, Sendable, BitwiseCopyable {
    case other
    case amznTraceID
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
    case server
    case te
    case trailer
    case transferEncoding
    case upgrade
    case userAgent
    /// `Content_Length` and the like: not a framing field, but some servers take it for one.
    case lookalike

    /// Whether any of the fields has a name of this length that begins with this letter.
    @inline(__always)
    static func mayBeKnown(_ name: UnsafePointer<UInt8>, count: Int) -> Bool {
        guard count < 18 else { return false }
        let letter = name[0] | 0x20
        let initials = initials.utf8Start + 3 &* count
        return letter == initials[0] || letter == initials[1] || letter == initials[2]
    }

    /// What names of 0 to 17 bytes begin with, three letters to a length.
    private static var initials: StaticString {
        "      t     hd    es ut       cku         ch x  xp xt "
    }

    /// The field that `count` bytes at `name` spell, in any case.
    ///
    /// The length and the first letter leave one or two candidates.
    @inline(__always)
    static func recognised(_ name: UnsafePointer<UInt8>, count: Int) -> FieldName {
        let letter = name[0] | 0x20
        switch count {
        case 2: return spelled(name, count, "te", .te)
        case 4 where letter == UInt8(ascii: "h"): return spelled(name, count, "host", .host)
        case 4: return spelled(name, count, "date", .date)
        case 6 where letter == UInt8(ascii: "e"): return spelled(name, count, "expect", .expect)
        case 6: return spelled(name, count, "server", .server)
        case 7 where letter == UInt8(ascii: "u"): return spelled(name, count, "upgrade", .upgrade)
        case 7: return spelled(name, count, "trailer", .trailer)
        case 10 where letter == UInt8(ascii: "c"):
            return spelled(name, count, "connection", .connection)
        case 10 where letter == UInt8(ascii: "k"):
            return spelled(name, count, "keep-alive", .keepAlive)
        case 10 where letter == UInt8(ascii: "u"):
            return spelled(name, count, "user-agent", .userAgent)
        case 14 where letter == UInt8(ascii: "c"):
            return spelled(
                name, count, "content-length", .contentLength, or: "content_length", .lookalike)
        case 14 where letter == UInt8(ascii: "h"):
            return spelled(name, count, "http2-settings", .http2Settings)
        case 15 where letter == UInt8(ascii: "x"):
            return spelled(
                name, count, "x-forwarded-for", .forwardedFor, or: "x-amzn-trace-id", .amznTraceID)
        case 16 where letter == UInt8(ascii: "x"):
            return spelled(name, count, "x-forwarded-port", .forwardedPort)
        case 16 where letter == UInt8(ascii: "p"):
            return spelled(name, count, "proxy-connection", .proxyConnection)
        case 17 where letter == UInt8(ascii: "x"):
            return spelled(name, count, "x-forwarded-proto", .forwardedProto)
        case 17 where letter == UInt8(ascii: "t"):
            return spelled(
                name, count, "transfer-encoding", .transferEncoding, or: "transfer_encoding",
                .lookalike)
        default: return .other
        }
    }

    @inline(__always)
    private static func spelled(
        _ name: UnsafePointer<UInt8>, _ count: Int, _ text: StaticString, _ field: FieldName,
        or other: StaticString = "", _ otherField: FieldName = .other
    ) -> FieldName {
        if name.equals(text, count: count) { return field }
        return name.equals(other, count: count) ? otherField : .other
    }
}
