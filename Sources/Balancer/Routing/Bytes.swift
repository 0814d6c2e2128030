/// A part of a buffer that someone else holds.
package struct ByteRange: Hashable, Sendable, BitwiseCopyable {
    package var start: Int32
    package var count: Int32

    package init(start: Int, count: Int) {
        self.start = Int32(truncatingIfNeeded: start)
        self.count = Int32(truncatingIfNeeded: count)
    }

    package static let empty = ByteRange(start: 0, count: 0)

    package var isEmpty: Bool { count == 0 }
    package var end: Int { Int(start) &+ Int(count) }

    /// The bytes meant, in the buffer that this is a part of.
    package func of(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[Int(start)..<end])
    }
}

enum Byte {
    static let tab = UInt8(ascii: "\t")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
    static let colon = UInt8(ascii: ":")
    static let comma = UInt8(ascii: ",")
}

/// RFC 9110's token characters, as a table to look bytes up in.
///
/// A literal lies in the program itself: no initialiser to check for on every use.
enum Token {
    /// For each byte: its lower-case form when a token may hold it, else a space.
    static var table: UnsafePointer<UInt8> { text.utf8Start }

    /// Whether `byte` may be part of a token.
    static func holds(_ byte: UInt8) -> Bool {
        table[Int(byte)] != Byte.space
    }

    private static var text: StaticString {
        """
                                         ! #$%&'  *+ -. 0123456789      \
         abcdefghijklmnopqrstuvwxyz   ^_`abcdefghijklmnopqrstuvwxyz | ~ \
                                                                        \
                                                                        
        """
    }
}

extension UnsafePointer<UInt8> {
    /// Whether `count` bytes here equal `text`, which is in lower case, but for their case.
    ///
    /// Control characters must have been ruled out: setting a letter's case bit, eight bytes at a
    /// time, would make visible characters of some of them.
    func equals(_ text: StaticString, count: Int) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        let mine = UnsafeRawPointer(self)
        let wanted = UnsafeRawPointer(text.utf8Start)
        let caseBits: UInt64 = 0x2020_2020_2020_2020
        var at = 0
        while at &+ 8 <= count {
            let left = mine.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            let right = wanted.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            guard left | caseBits == right | caseBits else { return false }
            at &+= 8
        }
        while at < count {
            guard self[at] | 0x20 == text.utf8Start[at] | 0x20 else { return false }
            at &+= 1
        }
        return true
    }
}

extension UInt8 {
    var lowercased: UInt8 {
        self &- UInt8(ascii: "A") < 26 ? self | 0x20 : self
    }

    var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }
}

extension UnsafeRawBufferPointer {
    /// Whether the bytes equal `text`, which is in lower case, but for their case.
    func equals(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount, let base = baseAddress else {
            return count == 0 && text.utf8CodeUnitCount == 0
        }
        return base.assumingMemoryBound(to: UInt8.self).equals(text, count: count)
    }

    func equals(ignoringCase other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        for index in 0..<count where self[index].lowercased != other[index].lowercased {
            return false
        }
        return true
    }
}

/// The elements of a comma-separated list, trimmed; empty ones are passed over.
struct ListElements: Sequence, IteratorProtocol {
    private var rest: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) {
        rest = bytes
    }

    mutating func next() -> UnsafeRawBufferPointer? {
        while !rest.isEmpty {
            let end = rest.firstIndex(of: Byte.comma) ?? rest.count
            let element = UnsafeRawBufferPointer(rebasing: rest[..<end]).trimmed
            rest = UnsafeRawBufferPointer(rebasing: rest[Swift.min(end + 1, rest.count)...])
            if !element.isEmpty { return element }
        }
        return nil
    }
}

extension UnsafeRawBufferPointer {
    /// Without the spaces and tabs around.
    var trimmed: UnsafeRawBufferPointer {
        var start = 0
        var end = count
        while start < end, self[start] == Byte.space || self[start] == Byte.tab { start += 1 }
        while end > start, self[end - 1] == Byte.space || self[end - 1] == Byte.tab { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: self[start..<end])
    }
}

extension UInt8 {
    var hexadecimalValue: Int? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(self - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(self - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(self - UInt8(ascii: "A")) + 10
        default: nil
        }
    }
}
