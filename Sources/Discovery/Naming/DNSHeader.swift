/// The first twelve bytes of a message (RFC 1035, 4.1.1).
package struct DNSHeader: Hashable, Sendable {
    package var id: UInt16
    package var flags: DNSFlags
    var questions: UInt16 = 0
    var answers: UInt16 = 0
    var authority: UInt16 = 0
    var additional: UInt16 = 0

    static let bytes = 12

    package init(id: UInt16, flags: DNSFlags) {
        self.id = id
        self.flags = flags
    }

    init(from reader: inout DNSReader) throws(DNSFault) {
        id = try reader.uint16()
        flags = DNSFlags(rawValue: try reader.uint16())
        questions = try reader.uint16()
        answers = try reader.uint16()
        authority = try reader.uint16()
        additional = try reader.uint16()
    }

    /// Puts the header into the first bytes of a message.
    func overwrite(in writer: inout DNSWriter) {
        writer.overwrite(id, at: 0)
        writer.overwrite(flags.rawValue, at: 2)
        writer.overwrite(questions, at: 4)
        writer.overwrite(answers, at: 6)
        writer.overwrite(authority, at: 8)
        writer.overwrite(additional, at: 10)
    }
}

/// The second word of the header: flags, opcode and the low bits of the response code.
package struct DNSFlags: RawRepresentable, Hashable, Sendable {
    package var rawValue: UInt16

    package init(rawValue: UInt16 = 0) {
        self.rawValue = rawValue
    }

    /// QR.
    package var isResponse: Bool {
        get { has(0x8000) }
        set { set(0x8000, newValue) }
    }

    /// 0 is QUERY, the only one that is served.
    package var opcode: UInt8 {
        get { UInt8(rawValue >> 11 & 0xF) }
        set { rawValue = rawValue & ~0x7800 | UInt16(newValue & 0xF) << 11 }
    }

    /// AA.
    package var authoritative: Bool {
        get { has(0x0400) }
        set { set(0x0400, newValue) }
    }

    /// TC.
    package var truncated: Bool {
        get { has(0x0200) }
        set { set(0x0200, newValue) }
    }

    /// RD.
    package var recursionDesired: Bool {
        get { has(0x0100) }
        set { set(0x0100, newValue) }
    }

    /// RA.
    package var recursionAvailable: Bool {
        get { has(0x0080) }
        set { set(0x0080, newValue) }
    }

    /// RCODE without the upper bits that EDNS carries.
    var code: UInt8 {
        get { UInt8(rawValue & 0xF) }
        set { rawValue = rawValue & ~0xF | UInt16(newValue & 0xF) }
    }

    private func has(_ bit: UInt16) -> Bool { rawValue & bit != 0 }

    private mutating func set(_ bit: UInt16, _ on: Bool) {
        rawValue = on ? rawValue | bit : rawValue & ~bit
    }
}
