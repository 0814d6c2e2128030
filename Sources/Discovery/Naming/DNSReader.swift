/// Reads a message from bytes that nobody vouches for: every step is checked, every loop bounded.
struct DNSReader {
    private let message: ArraySlice<UInt8>
    /// Offset from the message's first byte.
    private(set) var position = 0

    init(_ message: ArraySlice<UInt8>) {
        self.message = message
    }

    var isAtEnd: Bool { position == message.count }

    mutating func byte() throws(DNSFault) -> UInt8 {
        guard position < message.count else { throw .truncated }
        defer { position += 1 }
        return at(position)
    }

    mutating func uint16() throws(DNSFault) -> UInt16 {
        guard position + 2 <= message.count else { throw .truncated }
        defer { position += 2 }
        return UInt16(at(position)) << 8 | UInt16(at(position + 1))
    }

    mutating func uint32() throws(DNSFault) -> UInt32 {
        UInt32(try uint16()) << 16 | UInt32(try uint16())
    }

    mutating func uint64() throws(DNSFault) -> UInt64 {
        UInt64(try uint32()) << 32 | UInt64(try uint32())
    }

    mutating func bytes(_ count: Int) throws(DNSFault) -> [UInt8] {
        Array(try slice(count))
    }

    private mutating func slice(_ count: Int) throws(DNSFault) -> ArraySlice<UInt8> {
        guard count <= message.count - position else { throw .truncated }
        defer { position += count }
        let start = message.startIndex + position
        return message[start..<(start + count)]
    }

    /// A `<character-string>`: a length and that many bytes.
    mutating func characterString() throws(DNSFault) -> [UInt8] {
        try bytes(Int(try byte()))
    }

    /// A name, following compression pointers (RFC 1035, 4.1.4).
    ///
    /// Each pointer must lead before the labels that it ends, so none can lead in a circle.
    mutating func name() throws(DNSFault) -> DNSName {
        if let end = endOfPlainName() {
            if end == position + 1 {
                position = end
                return .root
            }
            return DNSName(wire: Array(try slice(end - position)))
        }
        var wire: [UInt8] = []
        wire.reserveCapacity(min(message.count - position, DNSName.bytesMax))
        var end: Int?
        var start = position
        while true {
            let length = try byte()
            switch length >> 6 {
            case 0b00:
                guard wire.count + Int(length) + 1 <= DNSName.bytesMax else { throw .badName }
                wire.append(length)
                guard length > 0 else {
                    position = end ?? position
                    return DNSName(wire: wire)
                }
                wire += try slice(Int(length))
            case 0b11:
                let target = Int(length & 0x3F) << 8 | Int(try byte())
                guard target < start, target >= DNSHeader.bytes else { throw .badPointer }
                end = end ?? position
                (start, position) = (target, target)
            default:
                throw .badName
            }
        }
    }

    /// Where a name ends that has no pointers and is within the limits, as most are; else `nil`.
    private func endOfPlainName() -> Int? {
        var end = position
        let limit = min(position + DNSName.bytesMax, message.count)
        while end < limit {
            let length = at(end)
            guard length <= DNSName.labelBytesMax else { return nil }
            end += Int(length) + 1
            if length == 0 { return end }
        }
        return nil
    }

    private func at(_ offset: Int) -> UInt8 { message[message.startIndex + offset] }
}

/// Why bytes are not a DNS message.
package enum DNSFault: Error, Hashable, CustomStringConvertible {
    /// The bytes end before the message does.
    case truncated
    /// Bytes follow the end of the message.
    case trailingBytes
    case badName
    case badPointer
    /// The data of a record of this type is not what its type says.
    case badRecord(RecordType)
    /// EDNS is repeated, or not where or not what RFC 6891 says.
    case badOption

    package var description: String {
        switch self {
        case .truncated: "the message ends too early"
        case .trailingBytes: "bytes follow the end of the message"
        case .badName: "a name is over 255 bytes or has an unknown kind of label"
        case .badPointer: "a compression pointer does not lead back to an earlier name"
        case .badRecord(let type): "the data of a record of type \(type) is malformed"
        case .badOption: "the EDNS record is malformed, repeated or misplaced"
        }
    }
}
