/// Writes into a buffer that is known to be large enough.
@usableFromInline package struct ByteWriter {
    @inlinable package var count: Int { used }

    /// What was written so far.
    @inlinable package var written: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base, count: used)
    }

    @usableFromInline let base: UnsafeMutableRawPointer
    @usableFromInline let capacity: Int
    @usableFromInline var used = 0

    @inlinable package init(_ buffer: UnsafeMutableRawPointer, capacity: Int) {
        base = buffer
        self.capacity = capacity
    }

    @inline(__always) @inlinable
    package mutating func append(_ bytes: UnsafeRawPointer, count added: Int) {
        // What outgrew its bound would write over somebody else's memory.
        precondition(added <= capacity &- used)
        (base + used).copyMemory(from: bytes, byteCount: added)
        used &+= added
    }

    /// Inlined, so that a short literal is a few stores.
    @inline(__always) @inlinable
    package mutating func append(_ text: StaticString) {
        append(text.utf8Start, count: text.utf8CodeUnitCount)
    }

    @inlinable package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        append(start, count: bytes.count)
    }

    package mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { append($0) }
    }

    /// The first `added` of 32 bytes that may all be read: a copy of a known size is no call.
    @inline(__always) @inlinable
    package mutating func append(first added: Int, of32 bytes: UnsafeRawPointer) {
        precondition(added <= 32 && capacity &- used >= 32)
        (base + used).copyMemory(from: bytes, byteCount: 32)
        used &+= added
    }

    package mutating func append(byte: UInt8) {
        precondition(used < capacity)
        base.storeBytes(of: byte, toByteOffset: used, as: UInt8.self)
        used &+= 1
    }

    package mutating func append(decimal number: Int) {
        let rest = UInt(bitPattern: max(number, 0))
        guard rest < 100_000_000 else {
            append(decimal: Int(rest / 100_000_000))
            return append(packed: ByteWriter.digits(of: rest % 100_000_000), digits: 8)
        }
        let values = ByteWriter.digits(of: rest)
        // The first of the bytes are leading zeros; one digit there is in any case.
        let zeros = min(7, values.trailingZeroBitCount &>> 3)
        append(packed: values &>> UInt64(8 &* zeros), digits: 8 &- zeros)
    }

    /// Exactly so many digits, at most eight, with leading zeros.
    package mutating func append(decimal number: Int, digits: Int) {
        let values = ByteWriter.digits(of: UInt(bitPattern: max(number, 0)) % 100_000_000)
        append(packed: values &>> UInt64(8 &* (8 &- digits)), digits: digits)
    }

    /// The values of eight decimal digits, the first one in the lowest byte: halves of four digits
    /// are divided into pairs, and pairs into digits, all at once.
    private static func digits(of number: UInt) -> UInt64 {
        let number = UInt32(truncatingIfNeeded: number)
        var word = UInt64(number / 10_000) | UInt64(number % 10_000) &<< 32
        let hundreds = (word &* 10_486) &>> 20 & 0x0000_007F_0000_007F
        word = hundreds | (word &- hundreds &* 100) &<< 16
        let tens = (word &* 103) &>> 10 & 0x000F_000F_000F_000F
        return tens | (word &- tens &* 10) &<< 8
    }

    /// Values of digits, each in a byte.
    private mutating func append(packed: UInt64, digits: Int) {
        precondition(capacity &- used >= 8)
        let text = packed &+ 0x3030_3030_3030_3030
        base.storeBytes(of: text.littleEndian, toByteOffset: used, as: UInt64.self)
        used &+= digits
    }

    /// Eight hexadecimal digits, put together in a register.
    mutating func append(digits number: UInt32) {
        var word = UInt64(number)
        word = (word & 0xFFFF_0000) &<< 16 | word & 0xFFFF
        word = (word & 0x0000_FF00_0000_FF00) &<< 8 | word & 0x0000_00FF_0000_00FF
        word = (word & 0x00F0_00F0_00F0_00F0) &<< 4 | word & 0x000F_000F_000F_000F
        // A digit of ten or more carries into its byte's upper half when six is added.
        let letters = (word &+ 0x0606_0606_0606_0606) &>> 4 & 0x0101_0101_0101_0101
        word = word &+ 0x3030_3030_3030_3030 &+ letters &* 0x27
        precondition(capacity &- count >= 8)
        base.storeBytes(of: word.bigEndian, toByteOffset: count, as: UInt64.self)
        used &+= 8
    }

    package mutating func append(hexadecimal number: Int) {
        var shift = max(0, (63 &- number.leadingZeroBitCount) / 4 * 4)
        while shift >= 0 {
            let digit = UInt8(truncatingIfNeeded: number >> shift & 0xF)
            append(byte: digit < 10 ? digit &+ UInt8(ascii: "0") : digit &+ 87)
            shift -= 4
        }
    }

    /// Writes the fields whose bits are in `kept`, from a head whose lines need no tidying: all of
    /// it from `start` to `end`, but for the lines of known fields that are not kept.
    @inline(__always)
    mutating func append(
        tidy fields: UnsafeBufferPointer<Field>, of bytes: UnsafeRawBufferPointer,
        known: FieldSet, from start: Int, to end: Int, keeping kept: UInt32
    ) {
        guard let source = bytes.baseAddress else { return }
        var from = start
        var rest = known
        while let index = rest.popFirst() {
            guard kept & fields[index].kind.bit == 0 else { continue }
            let line = Int(fields[index].name.start)
            if line > from { append(source + from, count: line &- from) }
            // A tidy line ends with its value and CRLF.
            from = fields[index].value.end &+ 2
        }
        if end > from { append(source + from, count: end &- from) }
    }

    /// Writes the fields that `keeps` says, each tidied.
    mutating func append(
        _ fields: UnsafeBufferPointer<Field>, of bytes: UnsafeRawBufferPointer,
        keeping keeps: (Field) -> Bool
    ) {
        for field in fields where keeps(field) {
            append(field.name.of(bytes))
            append(": ")
            append(field.value.of(bytes))
            append("\r\n")
        }
    }
}
