import Loop
import Naming

/// Answers queries on one loop: a UDP socket, a TCP listener and its connections.
///
/// Lives on its thread; the directory is handed to it whole and swapped between two queries.
final class Answerer {
    private let loop: Loop
    private let limits: Limits
    private let counters: NameserverCounters
    private var responder: Responder
    private var generator = SystemRandomNumberGenerator()
    private var reply = DNSWriter()
    /// Longer datagrams are cut, and so answered FORMERR.
    private var datagram = [UInt8](repeating: 0, count: MessageFraming.queryBytesMax)

    private let sockets: NameserverSockets
    private var datagramWatcher: Watcher?
    private var listenerWatcher: Watcher?
    private var acceptPause: Timer?
    private var connections: [ObjectIdentifier: StreamConnection] = [:]

    struct Limits: Sendable {
        let connectionsMax: Int
        let idleMilliseconds: Int
    }

    /// Datagrams and connections taken in one round, so that neither keeps the other waiting.
    private static let datagramsPerRound = 64
    private static let connectionsPerRound = 64
    /// How long not to accept after the machine had no descriptors left.
    private static let acceptPauseMilliseconds = 100

    init(
        loop: Loop, sockets: consuming NameserverSockets, directory: Directory?, limits: Limits,
        counters: NameserverCounters
    ) {
        self.loop = loop
        self.limits = limits
        self.counters = counters
        self.sockets = sockets
        responder = Responder(directory: directory)
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
        responder = Responder(directory: directory)
        counters.directoryRevision.set(Int(truncatingIfNeeded: directory.revision))
    }

    /// The answer to one message, or `nil` when there is none; valid until the next call.
    private func answer(
        _ query: ArraySlice<UInt8>, over transport: Responder.Transport
    ) -> [UInt8]? {
        guard
            let code = responder.answer(query, over: transport, using: &generator, into: &reply)
        else {
            counters.dropped.add(1)
            return nil
        }
        counters.count(answer: code)
        if reply.isTruncated { counters.truncated.add(1) }
        return reply.bytes
    }
}

// MARK: UDP

extension Answerer {
    private func receiveDatagrams() {
        for _ in 0..<Self.datagramsPerRound {
            let received = datagram.withUnsafeMutableBytes { bytes in
                bytes.baseAddress.map {
                    Syscall.receiveDatagram(sockets.datagrams.number, into: $0, count: bytes.count)
                }
            }
            // A failure is an earlier answer's, such as a port that was closed: read on.
            guard case .moved(let count)? = received?.transfer else {
                if case .failed? = received?.transfer { continue }
                return
            }
            counters.udpQueries.add(1)
            guard let sender = received?.sender,
                let answer = answer(datagram[..<count], over: .udp)
            else { continue }
            send(answer, to: sender)
        }
    }

    /// What the socket does not take is lost, like any datagram; the client asks again.
    private func send(_ answer: [UInt8], to address: SocketAddress) {
        let sent = answer.withUnsafeBytes { bytes in
            bytes.baseAddress.map {
                Syscall.sendDatagram(sockets.datagrams.number, $0, count: bytes.count, to: address)
            }
        }
        if case .moved? = sent { return }
        counters.unsent.add(1)
    }
}

// MARK: TCP

extension Answerer {
    private func accept() {
        for _ in 0..<Self.connectionsPerRound {
            do {
                guard let descriptor = try sockets.listener.accept() else { return }
                serve(descriptor)
            } catch {
                // Out of descriptors or memory: the listener stays readable, so look away a while.
                listenerWatcher?.interest = []
                acceptPause?.set(milliseconds: Self.acceptPauseMilliseconds)
                return
            }
        }
    }

    private func serve(_ descriptor: consuming Descriptor) {
        if connections.count >= limits.connectionsMax { evictIdlest() }
        let connection = StreamConnection(
            descriptor, on: loop, idleMilliseconds: limits.idleMilliseconds,
            answer: { [unowned self] query in
                counters.tcpQueries.add(1)
                return answer(query, over: .tcp)
            },
            onEnd: { [unowned self] connection in forget(connection) })
        connections[ObjectIdentifier(connection)] = connection
        counters.connectionsAccepted.add(1)
        counters.connections.set(connections.count)
    }

    /// Makes room: nobody can keep others out by holding connections and asking nothing.
    private func evictIdlest() {
        let idlest = connections.values.min { $0.lastQuery < $1.lastQuery }
        guard let idlest else { return }
        counters.connectionsEvicted.add(1)
        idlest.end()
    }

    private func forget(_ connection: StreamConnection) {
        connections[ObjectIdentifier(connection)] = nil
        counters.connections.set(connections.count)
    }
}
