/// The head of an HTTP/1 request: what a proxy must know of it, and where its parts lie.
package struct RequestHead {
    package var method = Method.other
    package var methodRange = ByteRange.empty
    /// Path and query, without scheme and authority; the path may be left out of it.
    package var target = ByteRange.empty
    /// The host without its port; empty only in HTTP/1.0.
    package var host = ByteRange.empty
    /// The port that the client wrote, digits only.
    package var port = ByteRange.empty
    /// 0 or 1: HTTP/1.0 or HTTP/1.1.
    package var minorVersion: UInt8 = 1
    /// Whether the client will go on to use the connection.
    package var isPersistent = true
    package var expectsContinue = false
    /// What others might read differently in it.
    package var desync = DesyncReason.compliant
    /// Whether Connection names fields that are not hop-by-hop by themselves.
    package var nominates = false
    /// What the client asks to change to, when that is passed on.
    package var upgrade = Upgrade.none
    package var framing = BodyFraming.none
    /// The values of User-Agent and X-Amzn-Trace-Id, for the access log.
    package var userAgent = ByteRange.empty
    package var traceField = ByteRange.empty
    /// The fields written to the table that was given to `parse`.
    package var fieldCount = 0
    /// All bytes of the head, blank line included.
    package var length = 0

    var known = FieldSet()
    var isTidy = true
    var closes = false
    var keepsAlive = false
    var hasHost = false
    var hasTransferEncoding = false
    var hasContentLength = false
    var forwardedAddresses = 0
    var hasTraceID = false
    var upgrades = false
    var hasUpgrade = false

    init() {}

    package var isChunked: Bool {
        if case .chunked = framing { true } else { false }
    }
}

package enum Method: UInt8, Sendable, BitwiseCopyable {
    case get
    case head
    case options
    case post
    case put
    case patch
    case delete
    case trace
    case connect
    case other

    /// Methods are case-sensitive (RFC 9110, 9.1).
    static func recognised(_ text: UnsafeRawBufferPointer) -> Method {
        guard text.count <= 8 else { return .other }
        var word: UInt64 = 0
        for index in 0..<text.count { word = word &<< 8 | UInt64(text[index]) }
        return switch word {
        case 0x47_4554: .get
        case 0x4845_4144: .head
        case 0x4F_5054_494F_4E53: .options
        case 0x504F_5354: .post
        case 0x50_5554: .put
        case 0x50_4154_4348: .patch
        case 0x4445_4C45_5445: .delete
        case 0x54_5241_4345: .trace
        case 0x43_4F4E_4E45_4354: .connect
        default: .other
        }
    }
}

/// How the end of a body is known.
@usableFromInline package enum BodyFraming: Hashable, Sendable, BitwiseCopyable {
    /// There is no body.
    case none
    case length(Int)
    case chunked
    /// The body ends with its connection; responses only.
    case untilClose
}
