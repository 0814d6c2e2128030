/// A message taken apart, by a reader that shares no code with the server.
struct Reply {
    let bytes: [UInt8]
    let id: UInt16
    let flags: UInt16
    private(set) var questions: [Question] = []
    private(set) var answers: [Record] = []
    private(set) var authority: [Record] = []
    /// OPT among them.
    private(set) var additional: [Record] = []

    struct Question: Equatable {
        /// Uncompressed, as it came: case and all.
        let name: [UInt8]
        let kind: UInt16
        let recordClass: UInt16
    }

    struct Record: Equatable {
        let name: [UInt8]
        let kind: UInt16
        let recordClass: UInt16
        let ttl: UInt32
        let data: [UInt8]
    }

    enum Malformed: Error {
        case short
        case label
        case trailing
    }

    init(_ bytes: [UInt8]) throws {
        self.bytes = bytes
        var cursor = Cursor(bytes: bytes)
        id = try cursor.word()
        flags = try cursor.word()
        let counts = try (0..<4).map { _ in try cursor.word() }
        for _ in 0..<counts[0] {
            let name = try cursor.name()
            let (kind, recordClass) = (try cursor.word(), try cursor.word())
            questions.append(Question(name: name, kind: kind, recordClass: recordClass))
        }
        for _ in 0..<counts[1] { answers.append(try cursor.record()) }
        for _ in 0..<counts[2] { authority.append(try cursor.record()) }
        for _ in 0..<counts[3] { additional.append(try cursor.record()) }
        guard cursor.position == bytes.count else { throw Malformed.trailing }
    }

    var isResponse: Bool { flags & 0x8000 != 0 }
    var opcode: UInt16 { flags >> 11 & 0xF }
    var isAuthoritative: Bool { flags & 0x0400 != 0 }
    var isTruncated: Bool { flags & 0x0200 != 0 }
    var wantsRecursion: Bool { flags & 0x0100 != 0 }
    var offersRecursion: Bool { flags & 0x0080 != 0 }
    var reserved: Bool { flags & 0x0040 != 0 }

    var opt: Record? { additional.first { $0.kind == Query.Kind.opt.rawValue } }

    /// With the upper bits that EDNS carries.
    var code: UInt16 { UInt16((opt?.ttl ?? 0) >> 24) << 4 | flags & 0xF }

    /// The options of EDNS, by code.
    var options: [UInt16: [UInt8]] {
        var options: [UInt16: [UInt8]] = [:]
        var cursor = Cursor(bytes: opt?.data ?? [])
        while let code = try? cursor.word(), let count = try? cursor.word(),
            let value = try? cursor.take(Int(count))
        {
            options[code] = value
        }
        return options
    }

    /// What an SOA says of how long to believe that something is not there (RFC 2308).
    var negativeTTL: UInt32? {
        guard let soa = authority.first(where: { $0.kind == Query.Kind.soa.rawValue }) else {
            return nil
        }
        let minimum = soa.data.suffix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return min(soa.ttl, minimum)
    }
}

private struct Cursor {
    let bytes: [UInt8]
    var position = 0

    mutating func take(_ count: Int) throws -> [UInt8] {
        guard bytes.count - position >= count else { throw Reply.Malformed.short }
        defer { position += count }
        return Array(bytes[position..<(position + count)])
    }

    mutating func word() throws -> UInt16 {
        try take(2).reduce(0) { $0 << 8 | UInt16($1) }
    }

    mutating func record() throws -> Reply.Record {
        let name = try name()
        let (kind, recordClass) = (try word(), try word())
        let ttl = try take(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let data = try take(Int(try word()))
        return Reply.Record(
            name: name, kind: kind, recordClass: recordClass, ttl: ttl, data: data)
    }

    mutating func name() throws -> [UInt8] {
        var name: [UInt8] = []
        var end: Int?
        for _ in 0..<128 {
            let length = try take(1)[0]
            if length == 0 {
                position = end ?? position
                return name + [0]
            }
            if length >= 0xC0 {
                let target = Int(length & 0x3F) << 8 | Int(try take(1)[0])
                end = end ?? position
                position = target
            } else {
                guard length < 64 else { throw Reply.Malformed.label }
                name += [length] + (try take(Int(length)))
            }
        }
        throw Reply.Malformed.label
    }
}
