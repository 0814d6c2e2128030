import Routing

extension FuzzTarget {
    static let requestHead = FuzzTarget(
        "request-head",
        seeds: [
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET http://a:80?q HTTP/1.1\r\nHost: b\r\nConnection: x, close\r\nX: 1\r\n\r\n",
            "POST /p HTTP/1.1\r\nHost: [::1]:8080\r\nContent-Length: 3\r\n\r\nabc",
            "PUT / HTTP/1.1\r\nhost:a\r\nTransfer-Encoding: chunked\r\n"
                + "Expect: 100-continue\r\n\r\n",
            "\r\nGET / HTTP/1.0\r\nX-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: ::1\r\n\r\n",
            "POST http://a? HTTP/1.0\r\n"
                + String(repeating: "a:\r\n", count: HeadLimits.fuzzed.fieldsMax) + "\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nContent_Length: 1\r\n\r\n",
        ],
        check: { bytes in
            let whole = parse(bytes)
            checkPrefix(of: bytes, whole: whole)
            if case .success(let head) = whole { checkRewriting(head, bytes) }
        })

    /// More bytes may complete a head, but never change what those before them meant.
    private static func checkPrefix(
        of bytes: [UInt8], whole: Result<ParsedRequest, HeadStop>
    ) {
        let part = parse(Array(bytes.prefix(bytes.cut)))
        switch (part, whole) {
        case (.success(let few), .success(let all)):
            precondition(few.head.length == all.head.length)
        case (.success, .failure): preconditionFailure("more bytes broke a whole head")
        case (.failure(.invalid), .success): preconditionFailure("more bytes mended a head")
        case (.failure(.invalid), .failure(.incomplete)):
            preconditionFailure("more bytes revived a head")
        case (.failure, _): break
        }
        if case .success(let all) = whole {
            precondition(all.head.length <= bytes.count)
            let short = parse(Array(bytes.prefix(all.head.length - 1)))
            guard case .failure(.incomplete) = short else {
                preconditionFailure("a head was whole before its last byte")
            }
        }
    }

    /// What a target gets is a head of the same meaning, with nothing in it meant for us alone.
    private static func checkRewriting(_ request: ParsedRequest, _ bytes: [UInt8]) {
        let written = Forwarded.write(bytes, request.fields, request.head)
        var limits = HeadLimits()
        // Lists that came in several lines go on in one.
        limits.lineBytesMax = written.count
        limits.headBytesMax = written.count
        let result = parse(written, limits: limits)
        // Ours may be the one address too many for the next of our kind.
        if case .failure(.invalid(.forwardedTooOften)) = result { return }
        guard case .success(let again) = result else {
            preconditionFailure("what we wrote is no request head")
        }
        precondition(again.head.length == written.count)
        precondition(again.head.framing == request.head.framing)
        precondition(again.head.method == request.head.method)
        precondition(again.head.minorVersion == 1)
        precondition(again.head.upgrade == request.head.upgrade)
        // Connection is written for that alone.
        let isUpgrade = again.head.upgrade != .none
        precondition(again.head.nominates == isUpgrade)
        let kinds = again.fields.map(\.kind)
        precondition(kinds.filter { $0 == .host }.count == 1)
        let ours: [FieldName] = [.keepAlive, .proxyConnection, .te, .http2Settings]
        precondition(!kinds.contains(where: ours.contains))
    }

    private static func parse(
        _ bytes: [UInt8], limits: HeadLimits = .fuzzed
    ) -> Result<ParsedRequest, HeadStop> {
        var fields = [Field](repeating: Field(), count: limits.fieldsMax + 1)
        return bytes.withUnsafeBytes { bytes in
            fields.withUnsafeMutableBufferPointer { fields in
                Result { () throws(HeadStop) in
                    let head = try RequestHead.parse(bytes, into: fields, limits: limits)
                    return ParsedRequest(head: head, fields: Array(fields.prefix(head.fieldCount)))
                }
            }
        }
    }
}

/// A head with its table of fields.
private struct ParsedRequest {
    let head: RequestHead
    let fields: [Field]
}
