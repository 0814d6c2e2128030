/// What is asked.
package struct Question: Hashable, Sendable {
    package var name: DNSName
    package var type: RecordType
    package var recordClass: RecordClass = .internet

    package init(name: DNSName, type: RecordType) {
        self.name = name
        self.type = type
    }

    init(from reader: inout DNSReader) throws(DNSFault) {
        name = try reader.name()
        type = RecordType(rawValue: try reader.uint16())
        recordClass = RecordClass(rawValue: try reader.uint16())
    }

    func write(to writer: inout DNSWriter) {
        writer.write(name)
        writer.write(type.rawValue)
        writer.write(recordClass.rawValue)
    }
}

/// A query or a response (RFC 1035, section 4).
package struct DNSMessage: Hashable, Sendable {
    package var id: UInt16
    package var flags: DNSFlags
    package var questions: [Question] = []
    package var answers: [ResourceRecord] = []
    package var authority: [ResourceRecord] = []
    /// Without the OPT record, which is `edns`.
    package var additional: [ResourceRecord] = []
    package var edns: EDNS?

    /// Bytes of a UDP message for who does not say otherwise (RFC 1035, 4.2.1).
    package static let udpBytesDefault = 512
    /// Bytes of a message over TCP, whose length has 16 bits.
    package static let bytesMax = 65_535

    package init(id: UInt16, flags: DNSFlags = DNSFlags()) {
        self.id = id
        self.flags = flags
    }

    /// A question of the kind a stub asks.
    package init(asking question: Question, id: UInt16) {
        self.init(id: id)
        flags.recursionDesired = true
        questions = [question]
        edns = EDNS()
    }

    package var code: ResponseCode {
        get { ResponseCode(header: flags.code, extended: edns?.extendedCode) }
        set {
            flags.code = newValue.header
            edns?.extendedCode = newValue.extended
        }
    }
}

// MARK: Decoding

extension DNSMessage {
    /// Reads a whole message; nothing may be missing and nothing may follow.
    package init(decoding bytes: ArraySlice<UInt8>) throws(DNSFault) {
        var reader = DNSReader(bytes)
        try self.init(try DNSHeader(from: &reader), from: &reader)
    }

    /// Reads the rest of a message whose header is read.
    init(_ header: DNSHeader, from reader: inout DNSReader) throws(DNSFault) {
        self.init(id: header.id, flags: header.flags)
        for _ in 0..<header.questions { questions.append(try Question(from: &reader)) }
        for _ in 0..<header.answers { answers.append(try Self.record(from: &reader)) }
        for _ in 0..<header.authority { authority.append(try Self.record(from: &reader)) }
        for _ in 0..<header.additional { try readAdditional(from: &reader) }
        guard reader.isAtEnd else { throw .trailingBytes }
    }

    private static func record(from reader: inout DNSReader) throws(DNSFault) -> ResourceRecord {
        let name = try reader.name()
        let type = RecordType(rawValue: try reader.uint16())
        guard type != .opt else { throw .badOption }
        let recordClass = RecordClass(rawValue: try reader.uint16())
        return try ResourceRecord(name: name, type: type, recordClass: recordClass, from: &reader)
    }

    private mutating func readAdditional(from reader: inout DNSReader) throws(DNSFault) {
        let start = reader
        let name = try reader.name()
        guard RecordType(rawValue: try reader.uint16()) == .opt else {
            reader = start
            additional.append(try Self.record(from: &reader))
            return
        }
        guard name == .root, edns == nil else { throw .badOption }
        edns = try EDNS(from: &reader)
    }
}

// MARK: Encoding

extension DNSMessage {
    /// The message in at most `limit` bytes.
    ///
    /// A set of additional records that does not fit is left out. When the answers or the authority
    /// do not fit, TC is set and nothing but the question and EDNS is sent, so that nobody takes a
    /// part for the whole (RFC 2181, section 9).
    package func encode(limit: Int = Self.bytesMax, into writer: inout DNSWriter) {
        let limit = limit - (edns?.recordBytes ?? 0)
        var header = DNSHeader(id: id, flags: flags)
        writer.reset()
        writer.skipHeader()
        for question in questions { question.write(to: &writer) }
        header.questions = UInt16(questions.count)
        if writer.write(answers + authority, within: limit) {
            header.answers = UInt16(answers.count)
            header.authority = UInt16(authority.count)
            header.additional = writeAdditional(to: &writer, limit: limit)
        } else {
            header.flags.truncated = true
        }
        if let edns {
            edns.write(to: &writer)
            header.additional += 1
        }
        header.overwrite(in: &writer)
    }

    /// Returns how many records were written: whole sets only, until one does not fit.
    private func writeAdditional(to writer: inout DNSWriter, limit: Int) -> UInt16 {
        var rest = additional[...]
        while let first = rest.first {
            let set = rest.prefix { $0.type == first.type && $0.name == first.name }
            guard writer.write(Array(set), within: limit) else { break }
            rest = rest.dropFirst(set.count)
        }
        return UInt16(additional.count - rest.count)
    }
}

extension DNSWriter {
    /// Writes all of `records`, or none and returns false when they would pass `limit`.
    fileprivate mutating func write(_ records: [ResourceRecord], within limit: Int) -> Bool {
        let start = count
        for record in records {
            record.write(to: &self)
            guard count <= limit else {
                rewind(to: start)
                return false
            }
        }
        return true
    }
}
