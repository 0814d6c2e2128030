/// One field line of a head: where it lies in the head's buffer.
package struct Field: BitwiseCopyable {
    package var name: ByteRange
    /// Without the blanks around.
    package var value: ByteRange
    /// Just after the line's CRLF.
    package var lineEnd: Int32
    package var kind: FieldName

    package init() {
        name = .empty
        value = .empty
        lineEnd = 0
        kind = .other
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
    static func recognised(_ name: UnsafePointer<UInt8>, count: Int) -> FieldName {
        switch count {
        case 2: name.equals("te", count: count) ? .te : .other
        case 4: short(name)
        case 6: name.equals("expect", count: count) ? .expect : .other
        case 7: upgradeOrTrailer(name)
        case 10: connectionOrKeepAlive(name)
        case 14: ofFourteen(name)
        case 15: name.equals("x-forwarded-for", count: count) ? .forwardedFor : .other
        case 16: ofSixteen(name)
        case 17: ofSeventeen(name)
        default: .other
        }
    }

    private static func short(_ name: UnsafePointer<UInt8>) -> FieldName {
        if name.equals("host", count: 4) { return .host }
        return name.equals("date", count: 4) ? .date : .other
    }

    private static func upgradeOrTrailer(_ name: UnsafePointer<UInt8>) -> FieldName {
        if name.equals("upgrade", count: 7) { return .upgrade }
        return name.equals("trailer", count: 7) ? .trailer : .other
    }

    private static func connectionOrKeepAlive(_ name: UnsafePointer<UInt8>) -> FieldName {
        if name.equals("connection", count: 10) { return .connection }
        return name.equals("keep-alive", count: 10) ? .keepAlive : .other
    }

    private static func ofFourteen(_ name: UnsafePointer<UInt8>) -> FieldName {
        if name.equals("content-length", count: 14) { return .contentLength }
        if name.equals("content_length", count: 14) { return .lookalike }
        return name.equals("http2-settings", count: 14) ? .http2Settings : .other
    }

    private static func ofSixteen(_ name: UnsafePointer<UInt8>) -> FieldName {
        if name.equals("x-forwarded-port", count: 16) { return .forwardedPort }
        return name.equals("proxy-connection", count: 16) ? .proxyConnection : .other
    }

    private static func ofSeventeen(_ name: UnsafePointer<UInt8>) -> FieldName {
        if name.equals("transfer-encoding", count: 17) { return .transferEncoding }
        if name.equals("x-forwarded-proto", count: 17) { return .forwardedProto }
        return name.equals("transfer_encoding", count: 17) ? .lookalike : .other
    }
}
