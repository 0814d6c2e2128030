/// The pairs of a Cookie field (RFC 6265, 4.2.1).
package enum CookiePairs {
    /// The value of the first pair called `name`, letter by letter; `nil` when there is none.
    package static func value(
        of name: StaticString, in field: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer? {
        let name = UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        return value(of: name, in: field)
    }

    /// Whether the value of a Set-Cookie field (RFC 6265, 4.1.1) sets the cookie called `name`.
    static func sets(
        _ name: UnsafeRawBufferPointer, in field: UnsafeRawBufferPointer
    ) -> Bool {
        let end = field.firstIndex(of: UInt8(ascii: ";")) ?? field.count
        return value(of: name, inPair: .init(rebasing: field[..<end])) != nil
    }

    package static func value(
        of name: UnsafeRawBufferPointer, in field: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer? {
        var start = 0
        while start < field.count {
            let end = field[start...].firstIndex(of: UInt8(ascii: ";")) ?? field.count
            let pair = UnsafeRawBufferPointer(rebasing: field[start..<end]).trimmed
            if let value = value(of: name, inPair: pair) { return value }
            start = end + 1
        }
        return nil
    }

    private static func value(
        of name: UnsafeRawBufferPointer, inPair pair: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer? {
        let count = name.count
        guard pair.count > count, pair[count] == UInt8(ascii: "=") else { return nil }
        for index in 0..<count where pair[index] != name[index] { return nil }
        return UnsafeRawBufferPointer(rebasing: pair[(count + 1)...])
    }
}
