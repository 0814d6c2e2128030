/// How a response's body comes in and goes out, and what the head must say of it.
@usableFromInline package struct ResponsePlan: Hashable, Sendable, BitwiseCopyable {
    /// How the target frames the body.
    package var incoming: BodyFraming
    /// How the client gets it; `.none` when there is no body to send.
    @usableFromInline package var outgoing: BodyFraming
    /// The Content-Length to write, if any.
    package var contentLength: Int?
    package var writesChunked = false
    /// Whether the client's connection cannot be used again.
    package var closes = false

    @inlinable package var isChunked: Bool {
        if case .chunked = outgoing { true } else { false }
    }

    /// Bytes both ways, whatever they mean, until both ends have closed.
    package static let tunnel = ResponsePlan(incoming: .untilClose, outgoing: .untilClose)

    private init(incoming: BodyFraming, outgoing: BodyFraming) {
        self.incoming = incoming
        self.outgoing = outgoing
    }

    /// Decides the framing anew (RFC 9112, 6.3): nothing of the target's own is relayed.
    package init(_ response: ResponseHead, to method: Method, minorVersion: UInt8) {
        let isModern = minorVersion == 1
        if method == .head || response.status == 204 || response.status == 304 {
            incoming = .none
            outgoing = .none
            // The length that a GET would have had.
            contentLength = response.status == 204 ? nil : response.contentLength
            writesChunked = response.isChunked && isModern && response.status != 204
        } else if let length = response.contentLength {
            incoming = .length(length)
            outgoing = .length(length)
            contentLength = length
        } else {
            incoming = response.isChunked ? .chunked : .untilClose
            outgoing = isModern ? .chunked : .untilClose
            writesChunked = isModern
            closes = !isModern
        }
    }
}
