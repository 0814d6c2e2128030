/// How large a head may be; ALB's limits, and one on the number of fields.
package struct HeadLimits: Sendable {
    package var lineBytesMax = 16 * 1024
    package var headBytesMax = 64 * 1024
    package var fieldsMax = 128

    package init() {}
}

/// Why no head came out of some bytes.
package enum HeadStop: Error, Hashable, Sendable {
    /// They are the beginning of one.
    case incomplete
    case invalid(Failure)
}

/// Reads the lines of a head, strictly, in one pass.
///
/// Lines end with CRLF and nothing else does; a bare CR or LF, any other control character, a
/// folded line or a blank before the colon is refused, for somebody else might read it otherwise.
struct HeadScanner {
    let base: UnsafePointer<UInt8>
    let end: Int
    let limits: HeadLimits
    /// What is thrown for a head that is no head.
    let malformed: Failure
    var position = 0
    private(set) var fieldCount = 0

    init?(_ bytes: UnsafeRawBufferPointer, _ limits: HeadLimits, malformed: Failure) {
        guard let base = bytes.baseAddress else { return nil }
        self.base = base.assumingMemoryBound(to: UInt8.self)
        end = bytes.count
        self.limits = limits
        self.malformed = malformed
    }

    /// The next field; `nil` when the blank line has been read that ends the head.
    mutating func field(_ field: inout Field) throws(HeadStop) -> Bool {
        let start = position
        guard start < end else { throw starved(since: start) }
        if base[start] == Byte.carriageReturn {
            try lineEnd()
            return false
        }
        var at = start
        let table = Token.table
        while at < end, table[Int(base[at])] != Byte.space { at &+= 1 }
        guard at < end else { throw starved(since: start) }
        guard at > start, base[at] == Byte.colon else { throw .invalid(malformed) }
        field.name = ByteRange(start: start, count: at &- start)
        field.kind = FieldName.recognised(base + start, count: at &- start)
        position = at &+ 1
        field.value = try value(since: start)
        field.lineEnd = Int32(truncatingIfNeeded: position)
        fieldCount &+= 1
        guard fieldCount <= limits.fieldsMax, position <= limits.headBytesMax else {
            throw .invalid(.headTooLarge)
        }
        return true
    }

    private mutating func value(since start: Int) throws(HeadStop) -> ByteRange {
        var at = position
        while at < end, base[at] == Byte.space || base[at] == Byte.tab { at &+= 1 }
        let first = at
        at = firstControl(from: at)
        position = at
        guard at &- start <= limits.lineBytesMax else { throw .invalid(.headTooLarge) }
        guard at < end else { throw starved(since: start) }
        try lineEnd()
        var last = at
        while last > first, base[last &- 1] == Byte.space || base[last &- 1] == Byte.tab {
            last &-= 1
        }
        return ByteRange(start: first, count: last &- first)
    }

    /// Reads CRLF.
    mutating func lineEnd() throws(HeadStop) {
        guard position < end else { throw .incomplete }
        guard base[position] == Byte.carriageReturn else { throw .invalid(malformed) }
        guard position &+ 1 < end else { throw .incomplete }
        guard base[position &+ 1] == Byte.lineFeed else { throw .invalid(malformed) }
        position &+= 2
    }

    /// The first control character but HTAB at or after `start`, else `end`: sixteen at a stride.
    func firstControl(from start: Int) -> Int {
        var at = start
        let raw = UnsafeRawPointer(base)
        while at &+ 16 <= end {
            let chunk = raw.loadUnaligned(fromByteOffset: at, as: SIMD16<UInt8>.self)
            let controls = (chunk .< 32) .& (chunk .!= 9) .| (chunk .== 127)
            if let first = HeadScanner.first(controls) { return at &+ first }
            at &+= 16
        }
        while at < end {
            let byte = base[at]
            if byte < 32 && byte != Byte.tab || byte == 127 { return at }
            at &+= 1
        }
        return end
    }

    /// The first byte at or after `start` that is no visible ASCII character, else `end`.
    func firstInvisible(from start: Int) -> Int {
        var at = start
        let raw = UnsafeRawPointer(base)
        while at &+ 16 <= end {
            let chunk = raw.loadUnaligned(fromByteOffset: at, as: SIMD16<UInt8>.self)
            let others = (chunk .<= 32) .| (chunk .>= 127)
            if let first = HeadScanner.first(others) { return at &+ first }
            at &+= 16
        }
        while at < end, base[at] > 32, base[at] < 127 { at &+= 1 }
        return at
    }

    private static func first(_ mask: SIMDMask<SIMD16<Int8>>) -> Int? {
        let words = unsafeBitCast(mask, to: SIMD2<UInt64>.self)
        if words[0] != 0 { return words[0].trailingZeroBitCount &>> 3 }
        if words[1] != 0 { return 8 &+ words[1].trailingZeroBitCount &>> 3 }
        return nil
    }

    /// No more bytes: either more will come, or the line is too long already.
    func starved(since start: Int) -> HeadStop {
        guard end &- start <= limits.lineBytesMax, end <= limits.headBytesMax else {
            return .invalid(.headTooLarge)
        }
        return .incomplete
    }
}
