import Glibc
package import Loop
package import Naming

/// Asks one name server a question, over UDP and, when the answer does not fit, over TCP.
///
/// It blocks its thread up to the timeout: it is for a command line, not for a server.
package struct DNSClient: Sendable {
    private let server: SocketAddress
    private let timeoutMilliseconds: Int

    /// Datagrams may be lost: the question is sent so many times within the timeout.
    private static let attemptsMax = 3

    /// `server` is an IPv4 or IPv6 address.
    package init(
        server: String, port: UInt16, timeoutMilliseconds: Int = 3000
    ) throws(DNSClientError) {
        guard let address = SocketAddress(server, port: port) else { throw .badServer(server) }
        self.server = address
        self.timeoutMilliseconds = timeoutMilliseconds
    }

    /// The server's answer, whatever its code.
    package func resolve(
        _ name: DNSName, _ type: RecordType
    ) throws(DNSClientError) -> DNSMessage {
        let question = Question(name: name, type: type)
        let query = DNSMessage(asking: question, id: UInt16.random(in: 0...UInt16.max))
        let answer = try overUDP(query)
        return answer.flags.truncated ? try overTCP(query) : answer
    }

    private func overUDP(_ query: DNSMessage) throws(DNSClientError) -> DNSMessage {
        do throws(Errno) {
            let any = server.isIPv6 ? "::" : "0.0.0.0"
            guard let local = SocketAddress(any, port: 0) else { throw Errno.invalid }
            let socket = try Descriptor.datagram(on: local)
            for _ in 1...Self.attemptsMax {
                let bytes = query.encoded()
                let sent = Syscall.sendDatagram(
                    socket.number, bytes, count: bytes.count, to: server)
                if case .failed(let errno) = sent { throw errno }
                let deadline = Deadline(milliseconds: timeoutMilliseconds / Self.attemptsMax)
                if let answer = try receive(on: socket, answering: query, by: deadline) {
                    return answer
                }
            }
        } catch {
            throw .failed(server, error)
        }
        throw .timedOut(server)
    }

    /// Passes over datagrams that are not this question's answer from this server.
    private func receive(
        on socket: borrowing Descriptor, answering query: DNSMessage, by deadline: Deadline
    ) throws(Errno) -> DNSMessage? {
        var buffer = [UInt8](repeating: 0, count: DNSMessage.bytesMax)
        while try deadline.wait(for: .read, on: socket) {
            let (transfer, sender) = Syscall.receiveDatagram(
                socket.number, into: &buffer, count: buffer.count)
            if case .failed(let errno) = transfer { throw errno }
            guard case .moved(let count) = transfer, sender == server,
                let answer = try? DNSMessage(decoding: buffer[..<count]), answer.answers(query)
            else { continue }
            return answer
        }
        return nil
    }

    private func overTCP(_ query: DNSMessage) throws(DNSClientError) -> DNSMessage {
        let deadline = Deadline(milliseconds: timeoutMilliseconds)
        do throws(Errno) {
            let socket = try Descriptor.connecting(to: server)
            try send(MessageFraming.framed(query.encoded()), on: socket, by: deadline)
            if let answer = try receiveStream(on: socket, answering: query, by: deadline) {
                return answer
            }
        } catch {
            throw .failed(server, error)
        }
        throw .timedOut(server)
    }

    private func send(
        _ bytes: [UInt8], on socket: borrowing Descriptor, by deadline: Deadline
    ) throws(Errno) {
        var rest = bytes[...]
        while !rest.isEmpty, try deadline.wait(for: .write, on: socket) {
            let number = socket.number
            let sent = rest.withUnsafeBytes { bytes in
                bytes.baseAddress.map { Syscall.send(number, $0, count: bytes.count) }
            }
            if case .failed(let errno)? = sent { throw errno }
            if case .moved(let count)? = sent { rest = rest.dropFirst(count) }
        }
    }

    private func receiveStream(
        on socket: borrowing Descriptor, answering query: DNSMessage, by deadline: Deadline
    ) throws(Errno) -> DNSMessage? {
        var framing = MessageFraming()
        var buffer = [UInt8](repeating: 0, count: 4096)
        while try deadline.wait(for: .read, on: socket) {
            switch Syscall.receive(socket.number, into: &buffer, count: buffer.count) {
            case .moved(0): throw .connectionReset
            case .moved(let count): framing.append(buffer[..<count])
            case .failed(let errno): throw errno
            case .blocked: continue
            }
            guard let bytes = try? framing.next(limit: DNSMessage.bytesMax) else { continue }
            if let answer = try? DNSMessage(decoding: bytes), answer.answers(query) {
                return answer
            }
        }
        return nil
    }
}

/// Why a question got no answer.
package enum DNSClientError: Error, Hashable, CustomStringConvertible {
    case badServer(String)
    case failed(SocketAddress, Errno)
    case timedOut(SocketAddress)

    package var description: String {
        switch self {
        case .badServer(let text):
            "name server \"\(text)\" is neither an IPv4 nor an IPv6 address"
        case .failed(let server, let errno):
            "the name server at \(server) cannot be asked: \(errno)"
        case .timedOut(let server):
            "the name server at \(server) did not answer in time: is it running?"
        }
    }
}

extension DNSMessage {
    fileprivate func encoded() -> [UInt8] {
        var writer = DNSWriter()
        encode(into: &writer)
        return writer.bytes
    }

    /// Whether this is a response to `query`, and to nothing else.
    fileprivate func answers(_ query: DNSMessage) -> Bool {
        flags.isResponse && id == query.id && (questions.isEmpty || questions == query.questions)
    }
}

/// A moment on the steady clock.
private struct Deadline {
    private let microseconds: Int64

    init(milliseconds: Int) {
        microseconds = Syscall.steadyMicroseconds() + Int64(milliseconds) * 1000
    }

    /// Returns true when `descriptor` is ready, false when the time is over.
    func wait(for readiness: Readiness, on descriptor: borrowing Descriptor) throws(Errno) -> Bool {
        let events = readiness == .read ? POLLIN : POLLOUT
        var entry = pollfd(fd: descriptor.number, events: Int16(events), revents: 0)
        while true {
            let left = (microseconds - Syscall.steadyMicroseconds() + 999) / 1000
            guard left > 0 else { return false }
            let ready = poll(&entry, 1, CInt(clamping: left))
            if ready > 0 { return true }
            guard ready == 0 || errno == EINTR else { throw .last }
        }
    }
}
