package import Model

/// Answers queries from a directory: bytes in, bytes out.
package final class Responder: Sendable {
    /// `nil` until one is known: every name is answered SERVFAIL, and asked for elsewhere or again.
    package let directory: Directory?
    package let settings: Settings

    package struct Settings: Sendable {
        package var policy: AnswerPolicy = .multivalue
        /// Without one, cookies are passed over like any unknown option.
        package var cookies: CookieSecret?
        /// Tenths of a second that a TCP connection may rest, told to who asks (RFC 7828).
        package var keepalive: UInt16 = 100
        /// Whether names of no zone of ours are asked of others, rather than REFUSED.
        package var forwards = false
        /// Who may have whole zones.
        package var transfersTo: [AddressBlock] = []

        package init() {}
    }

    /// What became of a query.
    package enum Outcome: Hashable, Sendable {
        /// There is nothing to answer: too short for a header, or itself a response (which would
        /// let two servers answer each other forever).
        case dropped
        /// The reply is written; `isProven` when a cookie of ours shows that its asker is there.
        case answered(ResponseCode, isProven: Bool)
        /// The query is to be asked of others; the reply is the response to complete.
        case foreign(DNSMessage, response: DNSMessage)
        /// A whole zone is wanted by who may have it; what each of its messages begins as.
        case transfer(zone: DNSName, response: DNSMessage)
    }

    package init(directory: Directory?, settings: Settings = Settings()) {
        self.directory = directory
        self.settings = settings
    }

    /// Writes the answer to `query` into `reply`.
    package func answer(
        _ query: ArraySlice<UInt8>, from asker: Asker,
        using generator: inout Generator, into reply: inout ResponseWriter
    ) -> Outcome {
        var reader = DNSReader(query)
        guard let header = try? DNSHeader(from: &reader), !header.flags.isResponse else {
            return .dropped
        }
        guard header.flags.opcode == 0 else { return fail(header, .notImplemented, into: &reply) }
        // One question (RFC 9619), or none when all that is wanted is a cookie (RFC 7873, 5.4).
        // IXFR alone has a record in its authority.
        guard header.questions <= 1, header.answers == 0, header.authority <= 1,
            let message = try? DNSMessage(header, from: &reader)
        else { return fail(header, .formatError, into: &reply) }
        let handshake = Handshake(of: message, from: asker, settings)
        if handshake.refusal == nil, let zone = transfer(message, to: asker) {
            return .transfer(zone: zone, response: response(to: message, handshake))
        }
        reply.begin(
            DNSHeader(id: header.id, flags: flags(answering: message)), message.questions,
            Self.edns(answering: message, handshake),
            limit: Self.limit(of: message, over: asker.transport))
        if let refusal = handshake.refusal ?? refusal(of: message) { reply.code = refusal }
        if reply.code == .noError, let question = message.questions.first, let directory {
            directory.answer(question, by: settings.policy, using: &generator, in: &reply)
            if reply.code == .refused, forwards(message, from: asker) {
                return .foreign(message, response: response(to: message, handshake))
            }
        }
        reply.finish()
        return .answered(reply.code, isProven: handshake.isProven)
    }

    /// Bytes that whoever asked can take.
    package static func limit(of query: DNSMessage, over transport: Asker.Transport) -> Int {
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
        _ header: DNSHeader, _ code: ResponseCode, into reply: inout ResponseWriter
    ) -> Outcome {
        var message = DNSMessage(id: header.id, flags: Self.flags(answering: header.flags))
        message.code = code
        reply.begin(message)
        reply.finish()
        return .answered(code, isProven: false)
    }

    private static func flags(answering query: DNSFlags) -> DNSFlags {
        var flags = DNSFlags()
        flags.isResponse = true
        flags.opcode = query.opcode
        flags.recursionDesired = query.recursionDesired
        return flags
    }

    private func flags(answering query: DNSMessage) -> DNSFlags {
        var flags = Self.flags(answering: query.flags)
        flags.recursionAvailable = settings.forwards
        return flags
    }

    private static func edns(answering query: DNSMessage, _ handshake: Handshake) -> EDNS? {
        guard let asked = query.edns else { return nil }
        var edns = EDNS()
        edns.dnssecOK = asked.dnssecOK
        edns.options = handshake.options
        return edns
    }

    /// What every response to `query` has.
    private func response(to query: DNSMessage, _ handshake: Handshake) -> DNSMessage {
        var response = DNSMessage(id: query.id, flags: flags(answering: query))
        response.questions = query.questions
        response.edns = Self.edns(answering: query, handshake)
        return response
    }
}

// MARK: The decision

extension Responder {
    /// Why a well-formed query is not looked up at all.
    private func refusal(of query: DNSMessage) -> ResponseCode? {
        if let edns = query.edns, edns.version > 0 { return .badVersion }
        guard let question = query.questions.first else {
            let asksForCookie = query.edns?.options.contains { $0.code == DNSCookie.optionCode }
            return asksForCookie == true ? nil : .formatError
        }
        switch question.type {
        case .opt: return .formatError
        case .axfr, .ixfr: return .refused
        case .tkey, .tsig, .maila, .mailb: return .notImplemented
        default: break
        }
        if question.recordClass != .internet { return .refused }
        return directory == nil ? .serverFailure : nil
    }

    /// The zone of ours that the query wants whole and may have; by TCP only (RFC 5936, 4).
    private func transfer(_ query: DNSMessage, to asker: Asker) -> DNSName? {
        guard let question = query.questions.first, question.type == .axfr,
            question.recordClass == .internet, asker.transport == .tcp,
            settings.transfersTo.contains(where: { $0.holds(AddressBytes(asker.address)) }),
            directory?.zone(at: question.name) != nil
        else { return nil }
        return question.name
    }

    /// Others are asked for who wants it, and who is near: a resolver open to all is a weapon.
    private func forwards(_ query: DNSMessage, from asker: Asker) -> Bool {
        settings.forwards && query.flags.recursionDesired && asker.address.isPrivate
    }
}

/// What the options of a query ask of the server, besides its question.
private struct Handshake {
    private(set) var options: [EDNSOption] = []
    private(set) var refusal: ResponseCode?
    private(set) var isProven = false

    private static let keepaliveCode: UInt16 = 11

    init(of query: DNSMessage, from asker: Asker, _ settings: Responder.Settings) {
        // Nothing is known of the options of later versions (RFC 6891, 6.1.3).
        guard let edns = query.edns, edns.version == 0 else { return }
        if let secret = settings.cookies,
            let option = edns.options.first(where: { $0.code == DNSCookie.optionCode })
        {
            guard let cookie = DNSCookie(option.value) else {
                refusal = .formatError
                return
            }
            isProven = secret.isOurs(cookie, from: asker.address, at: asker.second)
            options.append(
                secret.option(answering: cookie, from: asker.address, at: asker.second))
        }
        if asker.transport == .tcp, edns.options.contains(where: { $0.code == Self.keepaliveCode })
        {
            let tenths = settings.keepalive
            let value = [UInt8(tenths >> 8), UInt8(truncatingIfNeeded: tenths)]
            options.append(EDNSOption(code: Self.keepaliveCode, value: value))
        }
    }
}
