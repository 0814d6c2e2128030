package import Model

/// What a resource record says.
package enum RecordData: Hashable, Sendable {
    case a(UInt32)
    case aaaa(high: UInt64, low: UInt64)
    case ns(DNSName)
    case cname(DNSName)
    case ptr(DNSName)
    case soa(StartOfAuthority)
    case srv(ServiceLocation)
    case hinfo(cpu: [UInt8], os: [UInt8])
    case txt([[UInt8]])
    /// A type that we do not interpret (RFC 3597).
    case opaque(RecordType, [UInt8])

    package init(_ address: IPAddress) {
        switch address {
        case .v4(let number): self = .a(number)
        case .v6(let high, let low): self = .aaaa(high: high, low: low)
        }
    }

    package var type: RecordType {
        switch self {
        case .a: .a
        case .aaaa: .aaaa
        case .ns: .ns
        case .cname: .cname
        case .ptr: .ptr
        case .soa: .soa
        case .srv: .srv
        case .hinfo: .hinfo
        case .txt: .txt
        case .opaque(let type, _): type
        }
    }
}

/// Who is responsible for a zone, and for how long its secondaries and caches may go on
/// (RFC 1035, 3.3.13). Times are in seconds.
package struct StartOfAuthority: Hashable, Sendable {
    package var primary: DNSName
    package var mailbox: DNSName
    package var serial: UInt32
    package var refresh: UInt32
    package var retry: UInt32
    package var expire: UInt32
    /// How long a negative answer may be cached (RFC 2308).
    package var minimum: UInt32
}

/// Where a service listens (RFC 2782).
package struct ServiceLocation: Hashable, Sendable {
    package var priority: UInt16
    package var weight: UInt16
    package var port: UInt16
    package var target: DNSName
}

// MARK: The wire

extension RecordData {
    /// Reads the data of a record of `type`, which is the next `length` bytes.
    init(type: RecordType, length: Int, from reader: inout DNSReader) throws(DNSFault) {
        let end = reader.position + length
        switch type {
        case .a: self = .a(try reader.uint32())
        case .aaaa: self = .aaaa(high: try reader.uint64(), low: try reader.uint64())
        case .ns: self = .ns(try reader.name())
        case .cname: self = .cname(try reader.name())
        case .ptr: self = .ptr(try reader.name())
        case .soa: self = .soa(try StartOfAuthority(from: &reader))
        case .srv: self = .srv(try ServiceLocation(from: &reader))
        case .hinfo:
            self = .hinfo(cpu: try reader.characterString(), os: try reader.characterString())
        case .txt:
            var strings: [[UInt8]] = []
            repeat { strings.append(try reader.characterString()) } while reader.position < end
            self = .txt(strings)
        default: self = .opaque(type, try reader.bytes(length))
        }
        guard reader.position == end else { throw .badRecord(type) }
    }

    /// Only the types of RFC 1035 have their names compressed (RFC 3597, section 4).
    func write(to writer: inout DNSWriter) {
        switch self {
        case .a(let number): writer.write(number)
        case .aaaa(let high, let low):
            writer.write(high)
            writer.write(low)
        case .ns(let name), .cname(let name), .ptr(let name): writer.write(name)
        case .soa(let authority): authority.write(to: &writer)
        case .srv(let location): location.write(to: &writer)
        case .hinfo(let cpu, let os):
            writer.write(characterString: cpu)
            writer.write(characterString: os)
        case .txt(let strings):
            for string in strings { writer.write(characterString: string) }
        case .opaque(_, let bytes): writer.write(bytes)
        }
    }
}

extension StartOfAuthority {
    init(from reader: inout DNSReader) throws(DNSFault) {
        primary = try reader.name()
        mailbox = try reader.name()
        serial = try reader.uint32()
        refresh = try reader.uint32()
        retry = try reader.uint32()
        expire = try reader.uint32()
        minimum = try reader.uint32()
    }

    func write(to writer: inout DNSWriter) {
        writer.write(primary)
        writer.write(mailbox)
        for number in [serial, refresh, retry, expire, minimum] { writer.write(number) }
    }
}

extension ServiceLocation {
    init(from reader: inout DNSReader) throws(DNSFault) {
        priority = try reader.uint16()
        weight = try reader.uint16()
        port = try reader.uint16()
        target = try reader.name()
    }

    func write(to writer: inout DNSWriter) {
        for number in [priority, weight, port] { writer.write(number) }
        writer.write(target, compressed: false)
    }
}

// MARK: Presentation

extension RecordData: CustomStringConvertible {
    /// The data in presentation format, as `dig +short` prints it.
    package var description: String {
        switch self {
        case .a(let number): IPAddress.v4(number).description
        case .aaaa(let high, let low): IPAddress.v6(high: high, low: low).description
        case .ns(let name), .cname(let name), .ptr(let name): name.description
        case .soa(let soa):
            "\(soa.primary) \(soa.mailbox) \(soa.serial) "
                + "\(soa.refresh) \(soa.retry) \(soa.expire) \(soa.minimum)"
        case .srv(let srv): "\(srv.priority) \(srv.weight) \(srv.port) \(srv.target)"
        case .hinfo(let cpu, let os): Self.quoted(cpu) + " " + Self.quoted(os)
        case .txt(let strings): strings.map(Self.quoted).joined(separator: " ")
        case .opaque(_, let bytes):
            "\\# \(bytes.count) "
                + bytes.map { String(256 + Int($0), radix: 16).dropFirst() }.joined()
        }
    }

    private static func quoted(_ text: [UInt8]) -> String {
        "\"" + text.map(escaped).joined() + "\""
    }

    private static func escaped(_ byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): "\\" + String(Unicode.Scalar(byte))
        case 0x20...0x7E: String(Unicode.Scalar(byte))
        default: "\\" + String(1000 + Int(byte)).dropFirst()
        }
    }
}
