internal import CVector

/// How large a head may be; ALB's limits, and one on the number of fields.
package struct HeadLimits: Sendable {
    package var lineBytesMax = 16 * 1024
    package var headBytesMax = 64 * 1024
    /// At most 128.
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
    /// The fields that a proxy must know.
    private(set) var known = FieldSet()
    /// Whether every line reads `name: value CRLF` with nothing to tidy.
    private(set) var isTidy = true

    init?(_ bytes: UnsafeRawBufferPointer, _ limits: HeadLimits, malformed: Failure) {
        guard let base = bytes.baseAddress else { return nil }
        self.base = base.assumingMemoryBound(to: UInt8.self)
        end = bytes.count
        self.limits = limits
        self.malformed = malformed
    }

    /// Reads all fields, up to the blank line that ends the head.
    ///
    /// A loop with nothing called out of it, and what must be known recognised after it: this is
    /// where most of a request's instructions are spent.
    mutating func readFields(_ fields: UnsafeMutablePointer<Field>) throws(HeadStop) {
        var start = position
        var count = 0
        var isTidy = true
        let lineBytesMax = limits.lineBytesMax
        let fieldsMax = min(limits.fieldsMax, FieldSet.capacity)
        while true {
            guard start < end else { throw starved(since: start) }
            if base[start] == Byte.carriageReturn { break }
            let colon = tokenEnd(from: start)
            guard colon < end else { throw starved(since: start) }
            guard colon > start, base[colon] == Byte.colon else { throw .invalid(malformed) }
            var first = colon &+ 2
            // One space and a visible byte after it, as in nearly every line.
            if first >= end || base[first &- 1] != Byte.space || base[first] <= Byte.space {
                first = valueStart(after: colon)
                isTidy = isTidy && first == colon &+ 2 && base[colon &+ 1] == Byte.space
            }
            let stop = firstControl(from: first)
            guard stop &- start <= lineBytesMax else { throw .invalid(.headTooLarge) }
            if stop &+ 1 >= end || !isLineEnd(stop) { try checkLineEnd(stop) }
            var last = stop
            while last > first, isBlank(last &- 1) {
                last &-= 1
                isTidy = false
            }
            guard count < fieldsMax else { throw .invalid(.headTooLarge) }
            fields[count] = Field(
                name: ByteRange(start: start, count: colon &- start),
                value: ByteRange(start: first, count: last &- first), kind: .other)
            count &+= 1
            start = stop &+ 2
        }
        position = start
        fieldCount = count
        self.isTidy = isTidy
        try lineEnd()
        guard position <= limits.headBytesMax else { throw .invalid(.headTooLarge) }
        recognise(fields)
    }

    /// Where a value begins, however it is set off from its name.
    private func valueStart(after colon: Int) -> Int {
        var at = colon &+ 1
        while at < end, isBlank(at) { at &+= 1 }
        return at
    }

    private mutating func recognise(_ fields: UnsafeMutablePointer<Field>) {
        for index in 0..<fieldCount {
            let name = fields[index].name
            let count = Int(name.count)
            let start = base + Int(name.start)
            guard FieldName.mayBeKnown(start, count: count) else { continue }
            let kind = FieldName.recognised(start, count: count)
            guard kind != .other else { continue }
            fields[index].kind = kind
            known.insert(index)
        }
    }

    /// A space, or a tab: other control characters stand at the end of a value at most.
    @inline(__always)
    private func isBlank(_ at: Int) -> Bool {
        let byte = base[at]
        return byte <= Byte.space && (byte == Byte.space || byte == Byte.tab)
    }

    /// Whether the two bytes here, which are there, are CRLF.
    @inline(__always)
    private func isLineEnd(_ at: Int) -> Bool {
        let both = UnsafeRawPointer(base).loadUnaligned(fromByteOffset: at, as: UInt16.self)
        return UInt16(littleEndian: both) == 0x0A0D
    }

    /// The first byte at or after `start` that no token holds, else `end`. Letters and
    /// hyphens, which is nearly all of every name, go sixteen at a stride.
    @inline(__always)
    func tokenEnd(from start: Int) -> Int {
        var at = start
        while true {
            at = find(from: at, teal_not_name)
            guard at < end, base[at] != Byte.colon, Token.holds(base[at]) else { return at }
            at &+= 1
        }
    }

    /// Reads CRLF.
    @inline(__always)
    mutating func lineEnd() throws(HeadStop) {
        try checkLineEnd(position)
        position &+= 2
    }

    @inline(__always)
    private func checkLineEnd(_ at: Int) throws(HeadStop) {
        guard at < end else { throw starved(since: position) }
        guard base[at] == Byte.carriageReturn else { throw .invalid(malformed) }
        guard at &+ 1 < end else { throw .incomplete }
        guard base[at &+ 1] == Byte.lineFeed else { throw .invalid(malformed) }
    }

    /// The first control character but HTAB at or after `start`, else `end`.
    @inline(__always)
    func firstControl(from start: Int) -> Int {
        var at = start
        while true {
            at = find(from: at, teal_not_text)
            guard at < end, base[at] == Byte.tab || base[at] >= 0x80 else { return at }
            at &+= 1
        }
    }

    /// The first byte at or after `start` that cannot be in a request target, else `end`: all but
    /// visible ASCII characters, and `#`, which begins what is never sent.
    @inline(__always)
    func targetEnd(from start: Int) -> Int {
        find(from: start, teal_not_target)
    }

    /// The first byte at or after `start` that has its bit in what `stops` says of sixteen, else
    /// `end`.
    ///
    /// The last ones are looked at together with some that came before them.
    @inline(__always)
    private func find(from start: Int, _ stops: (UnsafePointer<UInt8>) -> UInt32) -> Int {
        var at = start
        while at &+ 16 <= end {
            let found = stops(base + at)
            if found != 0 { return at &+ found.trailingZeroBitCount }
            at &+= 16
            // Long texts go on two at a time.
            while at &+ 32 <= end {
                guard stops(base + at) | stops(base + (at &+ 16)) == 0 else { break }
                at &+= 32
            }
        }
        guard at < end else { return end }
        guard end >= 16 else { return findInFew(from: at, stops) }
        let origin = end &- 16
        let found = stops(base + origin) &>> UInt32(truncatingIfNeeded: at &- origin)
        return found == 0 ? end : at &+ found.trailingZeroBitCount
    }

    /// The same where there are less than sixteen bytes in all.
    private func findInFew(from start: Int, _ stops: (UnsafePointer<UInt8>) -> UInt32) -> Int {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16) { few in
            few.initialize(repeating: 0)
            for index in start..<end { few[index &- start] = base[index] }
            guard let place = UnsafePointer(few.baseAddress) else { return end }
            return min(end, start &+ stops(place).trailingZeroBitCount)
        }
    }

    /// No more bytes: either more will come, or the line is too long already.
    func starved(since start: Int) -> HeadStop {
        guard end &- start <= limits.lineBytesMax, end <= limits.headBytesMax else {
            return .invalid(.headTooLarge)
        }
        return .incomplete
    }
}
