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
            var first = colon &+ 1
            if first < end, base[first] == Byte.space { first &+= 1 } else { isTidy = false }
            while first < end, isBlank(first) {
                first &+= 1
                isTidy = false
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

    private mutating func recognise(_ fields: UnsafeMutablePointer<Field>) {
        for index in 0..<fieldCount {
            let name = fields[index].name
            let count = Int(name.count)
            guard FieldName.mayBeKnown(count: count) else { continue }
            let kind = FieldName.recognised(base + Int(name.start), count: count)
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
            at = find(from: at) { chunk in
                let letters: Chunk =
                    (chunk | Chunk(repeating: 0x20)) &- Chunk(repeating: UInt8(ascii: "a"))
                return
                    ~(words(letters .< Chunk(repeating: 26))
                    | words(chunk .== Chunk(repeating: UInt8(ascii: "-"))))
            }
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
            at = find(from: at) { chunk in
                // One comparison of signed bytes: one more than a control character, DEL included,
                // is less than 33. So are the bytes beyond ASCII, which are then passed over.
                let next = unsafeBitCast(chunk &+ Chunk(repeating: 1), to: SIMD16<Int8>.self)
                return words(next .< SIMD16<Int8>(repeating: 33))
            }
            guard at < end, base[at] == Byte.tab || base[at] >= 0x80 else { return at }
            at &+= 1
        }
    }

    /// The first byte at or after `start` that cannot be in a request target, else `end`: all but
    /// visible ASCII characters, and `#`, which begins what is never sent.
    func targetEnd(from start: Int) -> Int {
        find(from: start) { chunk in
            words(chunk .< Chunk(repeating: 33)) | words(Chunk(repeating: 126) .< chunk)
                | words(chunk .== Chunk(repeating: UInt8(ascii: "#")))
        }
    }

    /// The first byte at or after `start` for which `stops` is not zero, else `end`.
    ///
    /// Sixteen at a stride; the last ones are looked at together with some that came before them.
    @inline(__always)
    private func find(from start: Int, _ stops: (Chunk) -> Words) -> Int {
        var at = start
        while at &+ 16 <= end {
            if let stop = first(in: stops(chunk(at))) { return at &+ stop }
            at &+= 16
            // Long texts go on two at a time.
            while at &+ 32 <= end {
                let both = stops(chunk(at)) | stops(chunk(at &+ 16))
                guard both[0] | both[1] == 0 else { break }
                at &+= 32
            }
        }
        guard at < end else { return end }
        guard end >= 16 else { return findInFew(from: at, stops) }
        let origin = end &- 16
        let skipped = UInt64(truncatingIfNeeded: at &- origin) &* 8
        var found = stops(chunk(origin))
        // Smart shifts: from 64 on nothing is left of a word.
        found[0] &= ~0 << skipped
        found[1] &= skipped > 64 ? ~0 << (skipped &- 64) : ~0
        return first(in: found).map { origin &+ $0 } ?? end
    }

    /// The same where there are less than sixteen bytes in all.
    private func findInFew(from start: Int, _ stops: (Chunk) -> Words) -> Int {
        var few = Chunk()
        for index in start..<end { few[index - start] = base[index] }
        return min(end, first(in: stops(few)).map { start + $0 } ?? end)
    }

    @inline(__always)
    private func chunk(_ at: Int) -> Chunk {
        UnsafeRawPointer(base).loadUnaligned(fromByteOffset: at, as: Chunk.self)
    }

    private typealias Chunk = SIMD16<UInt8>
    private typealias Words = SIMD2<UInt64>

    /// A mask's lanes as bytes of two words: all ones or all zeros each. Masks are combined as
    /// words, for as masks they are compiled lane by lane.
    @inline(__always)
    private func words(_ mask: SIMDMask<SIMD16<Int8>>) -> Words {
        unsafeBitCast(mask, to: Words.self)
    }

    /// The first of the sixteen bytes that is not zero.
    @inline(__always)
    private func first(in words: Words) -> Int? {
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
