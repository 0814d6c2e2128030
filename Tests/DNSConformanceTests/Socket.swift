import Glibc

/// A socket that is connected to the target, and so hears only what comes from its address.
///
/// It blocks, for ten seconds at most.
final class Socket {
    private let number: CInt

    struct Failure: Error {
        let code = errno
    }

    init(_ target: Target, type: __socket_type) throws {
        let isIPv6 = target.address.contains(":")
        number = socket(isIPv6 ? AF_INET6 : AF_INET, CInt(type.rawValue), 0)
        guard number >= 0 else { throw Failure() }
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            var timeout = timeval(tv_sec: 10, tv_usec: 0)
            setsockopt(
                number, SOL_SOCKET, option, &timeout, socklen_t(MemoryLayout<timeval>.size))
        }
        let status = isIPv6 ? connectIPv6(target) : connectIPv4(target)
        guard status == 0 else { throw Failure() }
    }

    deinit { close(number) }

    private func connectIPv4(_ target: Target) -> CInt {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = target.port.bigEndian
        inet_pton(AF_INET, target.address, &address.sin_addr)
        return connect(&address)
    }

    private func connectIPv6(_ target: Target) -> CInt {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = target.port.bigEndian
        inet_pton(AF_INET6, target.address, &address.sin6_addr)
        return connect(&address)
    }

    private func connect<Address>(_ address: inout Address) -> CInt {
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(number, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }

    /// False when the other side is gone.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        Glibc.send(number, bytes, bytes.count, CInt(MSG_NOSIGNAL)) == bytes.count
    }

    func endSending() { shutdown(number, CInt(SHUT_WR)) }

    /// Up to `count` bytes; empty when the other side has ended, `nil` when nothing came in time.
    func receive(_ count: Int = 65_535, isWaiting: Bool = true) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: count)
        let received = recv(number, &buffer, count, isWaiting ? 0 : CInt(MSG_DONTWAIT))
        if received < 0 { return errno == ECONNRESET ? [] : nil }
        return Array(buffer[..<received])
    }
}

/// A client over UDP.
struct UDPClient {
    let socket: Socket

    init(_ target: Target) throws {
        socket = try Socket(target, type: SOCK_DGRAM)
    }

    /// The reply to `query`; `nil` when none came.
    func ask(_ query: Query) throws -> Reply? {
        try ask(query.bytes)
    }

    func ask(_ bytes: [UInt8]) throws -> Reply? {
        socket.send(bytes)
        while let reply = socket.receive() {
            // A late reply to an earlier query is passed over.
            if reply.prefix(2) == bytes.prefix(2) { return try Reply(reply) }
        }
        return nil
    }
}

/// A client over TCP.
struct TCPClient {
    let socket: Socket

    init(_ target: Target) throws {
        socket = try Socket(target, type: SOCK_STREAM)
    }

    /// The next message; `nil` when the connection ended or nothing came in time.
    func receive() throws -> Reply? {
        guard let head = read(2) else { return nil }
        return try read(Int(head[0]) << 8 | Int(head[1])).map { try Reply($0) }
    }

    func ask(_ query: Query) throws -> Reply? {
        socket.send(query.framed)
        return try receive()
    }

    private func read(_ count: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        while bytes.count < count {
            guard let more = socket.receive(count - bytes.count), !more.isEmpty else { return nil }
            bytes += more
        }
        return bytes
    }
}
