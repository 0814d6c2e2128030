/// Writes a response, record after record; its buffer is reused from response to response.
///
/// When the answers or the authority do not fit, TC is set and nothing but the question and EDNS is
/// sent, so that nobody takes a part for the whole (RFC 2181, section 9). A set of additional
/// records that does not fit is left out with all that follow.
package struct ResponseWriter: ~Copyable, Sendable {
    private var writer = DNSWriter()
    private var header = DNSHeader(id: 0, flags: DNSFlags())
    private var edns: EDNS?
    /// Bytes that all but the OPT record may have.
    private var limit = 0
    /// Where the question ends.
    private var body = 0
    private var hasRoom = true
    /// How another answer to the same query may differ from this one.
    var variety = Variety.none

    /// What chance has decided in an answer.
    enum Variety: Equatable {
        case none
        /// The order of some records.
        case order(Order)
        /// Which records there are, or more than can be put right afterwards.
        case chance
    }

    /// Records of one size side by side, in an order by chance.
    struct Order: Equatable {
        var start: Int
        var size: Int
        var count: Int
        /// Of each record, in the same order, the address of the host that it names: records that
        /// point at theirs. Absent where records name none.
        var hosts: Hosts?

        struct Hosts: Equatable {
            var start: Int
            var size: Int
        }
    }

    /// Whose a record is.
    enum Owner {
        /// The name that is asked for.
        case question
        case name(DNSName)
    }

    enum Section {
        case answer
        case authority
        case additional
    }

    package init() {}

    /// What was written: a message once it is finished.
    package var bytes: [UInt8] { writer.bytes }
    var count: Int { writer.count }

    package func withUnsafeBytes<Result>(
        _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        writer.withUnsafeBytes(body)
    }

    package var isTruncated: Bool { header.flags.truncated }

    /// Whether the same query may be answered so again: there is something at the name, all of it
    /// was sent, and nothing was said to its asker alone.
    var isReusable: Bool {
        code == .noError && !isTruncated && variety != .chance && edns?.options.isEmpty ?? true
    }

    var code: ResponseCode {
        get { ResponseCode(header: header.flags.code, extended: edns?.extendedCode) }
        set {
            header.flags.code = newValue.header
            edns?.extendedCode = newValue.extended
        }
    }

    /// AA.
    var isAuthoritative: Bool {
        get { header.flags.authoritative }
        set { header.flags.authoritative = newValue }
    }

    /// Begins with the header, the question and the EDNS of `response`; what it lists is not
    /// written.
    mutating func begin(_ response: DNSMessage, limit: Int = DNSMessage.bytesMax) {
        let header = DNSHeader(id: response.id, flags: response.flags)
        begin(header, response.questions, response.edns, limit: limit)
    }

    mutating func begin(
        _ header: DNSHeader, _ questions: [Question], _ edns: EDNS?, limit: Int
    ) {
        self.header = header
        self.header.questions = UInt16(questions.count)
        self.edns = edns
        self.limit = limit - (edns?.recordBytes ?? 0)
        hasRoom = true
        variety = .none
        writer.reset()
        writer.skipHeader()
        for question in questions { question.write(to: &writer) }
        body = writer.count
    }

    /// Writes the EDNS record and the header: the message is whole.
    mutating func finish() {
        if let edns {
            edns.write(to: &writer)
            header.additional += 1
        }
        header.overwrite(in: &writer)
    }

    /// Leaves of a finished message what asks its reader to come again over TCP.
    package mutating func truncate() {
        removeRecords()
        header.flags.truncated = true
        finish()
    }

    /// Notes what was written from `start` on for the hosts of the records that an order is of.
    mutating func vary(hostsFrom start: Int, arePaired: Bool) {
        guard case .order(var order) = variety else { return }
        let size = (count - start) / order.count
        // One that did not fit was left out, with all that follow.
        guard arePaired, hasRoom, size * order.count == count - start else {
            variety = .chance
            return
        }
        order.hosts = Order.Hosts(start: start, size: size)
        variety = .order(order)
    }

    /// Takes back all that was written after the question.
    mutating func removeRecords() {
        writer.rewind(to: body)
        (header.answers, header.authority, header.additional) = (0, 0, 0)
    }
}

// MARK: Records

extension ResponseWriter {
    mutating func write(_ record: ResourceRecord, in section: Section) {
        let start = writer.count
        record.write(to: &writer)
        settle(1, from: start, in: section)
    }

    /// Writes those records of `set` that `chosen` lists.
    mutating func write(
        _ set: RecordSet, _ chosen: some Collection<Int>, of owner: Owner, in section: Section
    ) {
        let start = writer.count
        guard hasRoom, !chosen.isEmpty else { return }
        var pointer: UInt16?
        if case .question = owner { pointer = writer.pointer(to: DNSHeader.bytes) }
        for index in chosen {
            let place = writer.count
            switch (pointer, owner) {
            case (let pointer?, _): writer.write(pointer)
            case (nil, .name(let name)): writer.write(name)
            // Nothing is shorter than the root.
            case (nil, .question): writer.write(DNSName.root)
            }
            pointer = pointer ?? writer.pointer(to: place)
            set.write(index, to: &writer)
        }
        settle(chosen.count, from: start, in: section)
    }

    /// Counts what was written since `start`, or takes it back when it does not fit.
    private mutating func settle(_ count: Int, from start: Int, in section: Section) {
        guard hasRoom, writer.count <= limit else {
            hasRoom = false
            if section == .additional { return writer.rewind(to: start) }
            removeRecords()
            header.flags.truncated = true
            return
        }
        switch section {
        case .answer: header.answers += UInt16(count)
        case .authority: header.authority += UInt16(count)
        case .additional: header.additional += UInt16(count)
        }
    }
}
