/// What others answered, for as long as they said that it holds (RFC 1035, 7.4; RFC 2308).
package struct ForwardingCache: Sendable {
    private var entries: [Key: Entry] = [:]
    /// Keys in the order in which they came: the oldest gives way.
    private var order: [Key] = []
    private let entriesMax: Int

    /// Seconds for which anything is believed, and for which it is that something is not there.
    private static let ttlMax: UInt32 = 86_400
    private static let negativeTTLMax: UInt32 = 900

    private struct Key: Hashable, Sendable {
        let question: Question
        let dnssecOK: Bool

        init(_ query: DNSMessage, _ question: Question) {
            self.question = question
            dnssecOK = query.edns?.dnssecOK ?? false
        }
    }

    private struct Entry: Sendable {
        let answer: DNSMessage
        let since: UInt32
        let ttl: UInt32
    }

    package init(entriesMax: Int = 10_000) {
        self.entriesMax = max(1, entriesMax)
    }

    package var count: Int { entries.count }

    /// What is known of a query's question, with the time that has passed taken from its records.
    package func answer(to query: DNSMessage, at second: UInt32) -> DNSMessage? {
        guard let question = query.questions.first,
            let entry = entries[Key(query, question)], second &- entry.since < entry.ttl
        else { return nil }
        var answer = entry.answer
        let age = second &- entry.since
        for index in answer.answers.indices { answer.answers[index].ttl -= age }
        for index in answer.authority.indices { answer.authority[index].age(by: age) }
        for index in answer.additional.indices { answer.additional[index].age(by: age) }
        return answer
    }

    /// Remembers an answer, when it is one that holds for a while.
    package mutating func keep(
        _ answer: DNSMessage, to query: DNSMessage, at second: UInt32
    ) {
        guard let question = query.questions.first, let ttl = Self.ttl(of: answer), ttl > 0
        else { return }
        let key = Key(query, question)
        if entries.updateValue(Entry(answer: answer, since: second, ttl: ttl), forKey: key) == nil {
            order.append(key)
        }
        guard entries.count > entriesMax else { return }
        // A tenth at a time, so that making room costs little per answer.
        let dropped = max(1, entriesMax / 10)
        for key in order.prefix(dropped) { entries[key] = nil }
        order.removeFirst(dropped)
    }

    private static func ttl(of answer: DNSMessage) -> UInt32? {
        guard [.noError, .nameError].contains(answer.code), !answer.flags.truncated else {
            return nil
        }
        if answer.code == .noError, !answer.answers.isEmpty {
            return min(answer.answers.map(\.ttl).min() ?? 0, ttlMax)
        }
        // Without an SOA nobody says how long it is not there (RFC 2308, section 5).
        for record in answer.authority {
            guard case .soa(let soa) = record.data else { continue }
            return min(record.ttl, soa.minimum, negativeTTLMax)
        }
        return nil
    }
}

extension ResourceRecord {
    fileprivate mutating func age(by seconds: UInt32) { ttl -= min(ttl, seconds) }
}
