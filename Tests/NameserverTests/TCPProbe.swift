import Glibc
import Loop
import Naming

/// A client over TCP that sends what a well-behaved one would not.
///
/// It blocks, for five seconds at most.
struct TCPProbe: ~Copyable {
    private let socket: Descriptor
    private var framing = MessageFraming()

    enum Ending: Error {
        /// The server closed the connection.
        case closed
        case timedOut
        case failed(Errno)
    }

    init(port: UInt16) throws {
        guard let address = SocketAddress("127.0.0.1", port: port) else { throw Errno.invalid }
        socket = try Descriptor.connecting(to: address)
    }

    func send(_ bytes: [UInt8]) throws {
        try wait(POLLOUT)
        guard case .moved(bytes.count) = Syscall.send(socket.number, bytes, count: bytes.count)
        else { throw Errno.brokenPipe }
    }

    func endSending() { Syscall.shutdownWriting(socket.number) }

    /// The next whole message.
    mutating func receive() throws -> DNSMessage {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            if let message = try framing.next(limit: DNSMessage.bytesMax) {
                return try DNSMessage(decoding: message)
            }
            try wait(POLLIN)
            switch Syscall.receive(socket.number, into: &buffer, count: buffer.count) {
            case .moved(0): throw Ending.closed
            case .moved(let count): framing.append(buffer[..<count])
            case .blocked: continue
            case .failed(.connectionReset): throw Ending.closed
            case .failed(let errno): throw Ending.failed(errno)
            }
        }
    }

    private func wait(_ events: CInt) throws {
        var entry = pollfd(fd: socket.number, events: Int16(events), revents: 0)
        guard poll(&entry, 1, 5000) > 0 else { throw Ending.timedOut }
    }
}

extension DNSMessage {
    /// A query as a client sends it over TCP.
    static func framedQuery(_ name: String, _ type: RecordType = .a, id: UInt16 = 1) throws
        -> [UInt8]
    {
        var writer = DNSWriter()
        let question = Question(name: try DNSName(name), type: type)
        DNSMessage(asking: question, id: id).encode(into: &writer)
        return MessageFraming.framed(writer.bytes)
    }
}
