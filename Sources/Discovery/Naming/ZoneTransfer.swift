/// All that is answered in a zone, message by message (AXFR, RFC 5936).
///
/// It is of one directory, whatever changes meanwhile. A zone within the zone is shown as where it
/// is cut off: by its name server.
package struct ZoneTransfer: Sendable {
    private let directory: Directory
    private let zone: Zone
    /// In the letters that it was asked for with.
    private let apex: DNSName
    private var template: DNSMessage
    private var names: Directory.Names
    private var stage = Stage.beginning
    /// What of a name did not go into the last message.
    private var rest: Rest?

    private enum Stage {
        case beginning
        case names
        case over
    }

    private struct Rest {
        let name: DNSName
        var sets: ArraySlice<RecordSet>
        /// Records of the first of `sets` that are written.
        var written = 0
    }

    /// A message is ended beyond so many bytes, of 65,535 that it may have, and so many records of
    /// a set are written at a time.
    private static let bytesMin = 16_384
    private static let recordsPerWrite = 50

    /// `response` is what every message begins as; `nil` when `apex` is no zone of `directory`.
    init?(of apex: DNSName, in directory: Directory, response: DNSMessage) {
        guard let zone = directory.zone(at: apex) else { return nil }
        self.directory = directory
        self.zone = zone
        self.apex = apex
        template = response
        template.flags.authoritative = true
        names = directory.names
    }

    /// Of what a responder was asked for.
    package init?(of zone: DNSName, from responder: Responder, response: DNSMessage) {
        guard let directory = responder.directory else { return nil }
        self.init(of: zone, in: directory, response: response)
    }

    /// The next message, without the two bytes of its length; `nil` after the last.
    package mutating func next() -> [UInt8]? {
        guard stage != .over else { return nil }
        var message = ResponseWriter()
        message.begin(template)
        // Only the first has to repeat the question (RFC 5936, 2.2.1).
        template.questions = []
        if stage == .beginning {
            write(directory.authority(of: zone), to: &message)
            rest = Rest(name: apex, sets: directory.sets(at: apex, in: apex).dropFirst()[...])
            stage = .names
        }
        while message.count < Self.bytesMin, stage == .names { advance(&message) }
        message.finish()
        return message.bytes
    }

    /// Writes some more; the zone ends as it began.
    private mutating func advance(_ message: inout ResponseWriter) {
        if let rest {
            self.rest = write(rest, to: &message)
        } else if let name = names.next() {
            guard name != apex else { return }
            rest = Rest(name: name, sets: directory.sets(at: name, in: apex)[...])
        } else {
            write(directory.authority(of: zone), to: &message)
            stage = .over
        }
    }

    private func write(_ record: ResourceRecord, to message: inout ResponseWriter) {
        message.write(record, in: .answer)
    }

    /// Writes some records, and returns what is left.
    private func write(_ rest: Rest, to message: inout ResponseWriter) -> Rest? {
        guard let set = rest.sets.first else { return nil }
        var rest = rest
        let end = min(rest.written + Self.recordsPerWrite, set.data.count)
        message.write(set, rest.written..<end, of: .name(rest.name), in: .answer)
        rest.written = end
        if end == set.data.count {
            rest.sets = rest.sets.dropFirst()
            rest.written = 0
        }
        return rest.sets.isEmpty ? nil : rest
    }
}
