/// An IPv4 or IPv6 address; its numbers are in the order of the bytes on the wire.
package enum IPAddress: Hashable, Sendable, CustomStringConvertible {
    case v4(UInt32)
    case v6(high: UInt64, low: UInt64)

    /// Reads dotted decimals without leading zeros, or the text forms of RFC 4291, section 2.2.
    ///
    /// A zone (`%eth0`), a port and brackets are refused: they are not part of an address.
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.textBytesMax else { return nil }
        if bytes.contains(UInt8(ascii: ":")) {
            guard let groups = Self.groups(bytes[...]) else { return nil }
            self = .v6(high: Self.number(groups[0..<4]), low: Self.number(groups[4..<8]))
        } else {
            guard let number = Self.dotted(bytes[...]) else { return nil }
            self = .v4(number)
        }
    }

    /// The longest text of an address: eight groups, the last two as dotted decimals.
    private static let textBytesMax = 45

    /// `0.0.0.0` or `::`: every address of a machine to listen on, and none to go to.
    package var isUnspecified: Bool { self == .v4(0) || self == .v6(high: 0, low: 0) }

    /// RFC 5952: lower case, the longest run of two or more zero groups shortened.
    package var description: String {
        switch self {
        case .v4(let number): Self.dotted(number)
        case .v6(let high, let low): Self.text(groups: Self.groups(high) + Self.groups(low))
        }
    }
}

// MARK: Reading

extension IPAddress {
    private static func dotted(_ text: ArraySlice<UInt8>) -> UInt32? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var number: UInt32 = 0
        for part in parts {
            guard let byte = decimalByte(part) else { return nil }
            number = number << 8 | UInt32(byte)
        }
        return number
    }

    private static func decimalByte(_ digits: ArraySlice<UInt8>) -> UInt8? {
        guard let first = digits.first, digits.count <= 3 else { return nil }
        guard digits.count == 1 || first != UInt8(ascii: "0") else { return nil }
        var number = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            number = number * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return UInt8(exactly: number)
    }

    /// The eight groups of an IPv6 address, with `::` filled in.
    private static func groups(_ text: ArraySlice<UInt8>) -> [UInt16]? {
        guard let gap = doubleColon(in: text) else {
            guard let groups = plainGroups(text), groups.count == 8 else { return nil }
            return groups
        }
        let rest = text[(gap + 2)...]
        guard doubleColon(in: text[(gap + 1)...]) == nil else { return nil }
        guard let before = gap == text.startIndex ? [] : plainGroups(text[..<gap]),
            let after = rest.isEmpty ? [] : plainGroups(rest), before.count + after.count < 8
        else { return nil }
        // Dotted decimals stand only at the very end.
        guard !text[..<gap].contains(UInt8(ascii: ".")) else { return nil }
        let zeros = [UInt16](repeating: 0, count: 8 - before.count - after.count)
        return before + zeros + after
    }

    private static func doubleColon(in text: ArraySlice<UInt8>) -> Int? {
        let colon = UInt8(ascii: ":")
        return text.indices.dropLast().first { text[$0] == colon && text[$0 + 1] == colon }
    }

    private static func plainGroups(_ text: ArraySlice<UInt8>) -> [UInt16]? {
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        var groups: [UInt16] = []
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard let number = dotted(part) else { return nil }
                groups += [UInt16(number >> 16), UInt16(truncatingIfNeeded: number)]
            } else {
                guard let group = hexadecimalGroup(part) else { return nil }
                groups.append(group)
            }
        }
        return groups
    }

    private static func hexadecimalGroup(_ digits: ArraySlice<UInt8>) -> UInt16? {
        guard (1...4).contains(digits.count) else { return nil }
        var number: UInt16 = 0
        for digit in digits {
            guard let value = Character(Unicode.Scalar(digit)).hexDigitValue else { return nil }
            number = number << 4 | UInt16(value)
        }
        return number
    }

    private static func number(_ groups: ArraySlice<UInt16>) -> UInt64 {
        groups.reduce(0) { $0 << 16 | UInt64($1) }
    }
}

// MARK: Writing

extension IPAddress {
    private static func dotted(_ number: UInt32) -> String {
        "\(number >> 24).\(number >> 16 & 0xFF).\(number >> 8 & 0xFF).\(number & 0xFF)"
    }

    private static func groups(_ half: UInt64) -> [UInt16] {
        [48, 32, 16, 0].map { UInt16(truncatingIfNeeded: half >> UInt64($0)) }
    }

    private static func text(groups: [UInt16]) -> String {
        let gap = longestZeros(in: groups)
        guard gap.count >= 2 else { return joined(groups[...]) }
        return joined(groups[..<gap.lowerBound]) + "::" + joined(groups[gap.upperBound...])
    }

    private static func joined(_ groups: ArraySlice<UInt16>) -> String {
        groups.map { String($0, radix: 16) }.joined(separator: ":")
    }

    /// The first of the longest runs of zero groups.
    private static func longestZeros(in groups: [UInt16]) -> Range<Int> {
        var longest = 0..<0
        var start = 0
        for index in groups.indices {
            if groups[index] != 0 {
                start = index + 1
            } else if index + 1 - start > longest.count {
                longest = start..<(index + 1)
            }
        }
        return longest
    }
}
