/// A domain name: case is kept, and ignored when names are compared (RFC 4343).
package struct DNSName: Sendable {
    /// Each label after its length, and the root's zero: the uncompressed form of RFC 1035, 3.1.
    package let wire: [UInt8]

    /// Octets of a name on the wire, lengths and the root's zero included (RFC 1035, 2.3.4).
    package static let bytesMax = 255
    package static let labelBytesMax = 63

    package static let root = DNSName(wire: [0])

    /// Trusts that `wire` is well-formed and within the limits.
    init(wire: [UInt8]) {
        self.wire = wire
    }

    /// Reads presentation format (RFC 1035, 5.1): `\.` and `\DDD` escapes, the last dot optional.
    package init(_ text: String) throws(DNSNameFault) {
        guard text != "." else {
            self = .root
            return
        }
        var labels: [[UInt8]] = [[]]
        var characters = Array(text.utf8)[...]
        while let character = characters.popFirst() {
            switch character {
            case UInt8(ascii: "."): labels.append([])
            case UInt8(ascii: "\\"): labels[labels.count - 1].append(try Self.escaped(&characters))
            default: labels[labels.count - 1].append(character)
            }
        }
        if labels.count > 1, labels[labels.count - 1].isEmpty { labels.removeLast() }
        try self.init(labels: labels)
    }

    package init(labels: [[UInt8]]) throws(DNSNameFault) {
        var wire: [UInt8] = []
        for label in labels {
            guard !label.isEmpty else { throw .emptyLabel }
            guard label.count <= Self.labelBytesMax else { throw .labelTooLong(label.count) }
            wire.append(UInt8(label.count))
            wire += label
        }
        wire.append(0)
        guard wire.count <= Self.bytesMax else { throw .nameTooLong(wire.count) }
        self.wire = wire
    }

    /// This name below one more label; a dot in `label` is part of the label.
    package func prepending(_ label: String) throws(DNSNameFault) -> DNSName {
        let bytes = Array(label.utf8)
        guard !bytes.isEmpty else { throw .emptyLabel }
        guard bytes.count <= Self.labelBytesMax else { throw .labelTooLong(bytes.count) }
        let wire = [UInt8(bytes.count)] + bytes + wire
        guard wire.count <= Self.bytesMax else { throw .nameTooLong(wire.count) }
        return DNSName(wire: wire)
    }

    /// This name with its last label directly below `ancestor`.
    package func joined(below ancestor: DNSName) throws(DNSNameFault) -> DNSName {
        let wire = wire.dropLast() + ancestor.wire
        guard wire.count <= Self.bytesMax else { throw .nameTooLong(wire.count) }
        return DNSName(wire: Array(wire))
    }

    /// The labels, leftmost first.
    package var labels: [ArraySlice<UInt8>] {
        var labels: [ArraySlice<UInt8>] = []
        var offset = 0
        while wire[offset] != 0 {
            let next = offset + 1 + Int(wire[offset])
            labels.append(wire[(offset + 1)..<next])
            offset = next
        }
        return labels
    }

    /// The name without its leftmost label; `nil` for the root.
    package var parent: DNSName? {
        guard wire[0] != 0 else { return nil }
        return DNSName(wire: Array(wire[(Int(wire[0]) + 1)...]))
    }

    private static func escaped(
        _ characters: inout ArraySlice<UInt8>
    ) throws(DNSNameFault) -> UInt8 {
        guard let first = characters.popFirst() else { throw .badEscape }
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard digits.contains(first) else { return first }
        guard let second = characters.popFirst(), digits.contains(second),
            let third = characters.popFirst(), digits.contains(third)
        else { throw .badEscape }
        let number = [first, second, third].reduce(0) { $0 * 10 + Int($1 - digits.lowerBound) }
        guard let byte = UInt8(exactly: number) else { throw .badEscape }
        return byte
    }
}

/// Why a text is not a domain name.
package enum DNSNameFault: Error, Hashable, CustomStringConvertible {
    case emptyLabel
    case labelTooLong(Int)
    case nameTooLong(Int)
    case badEscape

    package var description: String {
        switch self {
        case .emptyLabel:
            "a label is empty: write one dot between labels"
        case .labelTooLong(let count):
            "a label has \(count) bytes: DNS allows \(DNSName.labelBytesMax)"
        case .nameTooLong(let count):
            "the name has \(count) bytes: DNS allows \(DNSName.bytesMax)"
        case .badEscape:
            "a backslash must be followed by a character or by three digits up to 255"
        }
    }
}

extension DNSName: Hashable {
    // Lengths are below 64 and letters above it, so folding the whole form folds only letters.

    package static func == (left: DNSName, right: DNSName) -> Bool {
        left.wire.withUnsafeBytes { left in right.wire.withUnsafeBytes { equal(left, $0) } }
    }

    /// Whether two names in wire form, or parts of them, are the same but for case.
    static func equal(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard left.count == right.count else { return false }
        var start = 0
        // Most names come as they were written, and then eight bytes at a time are alike.
        while start + 8 <= left.count,
            left.loadUnaligned(fromByteOffset: start, as: UInt64.self)
                == right.loadUnaligned(fromByteOffset: start, as: UInt64.self)
        { start += 8 }
        for index in start..<left.count where left[index] != right[index] {
            guard left[index].folded == right[index].folded else { return false }
        }
        return true
    }

    package func hash(into hasher: inout Hasher) {
        for byte in wire { hasher.combine(byte.folded) }
    }
}

extension DNSName: CustomStringConvertible {
    /// Presentation format, absolute: with its last dot.
    package var description: String {
        guard wire != [0] else { return "." }
        return labels.map { $0.map(Self.presentation).joined() + "." }.joined()
    }

    private static func presentation(_ byte: UInt8) -> String {
        switch byte {
        case _ where ".\\\"();@$".utf8.contains(byte): "\\" + String(Unicode.Scalar(byte))
        case 0x21...0x7E: String(Unicode.Scalar(byte))
        default: "\\" + String(1000 + Int(byte)).dropFirst()
        }
    }
}

extension UInt8 {
    /// Upper-case ASCII letters as lower-case, all else as it is.
    var folded: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
}
