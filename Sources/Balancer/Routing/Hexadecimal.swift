/// Numbers of sixteen lower-case hexadecimal digits.
enum Hexadecimal {
    static let digitsPerWord = 16

    /// `nil` unless `text` is sixteen such digits.
    static func word(_ text: UnsafeRawBufferPointer) -> UInt64? {
        guard text.count == digitsPerWord else { return nil }
        var word: UInt64 = 0
        for byte in text {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            default: return nil
            }
            word = word << 4 | UInt64(digit)
        }
        return word
    }
}

extension ByteWriter {
    mutating func append(word: UInt64) {
        var rest = word
        for _ in 0..<Hexadecimal.digitsPerWord {
            let digit = UInt8(rest >> 60)
            append(byte: digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            rest <<= 4
        }
    }
}
