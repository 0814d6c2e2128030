/// Plays cases against one proxy: it is both its client and its upstream.
///
/// One thread does everything in the order of the steps, so that "nothing came" needs no waiting:
/// on loopback what was sent before an answer is here before the answer.
final class Stage {
    struct Mismatch: Error, CustomStringConvertible {
        let description: String
    }

    /// How long something may take that must come.
    static let patienceMilliseconds = 5000
    /// The same for somebody else's proxy, whose failures are expected.
    static let peerPatienceMilliseconds = 400

    private let upstream: WireListener
    private let host: String
    private let port: UInt16
    /// Whether bytes count or their meaning does.
    private let isExact: Bool
    private var client: Wire?
    private var target: Wire?
    private var pastTargets: [Wire] = []

    init(upstream: WireListener, host: String, port: UInt16, isExact: Bool) {
        self.upstream = upstream
        self.host = host
        self.port = port
        self.isExact = isExact
    }

    func play(_ steps: [Step]) throws {
        defer { clear() }
        client = try Wire(connectedTo: port, at: host)
        for step in steps { try play(step) }
        if let left = client?.received, !left.isEmpty {
            throw Mismatch(description: "the client got more: \(shown(left))")
        }
        _ = target?.receive(milliseconds: 0)
        if let left = target?.received, !left.isEmpty {
            throw Mismatch(description: "the upstream got more: \(shown(left))")
        }
    }

    /// Ends all connections, and sees to it that the proxy knows.
    private func clear() {
        client = nil
        for wire in pastTargets + [target].compactMap({ $0 }) {
            wire.endSending()
            let deadline = ContinuousClock.now + .milliseconds(500)
            while wire.end == nil, ContinuousClock.now < deadline { wire.receive(milliseconds: 20) }
        }
        target = nil
        pastTargets = []
        while upstream.accept(milliseconds: isExact ? 0 : 50) != nil {}
    }

    private func play(_ step: Step) throws {
        switch step {
        case .sends(let text): client?.send(Array(text.utf8))
        case .arrives(let text):
            try accept()
            try expect(text, on: target, "the upstream")
        case .answers(let text):
            try accept()
            target?.send(Array(text.utf8))
        case .receives(let text): try expect(text, on: client, "the client")
        case .refused(let status): try awaitResponse(status, closes: true)
        case .failed(let status): try awaitResponse(status, closes: false)
        case .untouched: try expectUntouched()
        case .ends: try awaitEnd(of: client, .closed, "the client")
        case .breaks: try awaitEnd(of: client, .reset, "the client")
        case .clientEnds: client?.endSending()
        case .clientResets:
            client?.resetOnClose()
            client = nil
        case .upstreamEnds: target?.endSending()
        case .upstreamCloses: target = nil
        case .upstreamResets:
            target?.resetOnClose()
            target = nil
        case .upstreamSeesEnd: try awaitEnd(of: target, nil, "the upstream")
        case .upstreamIsKept: try expectKept()
        case .nextUpstream:
            if let target { pastTargets.append(target) }
            target = nil
        }
    }

    private var patience: Int {
        isExact ? Stage.patienceMilliseconds : Stage.peerPatienceMilliseconds
    }

    private func accept() throws {
        guard target == nil else { return }
        target = upstream.accept(milliseconds: patience)
        guard target != nil else { throw Mismatch(description: "nothing came to the upstream") }
    }

    private func expect(_ text: String, on wire: Wire?, _ side: String) throws {
        guard let wire else { throw Mismatch(description: "\(side) is gone") }
        let pattern = Pattern(text, port: port)
        let deadline = ContinuousClock.now + .milliseconds(patience)
        while true {
            if let used = try fit(pattern, wire, side) {
                wire.received.removeFirst(used)
                return
            }
            guard wire.end == nil, ContinuousClock.now < deadline else { break }
            wire.receive(milliseconds: 50)
        }
        throw Mismatch(
            description: "\(side) got \(shown(wire.received))"
                + "\(wire.end.map { ", then the connection was \($0.rawValue)" } ?? "")"
                + " instead of \(shown(Array(text.utf8)))")
    }

    /// How many bytes fit the pattern; `nil` when more must come.
    private func fit(_ pattern: Pattern, _ wire: Wire, _ side: String) throws -> Int? {
        guard isExact else {
            let wanted = Meaning(of: Array(pattern.example.utf8))
            guard !wanted.isEmpty else {
                // A part of a body; its last chunk may also be the end of the connection.
                let isLast = pattern.text == "0\r\n\r\n" && wire.end == .closed
                let isHere = wire.received == Array(pattern.text.utf8)
                return isLast || isHere ? wire.received.count : nil
            }
            return Meaning(of: wire.received).holds(wanted) ? wire.received.count : nil
        }
        switch pattern.match(wire.received) {
        case .whole(let count): return count
        case .begun: return nil
        case .differs(let at):
            throw Mismatch(
                description: "\(side) got \(shown(wire.received)), which differs at byte \(at)"
                    + " from \(shown(Array(pattern.text.utf8)))")
        }
    }

    private func awaitResponse(_ status: Int, closes: Bool) throws {
        guard let client else { throw Mismatch(description: "the client is gone") }
        let deadline = ContinuousClock.now + .milliseconds(patience)
        while client.end == nil, ContinuousClock.now < deadline {
            if !closes, Meaning(of: client.received).isOneWholeResponse { break }
            client.receive(milliseconds: 50)
        }
        let text = String(decoding: client.received, as: UTF8.self)
        let meaning = Meaning(of: client.received)
        client.received = []
        guard isExact else {
            let isRefusal = meaning.status.map { $0 >= 400 } ?? (client.end != nil)
            guard isRefusal else { throw Mismatch(description: "answered with \(quoted(text))") }
            return
        }
        guard text.hasPrefix("HTTP/1.1 \(status) "), meaning.isOneWholeResponse else {
            throw Mismatch(description: "answered with \(quoted(text)) instead of \(status)")
        }
        guard closes else { return }
        guard client.end == .closed, text.contains("\r\nConnection: close\r\n") else {
            throw Mismatch(
                description: "after \(quoted(text)) the connection is "
                    + (client.end?.rawValue ?? "open"))
        }
    }

    private func expectUntouched() throws {
        let late = upstream.accept(milliseconds: isExact ? 0 : 100)
        guard late == nil else {
            late?.receive(milliseconds: 100)
            let bytes = late?.received ?? []
            target = late
            target?.received = []
            // A connection alone tells the upstream nothing.
            guard !bytes.isEmpty else { return }
            throw Mismatch(description: "the upstream got \(shown(bytes))")
        }
        target?.receive(milliseconds: 0)
        if let bytes = target?.received, !bytes.isEmpty {
            target?.received = []
            throw Mismatch(description: "the upstream got \(shown(bytes))")
        }
    }

    private func awaitEnd(of wire: Wire?, _ wanted: Wire.End?, _ side: String) throws {
        guard let wire else { throw Mismatch(description: "\(side) is gone") }
        let deadline = ContinuousClock.now + .milliseconds(patience)
        while wire.end == nil, ContinuousClock.now < deadline { wire.receive(milliseconds: 50) }
        guard wire.received.isEmpty else {
            throw Mismatch(description: "\(side) got more: \(shown(wire.received))")
        }
        guard let end = wire.end, wanted == nil || end == wanted || !isExact else {
            throw Mismatch(
                description: "\(side)'s connection is \(wire.end?.rawValue ?? "still open")")
        }
    }

    private func expectKept() throws {
        target?.receive(milliseconds: 0)
        guard target?.end == nil else { throw Mismatch(description: "the upstream was closed") }
    }

    private func shown(_ bytes: [UInt8]) -> String {
        let text = quoted(String(decoding: bytes.prefix(700), as: UTF8.self))
        return bytes.count > 700 ? "\(text)… (\(bytes.count) bytes)" : text
    }

    private func quoted(_ text: String) -> String { text.debugDescription }
}
