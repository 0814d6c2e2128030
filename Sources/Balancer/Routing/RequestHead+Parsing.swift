extension RequestHead {
    /// Longest method; IANA's longest is 19 bytes (RFC 9110 names no limit).
    package static let methodBytesMax = 40

    /// ALB refuses longer chains with 463.
    package static let forwardedAddressesMax = 30

    /// Reads the head at the start of `bytes`; its fields go to `fields`.
    ///
    /// `fields` must have room for `limits.fieldsMax + 1`.
    package static func parse(
        _ bytes: UnsafeRawBufferPointer, into fields: UnsafeMutableBufferPointer<Field>,
        limits: HeadLimits = HeadLimits()
    ) throws(HeadStop) -> RequestHead {
        guard var scanner = HeadScanner(bytes, limits, malformed: .malformedRequest) else {
            throw .incomplete
        }
        var head = RequestHead()
        // One blank line before a request is forgiven (RFC 9112, 2.2).
        if bytes.first == Byte.carriageReturn { try scanner.lineEnd() }
        try head.readRequestLine(&scanner, bytes)
        guard let table = fields.baseAddress else { throw .invalid(.headTooLarge) }
        try scanner.readFields(table)
        head.known = scanner.known
        head.isTidy = scanner.isTidy
        var known = scanner.known
        while let index = known.popFirst() { try head.take(table[index], bytes) }
        head.fieldCount = scanner.fieldCount
        head.length = scanner.position
        try head.settle()
        return head
    }

    private mutating func readRequestLine(
        _ scanner: inout HeadScanner, _ bytes: UnsafeRawBufferPointer
    ) throws(HeadStop) {
        let start = scanner.position
        var at = scanner.tokenEnd(from: start)
        guard at &- start <= RequestHead.methodBytesMax else { throw .invalid(.malformedRequest) }
        guard at < scanner.end else { throw .incomplete }
        guard at > start, scanner.base[at] == Byte.space else {
            throw .invalid(.malformedRequest)
        }
        methodRange = ByteRange(start: start, count: at &- start)
        method = Method.recognised(methodRange.of(bytes))
        let first = at &+ 1
        at = scanner.targetEnd(from: first)
        guard at &- start <= scanner.limits.lineBytesMax else { throw .invalid(.targetTooLong) }
        guard at < scanner.end else { throw .incomplete }
        guard at > first, scanner.base[at] == Byte.space else {
            throw .invalid(.malformedRequest)
        }
        target = ByteRange(start: first, count: at &- first)
        scanner.position = at &+ 1
        minorVersion = try scanner.version()
        if scanner.base[scanner.position &- 1] > UInt8(ascii: "1") { desync = .nonCompliantVersion }
        try scanner.lineEnd()
        try readTarget(bytes)
    }

    /// Origin form, absolute form, or `*` for OPTIONS (RFC 9112, 3.2).
    private mutating func readTarget(_ bytes: UnsafeRawBufferPointer) throws(HeadStop) {
        let text = target.of(bytes)
        guard method != .trace, method != .connect else { throw .invalid(.methodNotAllowed) }
        if text[0] == UInt8(ascii: "/") { return }
        if text.count == 1, text[0] == UInt8(ascii: "*"), method == .options { return }
        try readAbsoluteTarget(text)
    }

    /// The authority of an absolute target is the host, whatever Host says (RFC 9112, 3.2.2).
    private mutating func readAbsoluteTarget(
        _ text: UnsafeRawBufferPointer
    ) throws(HeadStop) {
        var scheme = 7
        if text.count > 7, !UnsafeRawBufferPointer(rebasing: text[..<7]).equals("http://") {
            scheme = 8
            guard text.count > 8, UnsafeRawBufferPointer(rebasing: text[..<8]).equals("https://")
            else { throw .invalid(.malformedRequest) }
        }
        guard text.count > scheme else { throw .invalid(.malformedRequest) }
        var end = scheme
        while end < text.count, text[end] != UInt8(ascii: "/"), text[end] != UInt8(ascii: "?") {
            end += 1
        }
        let start = Int(target.start)
        let authority = ByteRange(start: start + scheme, count: end - scheme)
        try takeHost(authority, UnsafeRawBufferPointer(rebasing: text[scheme..<end]))
        target = ByteRange(start: start + end, count: text.count - end)
    }

    private mutating func takeHost(
        _ range: ByteRange, _ text: UnsafeRawBufferPointer
    ) throws(HeadStop) {
        guard let parts = Authority(text) else { throw .invalid(.malformedRequest) }
        host = ByteRange(start: Int(range.start), count: parts.hostCount)
        port = ByteRange(start: Int(range.start) + parts.portStart, count: parts.portCount)
    }

    private mutating func take(
        _ field: Field, _ bytes: UnsafeRawBufferPointer
    ) throws(HeadStop) {
        switch field.kind {
        case .other, .date, .keepAlive, .proxyConnection, .te, .trailer, .http2Settings,
            .forwardedProto, .forwardedPort, .server:
            break
        case .upgrade:
            upgrade = hasUpgrade ? .none : Upgrade(field.value.of(bytes))
            hasUpgrade = true
        case .amznTraceID:
            if !hasTraceID { traceField = field.value }
            hasTraceID = true
        case .userAgent:
            userAgent = field.value
        case .host:
            guard !hasHost else { throw .invalid(.malformedRequest) }
            hasHost = true
            let isAbsolute = !host.isEmpty
            let (soFar, portSoFar) = (host, port)
            try takeHost(field.value, field.value.of(bytes))
            if isAbsolute { (host, port) = (soFar, portSoFar) }
        case .contentLength:
            guard !hasContentLength else { throw .invalid(.malformedRequest) }
            guard let length = field.value.of(bytes).decimal else {
                let isLarge = field.value.count > 18 && field.value.of(bytes).allSatisfy(\.isDigit)
                throw .invalid(isLarge ? .contentTooLarge : .malformedRequest)
            }
            hasContentLength = true
            framing = .length(length)
        case .transferEncoding:
            guard !hasTransferEncoding else { throw .invalid(.malformedRequest) }
            hasTransferEncoding = true
            let codings = field.value.of(bytes)
            guard codings.equals("chunked") else {
                throw .invalid(RequestHead.failure(ofCodings: codings))
            }
        case .connection:
            takeConnection(field.value.of(bytes))
        case .expect:
            guard field.value.of(bytes).equals("100-continue") else {
                throw .invalid(.expectationFailed)
            }
            expectsContinue = true
        case .forwardedFor:
            forwardedAddresses += ListElements(field.value.of(bytes)).reduce(0) { count, _ in
                count + 1
            }
            guard forwardedAddresses <= RequestHead.forwardedAddressesMax else {
                throw .invalid(.forwardedTooOften)
            }
        case .lookalike:
            desync = .suspiciousHeader
        }
    }

    /// A list of codings that are unknown here is one thing; one that is no such list, or has
    /// chunked where it must not be, frames nothing (RFC 9112, 6.1).
    private static func failure(ofCodings list: UnsafeRawBufferPointer) -> Failure {
        var codings = ListElements(list)
        guard list.allSatisfy({ Token.holds($0) || $0 == Byte.comma || $0 == Byte.space }),
            list.last != Byte.comma, let first = codings.next(), !first.equals("chunked")
        else { return .malformedRequest }
        return .unknownTransferCoding
    }

    private mutating func takeConnection(_ value: UnsafeRawBufferPointer) {
        let options = ConnectionOptions(value)
        closes = closes || options.closes
        keepsAlive = keepsAlive || options.keepsAlive
        nominates = nominates || options.nominates
        upgrades = upgrades || options.upgrades
    }

    /// What only all fields together tell.
    private mutating func settle() throws(HeadStop) {
        if hasTransferEncoding {
            // Two framings, or one that HTTP/1.0 never had: nobody can say where this ends.
            guard !hasContentLength, minorVersion == 1 else { throw .invalid(.malformedRequest) }
            framing = .chunked
        }
        guard hasHost || minorVersion == 0 else { throw .invalid(.malformedRequest) }
        if minorVersion == 0 {
            expectsContinue = false
            // Else bytes after the head might be a body that ends with the connection.
            let hasBody = method == .post || method == .put || method == .patch
            guard !hasBody || hasContentLength else { throw .invalid(.lengthRequired) }
        }
        if method == .get || method == .head, hasContentLength || hasTransferEncoding { doubt() }
        if case .length(0) = framing { framing = .none }
        // What has a body or may not stay is no request to change the protocol.
        if upgrade != .none, !upgrades || minorVersion == 0 || framing != .none { upgrade = .none }
        isPersistent = !closes && (minorVersion == 1 || keepsAlive)
    }

    /// A body where it has no meaning: some servers read it, others take it for a request.
    private mutating func doubt() {
        guard desync != .suspiciousHeader else { return }
        switch framing {
        case .length(0): desync = .getHeadZeroContentLength
        case .chunked: desync = .undefinedTransferEncodingSemantics
        default: desync = .undefinedContentLengthSemantics
        }
    }
}

/// What the Connection field says.
struct ConnectionOptions {
    var closes = false
    var keepsAlive = false
    var upgrades = false
    /// Whether it names a field that is to be removed.
    var nominates = false

    init(_ value: UnsafeRawBufferPointer) {
        // What nearly all senders of this field write.
        if value.equals("keep-alive") {
            keepsAlive = true
            return
        }
        for option in ListElements(value) {
            if option.equals("close") {
                closes = true
            } else if option.equals("keep-alive") {
                keepsAlive = true
            } else {
                upgrades = upgrades || option.equals("upgrade")
                nominates = true
            }
        }
    }
}

extension HeadScanner {
    /// The minor version of `HTTP/1.x`; a higher minor version than 1 is as good as 1.
    mutating func version() throws(HeadStop) -> UInt8 {
        // The eight bytes of the versions there are, as words.
        if position &+ 8 < end {
            let word = UnsafeRawPointer(base).loadUnaligned(
                fromByteOffset: position, as: UInt64.self)
            position &+= 8
            switch UInt64(bigEndian: word) {
            case 0x4854_5450_2F31_2E31: return 1
            case 0x4854_5450_2F31_2E30: return 0
            default: position &-= 8
            }
        }
        return try otherVersion()
    }

    private mutating func otherVersion() throws(HeadStop) -> UInt8 {
        let prefix: StaticString = "HTTP/"
        for index in 0..<5 {
            guard position &+ index < end else { throw .incomplete }
            guard base[position &+ index] == prefix.utf8Start[index] else {
                throw .invalid(malformed)
            }
        }
        guard position &+ 8 < end else { throw .incomplete }
        let major = base[position &+ 5]
        let minor = base[position &+ 7]
        guard base[position &+ 6] == UInt8(ascii: "."), major.isDigit, minor.isDigit else {
            throw .invalid(malformed)
        }
        guard major == UInt8(ascii: "1") else { throw .invalid(.unknownVersion) }
        position &+= 8
        return minor == UInt8(ascii: "0") ? 0 : 1
    }
}

extension UnsafeRawBufferPointer {
    /// A leading zero: a number to some, an octal one to others.
    var startsWithZero: Bool { first == UInt8(ascii: "0") }

    /// Digits only, at most eighteen: larger bodies do not exist.
    var decimal: Int? {
        guard !isEmpty, count <= 18 else { return nil }
        var number = 0
        for index in 0..<count {
            let digit = self[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            number = number &* 10 &+ Int(digit)
        }
        return number
    }
}
