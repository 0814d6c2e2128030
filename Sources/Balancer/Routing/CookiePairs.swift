/// The pairs of a Cookie field (RFC 6265, 4.2.1).
package enum CookiePairs {
    /// The value of the first pair called `name`, letter by letter; `nil` when there is none.
    package static func value(
        of name: StaticString, in field: UnsafeRawBufferPointer
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
        of name: StaticString, inPair pair: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer? {
        let count = name.utf8CodeUnitCount
        guard pair.count > count, pair[count] == UInt8(ascii: "=") else { return nil }
        for index in 0..<count where pair[index] != name.utf8Start[index] { return nil }
        return UnsafeRawBufferPointer(rebasing: pair[(count + 1)...])
    }
}
