import Loop
import Model
import Naming

/// Answers queries on one loop: a UDP socket, a TCP listener and its connections.
///
/// Lives on its thread; the directory is handed to it whole and swapped between two queries.
final class Answerer {
    private let loop: Loop
    private let limits: Limits
    private let counters: NameserverCounters
    private var responder: Responder
    /// Of the order of answers, which is no secret: the system's own would be a call for each.
    private var generator: Generator
    /// What was answered last.
    private var reply = ResponseWriter()
    /// What was asked last by UDP; its room is used again.
    private var query: [UInt8] = []
    /// What was answered by UDP before; none while answers are counted, whoever asks.
    private var cache: AnswerCache?
    private var rateLimit: ResponseRateLimit
    private let forwarder: Forwarder?
    /// Longer datagrams are cut, and so answered FORMERR.
    private var batch = DatagramBatch(
        receivedBytesMax: MessageFraming.queryBytesMax,
        answerBytesMax: Int(EDNS.payloadBytesDefault))

    private let sockets: NameserverSockets
    private var datagramWatcher: Watcher?
    private var listenerWatcher: Watcher?
    private var acceptPause: Timer?
    private var connections: [ObjectIdentifier: StreamConnection] = [:]

    struct Limits: Sendable {
        let connectionsMax: Int
        let idleMilliseconds: Int
    }

    /// What its owner sets up on the owner's thread.
    struct Setup: Sendable {
        let directory: Directory?
        let settings: Responder.Settings
        let rateLimit: ResponseRateLimit
        let limits: Limits
        let counters: NameserverCounters
        /// Whom to ask for names that are not ours; none, to refuse them.
        let resolvers: [SocketAddress]
    }

    /// Batches of datagrams and connections taken in one round, so that neither keeps the other
    /// waiting.
    private static let batchesPerRound = 2
    private static let connectionsPerRound = 64
    /// How long not to accept after the machine had no descriptors left.
    private static let acceptPauseMilliseconds = 100

    init(loop: Loop, sockets: consuming NameserverSockets, setup: Setup) {
        self.loop = loop
        var seeds = SystemRandomNumberGenerator()
        generator = Generator(seed: seeds.next())
        limits = setup.limits
        counters = setup.counters
        rateLimit = setup.rateLimit
        if rateLimit.responsesPerSecond == 0 {
            cache = AnswerCache(names: setup.directory?.namesCount ?? 0, seed: generator.next())
        }
        forwarder =
            setup.resolvers.isEmpty
            ? nil : Forwarder(loop: loop, resolvers: setup.resolvers, counters: counters)
        self.sockets = sockets
        responder = Responder(directory: setup.directory, settings: setup.settings)
        datagramWatcher = loop.watch(self.sockets.datagrams, for: .read) { [unowned self] _ in
            receiveDatagrams()
        }
        listenerWatcher = loop.watch(self.sockets.listener, for: .read) { [unowned self] _ in
            accept()
        }
        acceptPause = loop.timer { [unowned self] in listenerWatcher?.interest = .read }
    }

    // Watchers must be let go before their descriptors are closed.
    deinit {
        datagramWatcher = nil
        listenerWatcher = nil
        acceptPause = nil
    }

    /// Every later answer comes from `directory`.
    func adopt(_ directory: Directory) {
        responder = Responder(directory: directory, settings: responder.settings)
        if cache?.suits(names: directory.namesCount) == false {
            cache = AnswerCache(names: directory.namesCount, seed: generator.next())
        }
        cache?.forgetAll()
        counters.directoryRevision.set(Int(truncatingIfNeeded: directory.revision))
    }

    /// What came of a query.
    private enum Outcome {
        case nothing
        /// `reply` is the answer.
        case replied
        case known([UInt8])
        /// Others are asked, and their answer goes to the place for it.
        case later
        case transfer(ZoneTransfer)
    }

    /// Answers one message. For what others have to be asked, `later` gives the place that their
    /// answer goes to.
    private func answer(
        _ query: ArraySlice<UInt8>, from asker: Asker,
        later: () -> ([UInt8]) -> Void
    ) -> Outcome {
        let outcome = responder.answer(query, from: asker, using: &generator, into: &reply)
        switch outcome {
        case .dropped:
            counters.dropped.add(1)
            return .nothing
        case .answered(let code, let isProven):
            if asker.transport == .udp, !isProven, !isWithinLimit(asker, code) {
                return .nothing
            }
            counters.count(answer: code)
            if reply.isTruncated { counters.truncated.add(1) }
            return .replied
        case .foreign(let query, let response):
            return forward(query, response, from: asker, later: later)
        case .transfer(let zone, let response):
            guard let transfer = ZoneTransfer(of: zone, from: responder, response: response)
            else { return .nothing }
            counters.count(answer: .noError)
            return .transfer(transfer)
        }
    }

    /// Whether an answer may be sent, perhaps cut to nothing.
    private func isWithinLimit(_ asker: Asker, _ code: ResponseCode) -> Bool {
        switch rateLimit.verdict(to: asker.address, code, at: asker.second) {
        case .answer: return true
        case .slip:
            reply.truncate()
            return true
        case .drop:
            counters.limited.add(1)
            return false
        }
    }

    private func forward(
        _ query: DNSMessage, _ response: DNSMessage, from asker: Asker,
        later: () -> ([UInt8]) -> Void
    ) -> Outcome {
        guard let forwarder else { return .nothing }
        let limit = Responder.limit(of: query, over: asker.transport)
        let counters = counters
        func completed(_ answer: DNSMessage?) -> [UInt8] {
            var writer = DNSWriter()
            let whole = response.completed(by: answer)
            whole.encode(limit: limit, into: &writer)
            counters.count(answer: whole.code)
            return writer.bytes
        }
        // What is known already needs no place to come to later.
        var known: [UInt8]?
        var place: (([UInt8]) -> Void)?
        forwarder.resolve(query, at: asker.second) { answer in
            if let place { place(completed(answer)) } else { known = completed(answer) }
        }
        if let known { return .known(known) }
        place = later()
        return .later
    }
}

extension DNSMessage {
    /// This response with what a resolver answered; SERVFAIL when none did.
    fileprivate func completed(by answer: DNSMessage?) -> DNSMessage {
        var response = self
        response.code = answer?.code ?? .serverFailure
        response.answers = answer?.answers ?? []
        response.authority = answer?.authority ?? []
        response.additional = answer?.additional ?? []
        return response
    }
}

// MARK: UDP

extension Answerer {
    private func receiveDatagrams() {
        let second = Syscall.unixSecond()
        for _ in 0..<Self.batchesPerRound {
            // A failure is an earlier answer's, such as a port that was closed: read on.
            guard let count = try? batch.receive(from: sockets.datagrams) else { continue }
            counters.udpQueries.add(count)
            for index in 0..<count { answerDatagram(at: index, second) }
            counters.unsent.add(batch.send(to: sockets.datagrams))
            if !batch.isFull { return }
        }
    }

    private func answerDatagram(at index: Int, _ second: UInt32) {
        if answerAgain(at: index) { return }
        guard let sender = batch.sender(at: index) else { return }
        let asker = Asker(transport: .udp, address: IPAddress(sender), second: second)
        query.removeAll(keepingCapacity: true)
        query.append(contentsOf: batch.bytes(at: index))
        let outcome = answer(query[...], from: asker) {
            let address = batch.returnAddress(at: index)
            return { [unowned self] answer in
                let isSent = DatagramBatch.send(answer, to: address, from: sockets.datagrams)
                if !isSent { counters.unsent.add(1) }
            }
        }
        let isTaken =
            switch outcome {
            case .replied: takeReply(to: index)
            case .known(let answer): answer.withUnsafeBytes { batch.answer($0, to: index) }
            case .nothing, .later, .transfer: true
            }
        if !isTaken { counters.unsent.add(1) }
    }

    /// Answers what was asked and answered before, of this directory.
    private func answerAgain(at index: Int) -> Bool {
        let query = batch.bytes(at: index)
        guard let found = cache?.find(query) else { return false }
        let isTaken = batch.answer(to: index) { room in
            cache?.write(found, answering: query, using: &generator, into: room) ?? 0
        }
        guard isTaken else { return false }
        counters.count(answer: .noError)
        counters.repeated.add(1)
        return true
    }

    private func takeReply(to index: Int) -> Bool {
        cache?.keep(reply, answering: batch.bytes(at: index))
        return reply.withUnsafeBytes { batch.answer($0, to: index) }
    }
}

// MARK: TCP

extension Answerer {
    private func accept() {
        for _ in 0..<Self.connectionsPerRound {
            do {
                guard let descriptor = try sockets.listener.accept() else { return }
                // Whoever is gone already wants no answer.
                guard let peer = try? descriptor.peerAddress() else { continue }
                serve(descriptor, peer: IPAddress(peer))
            } catch {
                // Out of descriptors or memory: the listener stays readable, so look away a while.
                listenerWatcher?.interest = []
                acceptPause?.set(milliseconds: Self.acceptPauseMilliseconds)
                return
            }
        }
    }

    private func serve(_ descriptor: consuming Descriptor, peer: IPAddress) {
        if connections.count >= limits.connectionsMax { evictIdlest() }
        let connection = StreamConnection(
            descriptor, on: loop, idleMilliseconds: limits.idleMilliseconds,
            answer: { [unowned self] query, connection in
                counters.tcpQueries.add(1)
                let asker = Asker(
                    transport: .tcp, address: peer, second: Syscall.unixSecond())
                let outcome = answer(query, from: asker) {
                    { [weak connection] answer in connection?.complete(answer) }
                }
                return response(to: outcome)
            },
            onEnd: { [unowned self] connection in forget(connection) })
        connections[ObjectIdentifier(connection)] = connection
        counters.connectionsAccepted.add(1)
        counters.connections.add(1)
    }

    private func response(to outcome: Outcome) -> StreamConnection.Response {
        switch outcome {
        case .nothing: return .none
        case .replied: return .now(reply.bytes)
        case .known(let answer): return .now(answer)
        case .later: return .later
        case .transfer(var transfer): return .series { transfer.next() }
        }
    }

    /// Makes room: nobody can keep others out by holding connections and asking nothing.
    private func evictIdlest() {
        let idlest = connections.values.min { $0.lastQuery < $1.lastQuery }
        guard let idlest else { return }
        counters.connectionsEvicted.add(1)
        idlest.end()
    }

    private func forget(_ connection: StreamConnection) {
        guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        counters.connections.add(-1)
    }
}
