import Loop
import Naming

/// One question to the resolvers: over UDP, each in turn until one answers, and over TCP for an
/// answer that does not fit.
final class ForwardingExchange {
    private let loop: Loop
    private let resolvers: [SocketAddress]
    private let query: DNSMessage
    private let bytes: [UInt8]
    private let onEnd: (DNSMessage?) -> Void
    private var attempt = 0
    private var framing = MessageFraming()
    private var unsent: ArraySlice<UInt8> = []

    private var watcher: Watcher?
    private var timer: Timer?
    private var descriptor: CInt = -1
    private var isStream = false

    /// Milliseconds until the next resolver is asked, and how often each is.
    private static let attemptMilliseconds = 1500
    private static let roundsMax = 2

    init(
        on loop: Loop, asking resolvers: [SocketAddress], _ query: DNSMessage,
        onEnd: @escaping (DNSMessage?) -> Void
    ) {
        self.loop = loop
        self.resolvers = resolvers
        self.query = query
        self.onEnd = onEnd
        var writer = DNSWriter()
        query.encode(into: &writer)
        bytes = writer.bytes
        timer = loop.timer { [unowned self] in next() }
    }

    // Watchers must be let go before their descriptor is closed.
    deinit { close() }

    func start() { ask() }

    private var resolver: SocketAddress { resolvers[attempt % resolvers.count] }

    private func next() {
        attempt += 1
        guard attempt < resolvers.count * Self.roundsMax else { return end(nil) }
        ask()
    }

    private func end(_ answer: DNSMessage?) {
        close()
        timer = nil
        onEnd(answer)
    }

    private func close() {
        watcher = nil
        if descriptor >= 0 { Syscall.close(descriptor) }
        descriptor = -1
    }

    /// A socket of its own for every attempt: its port is one more thing to guess for a forger.
    private func ask() {
        close()
        timer?.set(milliseconds: Self.attemptMilliseconds)
        isStream = false
        guard let local = SocketAddress(resolver.isIPv6 ? "::" : "0.0.0.0", port: 0),
            let socket = try? Descriptor.datagram(on: local)
        else { return }
        descriptor = socket.release()
        watcher = loop.watch(number: descriptor, for: .read) { [unowned self] _ in receive() }
        // What is not sent is asked again when the time is over.
        _ = Syscall.sendDatagram(descriptor, bytes, count: bytes.count, to: resolver)
    }

    private func receive() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let (transfer, sender) = Syscall.receiveDatagram(
                descriptor, into: &buffer, count: buffer.count)
            guard case .moved(let count) = transfer else { return }
            guard sender == resolver, let answer = answer(in: buffer[..<count]) else { continue }
            return answer.flags.truncated ? askAgainOverTCP() : settle(answer)
        }
    }

    /// A resolver that cannot or will not is passed over, while there are others.
    private func settle(_ answer: DNSMessage) {
        let isUseless = [.serverFailure, .refused, .notImplemented].contains(answer.code)
        if isUseless, attempt + 1 < resolvers.count { next() } else { end(answer) }
    }

    private func answer(in bytes: ArraySlice<UInt8>) -> DNSMessage? {
        guard let answer = try? DNSMessage(decoding: bytes), answer.flags.isResponse,
            answer.id == query.id, answer.questions == query.questions
        else { return nil }
        return answer
    }
}

// MARK: TCP

extension ForwardingExchange {
    private func askAgainOverTCP() {
        close()
        isStream = true
        framing = MessageFraming()
        unsent = MessageFraming.framed(bytes)[...]
        guard let socket = try? Descriptor.connecting(to: resolver) else { return next() }
        descriptor = socket.release()
        watcher = loop.watch(number: descriptor, for: [.read, .write]) {
            [unowned self] readiness in
            if readiness.contains(.write), !sendRest() { return next() }
            if readiness.contains(.read) { receiveStream() }
        }
    }

    /// Returns false when the resolver does not take it.
    private func sendRest() -> Bool {
        let number = descriptor
        let sent = unsent.withUnsafeBytes { bytes in
            bytes.baseAddress.map { Syscall.send(number, $0, count: bytes.count) }
        }
        if case .failed? = sent { return false }
        if case .moved(let count)? = sent { unsent = unsent.dropFirst(count) }
        if unsent.isEmpty { watcher?.interest = .read }
        return true
    }

    private func receiveStream() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        switch Syscall.receive(descriptor, into: &buffer, count: buffer.count) {
        case .moved(0), .failed: return next()
        case .blocked: return
        case .moved(let count): framing.append(buffer[..<count])
        }
        guard let message = try? framing.next(limit: DNSMessage.bytesMax) else { return }
        guard let answer = answer(in: message) else { return next() }
        settle(answer)
    }
}
