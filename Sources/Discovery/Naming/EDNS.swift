/// What the OPT pseudo-record carries (RFC 6891).
package struct EDNS: Hashable, Sendable {
    /// The largest UDP message, in bytes, that its sender can take; below 512 means 512.
    package var payloadBytes: UInt16
    package var version: UInt8 = 0
    /// DO: the sender wants DNSSEC records (RFC 3225).
    package var dnssecOK: Bool = false
    package var options: [EDNSOption] = []
    /// Bits 4 to 11 of the response code.
    var extendedCode: UInt8 = 0

    /// What fits in an Ethernet frame over IPv6 with headers to spare (DNS Flag Day 2020).
    package static let payloadBytesDefault: UInt16 = 1232
    static let dnssecOKBit: UInt32 = 0x8000

    package init(payloadBytes: UInt16 = Self.payloadBytesDefault) {
        self.payloadBytes = payloadBytes
    }

    /// Reads what follows the name and the type.
    init(from reader: inout DNSReader) throws(DNSFault) {
        payloadBytes = try reader.uint16()
        let word = try reader.uint32()
        extendedCode = UInt8(word >> 24)
        version = UInt8(word >> 16 & 0xFF)
        dnssecOK = word & Self.dnssecOKBit != 0
        let length = Int(try reader.uint16())
        let end = reader.position + length
        while reader.position < end {
            let code = try reader.uint16()
            let value = try reader.bytes(Int(try reader.uint16()))
            options.append(EDNSOption(code: code, value: value))
        }
        guard reader.position == end else { throw .badOption }
    }

    /// Bytes of the whole record on the wire.
    var recordBytes: Int { options.reduce(11) { $0 + 4 + $1.value.count } }

    func write(to writer: inout DNSWriter) {
        writer.write(DNSName.root)
        writer.write(RecordType.opt.rawValue)
        writer.write(payloadBytes)
        let word = UInt32(extendedCode) << 24 | UInt32(version) << 16
        writer.write(dnssecOK ? word | Self.dnssecOKBit : word)
        writer.writeSized { writer in
            for option in options {
                writer.write(option.code)
                writer.writeSized { $0.write(option.value) }
            }
        }
    }
}

package struct EDNSOption: Hashable, Sendable {
    package var code: UInt16
    package var value: [UInt8]

    package init(code: UInt16, value: [UInt8]) {
        self.code = code
        self.value = value
    }
}
