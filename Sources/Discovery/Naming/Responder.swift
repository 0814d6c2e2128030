/// Answers queries from a directory: bytes in, bytes out.
package struct Responder: Sendable {
    /// `nil` until one is known: every name is answered SERVFAIL, and asked for elsewhere or again.
    package let directory: Directory?
    package let policy: AnswerPolicy

    package enum Transport: Sendable {
        case udp
        case tcp
    }

    package init(directory: Directory?, policy: AnswerPolicy = .multivalue) {
        self.directory = directory
        self.policy = policy
    }

    /// Writes the answer to `query` into `reply` and returns its code, or returns `nil` when there
    /// is nothing to answer: too short for a header, or itself a response (which would let two
    /// servers answer each other forever).
    package func answer(
        _ query: ArraySlice<UInt8>, over transport: Transport,
        using generator: inout some RandomNumberGenerator, into reply: inout DNSWriter
    ) -> ResponseCode? {
        var reader = DNSReader(query)
        guard let header = try? DNSHeader(from: &reader), !header.flags.isResponse else {
            return nil
        }
        guard header.flags.opcode == 0 else { return fail(header, .notImplemented, into: &reply) }
        // One question, no more and no less (RFC 9619). IXFR alone has a record in its authority.
        guard header.questions == 1, header.answers == 0, header.authority <= 1,
            let message = try? DNSMessage(decoding: query), let question = message.questions.first
        else { return fail(header, .formatError, into: &reply) }
        let response = response(to: message, asking: question, using: &generator)
        response.encode(limit: Self.limit(of: message, over: transport), into: &reply)
        return response.code
    }

    /// Bytes that whoever asked can take.
    private static func limit(of query: DNSMessage, over transport: Transport) -> Int {
        switch transport {
        case .tcp:
            return DNSMessage.bytesMax
        case .udp:
            let wanted = Int(query.edns?.payloadBytes ?? 0)
            return min(max(wanted, DNSMessage.udpBytesDefault), Int(EDNS.payloadBytesDefault))
        }
    }

    /// A bare header: all that can be said of what was not understood.
    private func fail(
        _ header: DNSHeader, _ code: ResponseCode, into reply: inout DNSWriter
    ) -> ResponseCode {
        var message = DNSMessage(id: header.id, flags: Self.flags(answering: header.flags))
        message.code = code
        message.encode(into: &reply)
        return code
    }

    private static func flags(answering query: DNSFlags) -> DNSFlags {
        var flags = DNSFlags()
        flags.isResponse = true
        flags.opcode = query.opcode
        flags.recursionDesired = query.recursionDesired
        return flags
    }
}

// MARK: The decision

extension Responder {
    private func response(
        to query: DNSMessage, asking question: Question,
        using generator: inout some RandomNumberGenerator
    ) -> DNSMessage {
        var response = DNSMessage(id: query.id, flags: Self.flags(answering: query.flags))
        response.questions = [question]
        if let asked = query.edns {
            response.edns = EDNS()
            response.edns?.dnssecOK = asked.dnssecOK
        }
        if let refusal = Self.refusal(of: question, edns: query.edns) {
            response.code = refusal
            return response
        }
        guard let directory else {
            response.code = .serverFailure
            return response
        }
        directory.answer(question, by: policy, using: &generator, in: &response)
        return response
    }

    /// Why a well-formed question is not looked up at all.
    private static func refusal(of question: Question, edns: EDNS?) -> ResponseCode? {
        if let edns, edns.version > 0 { return .badVersion }
        switch question.type {
        case .opt: return .formatError
        case .axfr, .ixfr: return .refused
        case .tkey, .tsig, .maila, .mailb: return .notImplemented
        default: return question.recordClass == .internet ? nil : .refused
        }
    }
}
