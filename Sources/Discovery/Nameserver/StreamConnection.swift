import Loop
import Naming

/// One client over TCP: queries in as they come, answers out as they are known (RFC 7766).
final class StreamConnection {
    private let loop: Loop
    private let idleMilliseconds: Int
    private let answer: (ArraySlice<UInt8>, StreamConnection) -> Response
    private let onEnd: (StreamConnection) -> Void
    private var framing = MessageFraming()
    private var output: [UInt8] = []
    /// Queries whose answers come later.
    private var awaited = 0
    /// Whose answers are under way; later queries wait for their end.
    private var series: (() -> [UInt8]?)?
    /// The client has sent its last query, or something that is none.
    private var isReadingOver = false
    /// When the last whole query came, or the connection began: in the loop's microseconds.
    private(set) var lastQuery: Int64

    private var watcher: Watcher?
    private var idleTimer: Timer?
    private let descriptor: Descriptor

    /// What becomes of a query.
    enum Response {
        case none
        case now([UInt8])
        /// Somebody will call `complete`.
        case later
        /// Answers that are made as they are taken, until there is none.
        case series(() -> [UInt8]?)
    }

    /// Queries that may be under way before no more are read.
    private static let awaitedMax = 100
    /// Bytes read in one round, so that many queries of one client keep no other waiting.
    private static let readBytesMax = 4096
    /// Bytes of answers not yet taken at which no more queries are read.
    private static let outputBytesMax = 65_536

    init(
        _ descriptor: consuming Descriptor, on loop: Loop, idleMilliseconds: Int,
        answer: @escaping (ArraySlice<UInt8>, StreamConnection) -> Response,
        onEnd: @escaping (StreamConnection) -> Void
    ) {
        self.loop = loop
        self.idleMilliseconds = idleMilliseconds
        self.answer = answer
        self.onEnd = onEnd
        self.descriptor = descriptor
        lastQuery = loop.microseconds
        watcher = loop.watch(self.descriptor, for: .read) { [unowned self] readiness in
            handle(readiness)
        }
        idleTimer = loop.timer { [unowned self] in end() }
        idleTimer?.set(milliseconds: idleMilliseconds)
    }

    // Watchers must be let go before their descriptor is closed.
    deinit { stop() }

    /// Ends the connection, whatever is under way.
    func end() {
        stop()
        onEnd(self)
    }

    private func stop() {
        watcher = nil
        idleTimer = nil
    }

    private func handle(_ readiness: Readiness) {
        if readiness.contains(.read) { receive() }
        settle()
    }

    private func receive() {
        let received = withUnsafeTemporaryAllocation(byteCount: Self.readBytesMax, alignment: 1) {
            buffer -> Transfer in
            guard let start = buffer.baseAddress else { return .blocked }
            let transfer = Syscall.receive(descriptor.number, into: start, count: buffer.count)
            if case .moved(let count) = transfer { framing.append(buffer[..<count]) }
            return transfer
        }
        switch received {
        case .moved(0), .failed: isReadingOver = true
        case .moved: _ = answerQueries()
        case .blocked: break
        }
    }

    /// Answers what has come whole, as far as the answers have room: a client that asks faster than
    /// it reads waits for itself. Returns whether there are answers to send.
    private func answerQueries() -> Bool {
        do {
            while hasRoom {
                if continueSeries() { continue }
                guard let query = try framing.next() else { break }
                noteUse()
                switch answer(query, self) {
                case .none: break
                case .now(let answer): output += MessageFraming.framed(answer)
                case .later: awaited += 1
                case .series(let next): series = next
                }
            }
        } catch {
            isReadingOver = true
        }
        return !output.isEmpty
    }

    /// Takes the next answer of a series; false when there is none under way.
    private func continueSeries() -> Bool {
        guard let next = series else { return false }
        if let answer = next() {
            output += MessageFraming.framed(answer)
        } else {
            series = nil
        }
        noteUse()
        return true
    }

    private func noteUse() {
        lastQuery = loop.microseconds
        idleTimer?.set(milliseconds: idleMilliseconds)
    }

    private var hasRoom: Bool { output.count < Self.outputBytesMax && awaited < Self.awaitedMax }

    /// Takes an answer that was awaited; nothing when the connection has ended.
    func complete(_ answer: [UInt8]) {
        guard watcher != nil else { return }
        awaited -= 1
        output += MessageFraming.framed(answer)
        settle()
    }

    /// Sends what it can, and decides what to wait for next.
    private func settle() {
        repeat {
            guard flush() else {
                end()
                return
            }
        } while output.isEmpty && answerQueries()
        if isReadingOver && output.isEmpty && awaited == 0 {
            end()
            return
        }
        var interest: Readiness = output.isEmpty ? [] : .write
        if !isReadingOver && hasRoom { interest.insert(.read) }
        watcher?.interest = interest
    }

    /// Returns false when the client is gone.
    private func flush() -> Bool {
        guard !output.isEmpty else { return true }
        let sent = output.withUnsafeBytes { bytes in
            bytes.baseAddress.map { Syscall.send(descriptor.number, $0, count: bytes.count) }
        }
        switch sent {
        case .moved(let count)?: output.removeFirst(count)
        case .failed?: return false
        case .blocked?, nil: break
        }
        return true
    }
}
