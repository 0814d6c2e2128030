/// The head of an HTTP/1 response from a target.
package struct ResponseHead {
    package var status = 0
    /// Status, reason and line end.
    var statusLine = ByteRange.empty
    package var minorVersion: UInt8 = 1
    package var hasDate = false
    package var nominates = false
    /// What the target changes to, or offers.
    package var upgrade = Upgrade.none
    package var contentLength: Int?
    package var isChunked = false
    package var fieldCount = 0
    package var length = 0

    var known = FieldSet()
    var isTidy = true
    private var hasUpgrade = false
    /// Whether Content-Length is written as anybody would write it, and may pass as it came.
    var hasPlainLength = false
    private var closes = false
    private var keepsAlive = false

    /// Whether the target will go on to use the connection.
    package var isPersistent: Bool { !closes && (minorVersion == 1 || keepsAlive) }

    package var isInterim: Bool { status < 200 }

    /// Reads the head at the start of `bytes`; its fields go to `fields`.
    ///
    /// `fields` must have room for `limits.fieldsMax + 1`.
    package static func parse(
        _ bytes: UnsafeRawBufferPointer, into fields: UnsafeMutableBufferPointer<Field>,
        limits: HeadLimits = HeadLimits()
    ) throws(HeadStop) -> ResponseHead {
        guard var scanner = HeadScanner(bytes, limits, malformed: .malformedResponse) else {
            throw .incomplete
        }
        var head = ResponseHead()
        do throws(HeadStop) {
            try head.readStatusLine(&scanner)
            guard let table = fields.baseAddress else { throw .invalid(.malformedResponse) }
            try scanner.readFields(table)
            var known = scanner.known
            while let index = known.popFirst() { try head.take(table[index], bytes) }
        } catch {
            // Whatever is wrong with it, or too much of it, the target is to blame.
            throw error == .incomplete ? error : .invalid(.malformedResponse)
        }
        head.known = scanner.known
        head.isTidy = scanner.isTidy
        head.fieldCount = scanner.fieldCount
        head.length = scanner.position
        guard !(head.isChunked && (head.contentLength != nil || head.minorVersion == 0)) else {
            throw .invalid(.malformedResponse)
        }
        return head
    }

    private mutating func readStatusLine(_ scanner: inout HeadScanner) throws(HeadStop) {
        minorVersion = try scanner.version()
        let start = scanner.position
        guard start &+ 4 < scanner.end else { throw .incomplete }
        guard scanner.base[start] == Byte.space else { throw .invalid(.malformedResponse) }
        let hundreds = Int(scanner.base[start &+ 1] &- UInt8(ascii: "0"))
        let tens = Int(scanner.base[start &+ 2] &- UInt8(ascii: "0"))
        let ones = Int(scanner.base[start &+ 3] &- UInt8(ascii: "0"))
        guard hundreds >= 1, hundreds <= 5, tens < 10, ones < 10 else {
            throw .invalid(.malformedResponse)
        }
        status = hundreds &* 100 &+ tens &* 10 &+ ones
        var at = start &+ 4
        // The blank before an empty reason is often left out; nothing hangs on it.
        if scanner.base[at] == Byte.space { at &+= 1 }
        let end = scanner.firstControl(from: at)
        guard end < scanner.end else { throw scanner.starved(since: start) }
        guard at == start &+ 5 || end == at else { throw .invalid(.malformedResponse) }
        scanner.position = end
        try scanner.lineEnd()
        statusLine = ByteRange(start: start &+ 1, count: scanner.position &- start &- 1)
    }

    private mutating func take(
        _ field: Field, _ bytes: UnsafeRawBufferPointer
    ) throws(HeadStop) {
        switch field.kind {
        case .contentLength:
            guard contentLength == nil, let length = field.value.of(bytes).decimal else {
                throw .invalid(.malformedResponse)
            }
            contentLength = length
            hasPlainLength = !field.value.of(bytes).startsWithZero
        case .transferEncoding:
            guard !isChunked, field.value.of(bytes).equals("chunked") else {
                throw .invalid(.malformedResponse)
            }
            isChunked = true
        case .connection:
            let options = ConnectionOptions(field.value.of(bytes))
            closes = closes || options.closes
            keepsAlive = keepsAlive || options.keepsAlive
            nominates = nominates || options.nominates
        case .date:
            hasDate = true
        case .upgrade:
            upgrade = hasUpgrade ? .none : Upgrade(field.value.of(bytes))
            hasUpgrade = true
        default:
            break
        }
    }
}
