/// The bytes that HTTP/1 is made of.
package enum Byte {
    package static let tab = UInt8(ascii: "\t")
    package static let lineFeed = UInt8(ascii: "\n")
    package static let carriageReturn = UInt8(ascii: "\r")
    package static let space = UInt8(ascii: " ")
    package static let colon = UInt8(ascii: ":")
    package static let slash = UInt8(ascii: "/")
    package static let comma = UInt8(ascii: ",")
}

extension UInt8 {
    var lowercased: UInt8 {
        self &- UInt8(ascii: "A") < 26 ? self | 0x20 : self
    }

    /// A visible ASCII character but a quote or a backslash, or a space.
    package var isPlain: Bool {
        self &- Byte.space < 95 && self != UInt8(ascii: "\"") && self != UInt8(ascii: "\\")
    }

    var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }

    var hexadecimalValue: Int? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(self - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(self - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(self - UInt8(ascii: "A")) + 10
        default: nil
        }
    }
}
