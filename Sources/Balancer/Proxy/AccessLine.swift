internal import Routing

/// A line of the access log that is being written.
struct AccessLine {
    /// What a line holds besides its texts, and a second time the target's.
    private static let fixedBytesMax = 4096 + AccessNote.textBytesMax

    /// Room for all that may be written of `note`.
    static func room(for note: AccessNote) -> Int { note.textBytes &+ fixedBytesMax }

    private(set) var writer: ByteWriter
    private var separator: AccessSeparators.Place
    private let format: AccessFormat

    init(
        _ place: UnsafeMutableRawPointer, capacity: Int, _ separators: AccessSeparators,
        _ format: AccessFormat
    ) {
        writer = ByteWriter(place, capacity: capacity)
        separator = separators.first
        self.format = format
    }

    /// Writes all of it, in the order of `AccessField`.
    mutating func write(
        _ note: AccessNote, from client: AddressText, of loadBalancer: UnsafeRawBufferPointer,
        _ clock: inout AccessClock
    ) {
        begin { $0.append(note.record.isWebSocket ? "ws" : "http") }
        begin { clock.write(note.record.endedAt, to: &$0) }
        begin { $0.append(loadBalancer) }
        append(client, port: note.record.clientPort)
        append(note.text(.target))
        writeNumbers(of: note.record)
        writeRequest(note)
        writeOutcome(note, &clock)
        for _ in 0..<4 { appendDash() }
        separator.write(to: &writer)
    }

    private mutating func writeNumbers(of record: AccessRecord) {
        append(seconds: record.requestMilliseconds)
        append(seconds: record.targetMilliseconds)
        append(seconds: record.responseMilliseconds)
        append(number: Int(record.status), isThere: record.status != 0)
        append(number: Int(record.targetStatus), isThere: record.targetStatus != 0)
        append(number: record.receivedBytes)
        append(number: record.sentBytes)
    }

    private mutating func writeRequest(_ note: AccessNote) {
        let request = note.text(.request)
        begin { if request.isEmpty { $0.append("- - -") } else { $0.append(request) } }
        append(note.text(.userAgent))
        appendDash()
        appendDash()
        append(note.text(.targetGroup))
        append(trace: note)
        append(note.text(.host))
        appendDash()
    }

    private mutating func writeOutcome(_ note: AccessNote, _ clock: inout AccessClock) {
        let record = note.record
        append(number: Int(record.priority), isThere: record.priority >= 0)
        begin { clock.write(record.startedAt, to: &$0) }
        begin { $0.append(record.action.text) }
        append(note.text(.location))
        if let failure = record.failure {
            begin { $0.append(Array(failure.reason.utf8)) }
        } else {
            appendDash()
        }
        append(note.text(.target))
        begin { $0.append(orDash: record.targetStatus) }
        begin { $0.append(record.desync.classification) }
        begin { $0.append(record.desync.text) }
    }
}

extension AccessLine {
    /// The next field.
    @inline(__always)
    private mutating func begin(_ write: (inout ByteWriter) -> Void) {
        separator.write(to: &writer)
        write(&writer)
    }

    @inline(__always)
    private mutating func appendDash() {
        begin { $0.append("-") }
    }

    /// A text; `-` when it is empty.
    private mutating func append(_ text: UnsafeRawBufferPointer) {
        begin { if text.isEmpty { $0.append("-") } else { $0.append(text) } }
    }

    /// `10.0.0.1:4711`, `[2001:db8::1]:4711`.
    private mutating func append(_ client: AddressText, port: UInt16) {
        var client = client
        let isLiteral = client.isIPv6
        begin { writer in
            client.withBytes { address in
                if isLiteral { writer.append("[") }
                writer.append(address)
                writer.append(isLiteral ? "]:" : ":")
            }
            writer.append(decimal: Int(port))
        }
    }

    private mutating func append(number: Int) {
        begin { $0.append(decimal: number) }
    }

    /// JSON has a dash in quotes.
    private mutating func append(number: Int, isThere: Bool) {
        let isQuoted = format == .json
        begin {
            if isThere {
                $0.append(decimal: number)
            } else {
                $0.append(isQuoted ? "\"-\"" : "-")
            }
        }
    }

    /// Milliseconds as seconds with three decimals, as ALB writes times; -1 for none.
    private mutating func append(seconds milliseconds: Int64) {
        begin {
            guard milliseconds >= 0 else { return $0.append("-1") }
            $0.append(decimal: Int(milliseconds / 1000))
            $0.append(".")
            $0.append(decimal: Int(milliseconds % 1000), digits: 3)
        }
    }

    /// The client's own field as it came, or the one that was made for the target.
    private mutating func append(trace note: AccessNote) {
        let sent = note.text(.trace)
        let trace = note.record.trace
        begin {
            if !sent.isEmpty {
                $0.append(sent)
            } else if trace.seconds != 0 {
                $0.append("Root=")
                trace.write(to: &$0)
            } else {
                $0.append("-")
            }
        }
    }
}

extension ByteWriter {
    fileprivate mutating func append(orDash status: UInt16) {
        if status == 0 { append("-") } else { append(decimal: Int(status)) }
    }
}
