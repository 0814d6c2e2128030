/// One fact about a name, and for how many seconds it may be cached.
package struct ResourceRecord: Hashable, Sendable {
    package var name: DNSName
    package var recordClass: RecordClass = .internet
    package var ttl: UInt32
    package var data: RecordData

    package var type: RecordType { data.type }

    package init(name: DNSName, ttl: UInt32, data: RecordData) {
        self.name = name
        self.ttl = ttl
        self.data = data
    }

    /// Reads what follows the name, the type and the class.
    init(
        name: DNSName, type: RecordType, recordClass: RecordClass, from reader: inout DNSReader
    ) throws(DNSFault) {
        self.name = name
        self.recordClass = recordClass
        ttl = try reader.uint32()
        let length = Int(try reader.uint16())
        data = try RecordData(type: type, length: length, from: &reader)
    }

    func write(to writer: inout DNSWriter) {
        writer.write(name)
        Self.write(data, recordClass, ttl: ttl, to: &writer)
    }

    /// Writes what follows a record's name.
    static func write(
        _ data: RecordData, _ recordClass: RecordClass = .internet, ttl: UInt32,
        to writer: inout DNSWriter
    ) {
        let kind = UInt32(data.type.rawValue) << 16 | UInt32(recordClass.rawValue)
        writer.write(UInt64(kind) << 32 | UInt64(ttl))
        writer.writeSized { data.write(to: &$0) }
    }
}

extension ResourceRecord: CustomStringConvertible {
    /// The record in presentation format, as `dig` prints it.
    package var description: String { "\(name) \(ttl) \(recordClass) \(type) \(data)" }
}
