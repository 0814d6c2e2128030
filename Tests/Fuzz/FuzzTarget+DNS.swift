import Model
import Naming

extension FuzzTarget {
    static let dnsMessage = FuzzTarget(
        "dns-message", octets: queries,
        check: { bytes in
            guard let message = try? DNSMessage(decoding: bytes[...]) else { return }
            var writer = DNSWriter()
            message.encode(into: &writer)
            precondition(writer.bytes.count <= DNSMessage.bytesMax)
            guard let again = try? DNSMessage(decoding: writer.bytes[...]) else {
                preconditionFailure("what we wrote is no message")
            }
            // Names that pointers had shortened may not fit when they are written out.
            guard again.flags.truncated == message.flags.truncated,
                again.additional.count == message.additional.count
            else { return }
            precondition(again == message, "what we wrote means something else")
        })

    static let dnsAnswer = FuzzTarget(
        "dns-answer", octets: queries,
        check: { bytes in
            checkAnswer(to: bytes, over: .udp, bytesMax: Int(EDNS.payloadBytesDefault))
            checkAnswer(to: bytes, over: .tcp, bytesMax: DNSMessage.bytesMax)
        })

    static let dnsStream = FuzzTarget(
        "dns-stream", octets: queries.map { MessageFraming.framed($0) + [0, 1] },
        check: { bytes in
            let whole = messages([bytes[...]])
            let cut = bytes.cut
            precondition(messages([bytes[..<cut], bytes[cut...]]) == whole)
            precondition(messages(bytes.indices.map { bytes[$0...$0] }) == whole)
        })

    private static let queries: [[UInt8]] =
        [("web.default.teal", RecordType.a), ("web.default.teal", .srv), ("teal", .soa)].compactMap
    {
        name, type in
        guard let name = try? DNSName(name) else { return nil }
        var writer = DNSWriter()
        DNSMessage(asking: Question(name: name, type: type), id: 7).encode(into: &writer)
        return writer.bytes
    }

    private static func checkAnswer(
        to query: [UInt8], over transport: Asker.Transport, bytesMax: Int
    ) {
        var generator = Generator(seed: 1)
        var reply = ResponseWriter()
        let asker = Asker(transport: transport, address: .v4(0x7F00_0001), second: 1_000_000)
        let outcome = responder.answer(query[...], from: asker, using: &generator, into: &reply)
        guard case .answered(let code, _) = outcome else { return }
        precondition(reply.bytes.count <= bytesMax)
        guard let answer = try? DNSMessage(decoding: reply.bytes[...]) else {
            preconditionFailure("what we answered is no message")
        }
        precondition(answer.flags.isResponse && answer.code == code)
        precondition(reply.bytes.prefix(2).elementsEqual(query.prefix(2)), "not the query's id")
        if transport == .udp { checkRepetition(of: answer, in: reply, to: query) }
    }

    /// What a cache gives again says the same, but for an order by chance.
    private static func checkRepetition(
        of answer: DNSMessage, in reply: borrowing ResponseWriter, to query: [UInt8]
    ) {
        var cache = AnswerCache(names: 0, seed: 1)
        var generator = Generator(seed: 2)
        var room = [UInt8](repeating: 0, count: Int(EDNS.payloadBytesDefault))
        query.withUnsafeBytes { query in
            cache.keep(reply, answering: query)
            guard let found = cache.find(query) else { return }
            let count = room.withUnsafeMutableBytes {
                cache.write(found, answering: query, using: &generator, into: $0)
            }
            guard var again = try? DNSMessage(decoding: room[..<count]) else {
                preconditionFailure("what we answered again is no message")
            }
            precondition(Set(again.answers) == Set(answer.answers))
            precondition(Set(again.additional) == Set(answer.additional))
            (again.answers, again.additional) = (answer.answers, answer.additional)
            precondition(again == answer)
        }
    }

    private static let responder: Responder = {
        var directory = Directory(nameserver: [.v4(0x7F00_0001)])
        let instances = (10..<40).map { number in
            DirectoryInstance(
                id: "00112233445566778899aabbccddee\(number)",
                address: number.isMultiple(of: 2) ? "10.0.0.\(number)" : "2001:db8::\(number)",
                port: UInt16(8000 + number))
        }
        let entry = DirectoryEntry(
            service: "web", namespace: "default", ttlSeconds: 5, instances: instances)
        do {
            try directory.put("default")
        } catch {
            preconditionFailure("\(error)")
        }
        precondition(directory.put(entry).isEmpty)
        var settings = Responder.Settings()
        settings.cookies = CookieSecret(SipKey(low: 1, high: 2))
        return Responder(directory: directory, settings: settings)
    }()

    /// The messages of a stream that arrives in pieces; a last empty one when it is cut off.
    private static func messages(_ pieces: [ArraySlice<UInt8>]) -> [[UInt8]] {
        var framing = MessageFraming()
        var messages: [[UInt8]] = []
        for piece in pieces {
            framing.append(piece)
            do {
                while let message = try framing.next() { messages.append(Array(message)) }
            } catch {
                return messages + [[]]
            }
        }
        return messages
    }
}
