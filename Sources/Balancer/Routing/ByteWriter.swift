/// Writes into a buffer that is known to be large enough.
package struct ByteWriter {
    package private(set) var count = 0
    private let base: UnsafeMutableRawPointer
    private let capacity: Int

    package init(_ buffer: UnsafeMutableRawPointer, capacity: Int) {
        base = buffer
        self.capacity = capacity
    }

    package mutating func append(_ bytes: UnsafeRawPointer, count added: Int) {
        // What outgrew its bound would write over somebody else's memory.
        precondition(added <= capacity &- count)
        (base + count).copyMemory(from: bytes, byteCount: added)
        count &+= added
    }

    package mutating func append(_ text: StaticString) {
        append(text.utf8Start, count: text.utf8CodeUnitCount)
    }

    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        append(start, count: bytes.count)
    }

    package mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { append($0) }
    }

    package mutating func append(byte: UInt8) {
        precondition(count < capacity)
        base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count &+= 1
    }

    package mutating func append(decimal number: Int) {
        var rest = UInt(bitPattern: max(number, 0))
        var digits = 1
        var limit: UInt = 10
        while rest >= limit, digits < 19 {
            digits &+= 1
            limit &*= 10
        }
        precondition(digits <= capacity &- count)
        var at = count &+ digits
        count = at
        repeat {
            at &-= 1
            let digit = UInt8(truncatingIfNeeded: rest % 10) &+ UInt8(ascii: "0")
            base.storeBytes(of: digit, toByteOffset: at, as: UInt8.self)
            rest /= 10
        } while rest > 0
    }

    package mutating func append(hexadecimal number: Int) {
        var shift = max(0, (63 &- number.leadingZeroBitCount) / 4 * 4)
        while shift >= 0 {
            let digit = UInt8(truncatingIfNeeded: number >> shift & 0xF)
            append(byte: digit < 10 ? digit &+ UInt8(ascii: "0") : digit &+ 87)
            shift -= 4
        }
    }

    /// Writes the fields that `keeps` says, tidied; runs of tidy neighbours in one piece.
    mutating func append(
        _ fields: UnsafeBufferPointer<Field>, of bytes: UnsafeRawBufferPointer,
        keeping keeps: (Field) -> Bool
    ) {
        guard let source = bytes.baseAddress else { return }
        var runStart = 0
        var runEnd = 0
        for index in 0..<fields.count {
            let field = fields[index]
            guard keeps(field) else { continue }
            let start = Int(field.name.start)
            guard field.isCanonical,
                source.load(fromByteOffset: field.name.end &+ 1, as: UInt8.self) == Byte.space
            else {
                append(source + runStart, count: runEnd &- runStart)
                runStart = runEnd
                append(source + start, count: Int(field.name.count))
                append(": ")
                append(source + Int(field.value.start), count: Int(field.value.count))
                append("\r\n")
                continue
            }
            if start != runEnd {
                append(source + runStart, count: runEnd &- runStart)
                runStart = start
            }
            runEnd = Int(field.lineEnd)
        }
        append(source + runStart, count: runEnd &- runStart)
    }
}
