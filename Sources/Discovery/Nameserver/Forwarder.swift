import Loop
import Naming

/// Asks configured resolvers for names that are not ours, and remembers what they say.
///
/// Lives on one worker's thread, like its cache.
final class Forwarder {
    private let loop: Loop
    private let resolvers: [SocketAddress]
    private let counters: NameserverCounters
    private var cache = ForwardingCache()
    private var waiting: [Asked: Waiting] = [:]

    typealias Completion = (DNSMessage?) -> Void

    /// Questions asked of others at a time; one more is answered SERVFAIL at once.
    static let questionsMax = 1000
    /// Askers of one question that wait for one answer.
    static let askersMax = 1000

    /// Case is told apart: whoever plays with it wants it back.
    private struct Asked: Hashable {
        let wire: [UInt8]
        let type: RecordType
        let dnssecOK: Bool
    }

    private struct Waiting {
        let exchange: ForwardingExchange
        var completions: [Completion]
    }

    init(loop: Loop, resolvers: [SocketAddress], counters: NameserverCounters) {
        self.loop = loop
        self.resolvers = resolvers
        self.counters = counters
    }

    /// Calls `completion` with what the resolvers answer, at once when it is known already; with
    /// `nil` when none does.
    func resolve(_ query: DNSMessage, at second: UInt32, _ completion: @escaping Completion) {
        guard let question = query.questions.first else { return completion(nil) }
        if let known = cache.answer(to: query, at: second) {
            counters.forwardingHits.add(1)
            return completion(known)
        }
        let asked = Asked(
            wire: question.name.wire, type: question.type,
            dnssecOK: query.edns?.dnssecOK ?? false)
        if waiting[asked] != nil {
            guard let count = waiting[asked]?.completions.count, count < Self.askersMax else {
                return completion(nil)
            }
            waiting[asked]?.completions.append(completion)
            return
        }
        guard waiting.count < Self.questionsMax else { return completion(nil) }
        counters.forwarded.add(1)
        let exchange = ForwardingExchange(
            on: loop, asking: resolvers, Self.query(question, dnssecOK: asked.dnssecOK)
        ) { [unowned self] answer in
            finish(asked, query, answer)
        }
        waiting[asked] = Waiting(exchange: exchange, completions: [completion])
        exchange.start()
    }

    /// Ours, with a number that cannot be foreseen: nothing else of the asker's is passed on.
    private static func query(_ question: Question, dnssecOK: Bool) -> DNSMessage {
        var query = DNSMessage(asking: question, id: UInt16.random(in: 0...UInt16.max))
        query.edns?.dnssecOK = dnssecOK
        return query
    }

    private func finish(_ asked: Asked, _ query: DNSMessage, _ answer: DNSMessage?) {
        let completions = waiting.removeValue(forKey: asked)?.completions ?? []
        if let answer {
            cache.keep(answer, to: query, at: Syscall.unixSecond())
        } else {
            counters.forwardingFailures.add(1)
        }
        for completion in completions { completion(answer) }
    }
}
