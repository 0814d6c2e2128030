import Glibc

/// One side of a TCP connection on loopback, with all that came in by it so far.
final class Wire {
    /// How the peer ended its half.
    enum End: String {
        case closed
        case reset
    }

    let descriptor: CInt
    private(set) var end: End?
    /// Received, and not yet accounted for.
    var received: [UInt8] = []

    struct Failure: Error {
        let call: String
        let code: CInt
    }

    init(_ descriptor: CInt) {
        self.descriptor = descriptor
        var timeout = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    }

    convenience init(connectedTo port: UInt16, at host: String = "127.0.0.1") throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(port)
        inet_pton(AF_INET, host, &address.sin_addr)
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        self.init(descriptor)
        guard status == 0 else { throw Failure(call: "connect", code: errno) }
    }

    deinit {
        Glibc.close(descriptor)
    }

    func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Takes what comes within the time; false when nothing did.
    @discardableResult
    func receive(milliseconds: Int, max: Int = 65_536) -> Bool {
        guard end == nil, isReadable(descriptor, milliseconds) else { return false }
        var bytes = [UInt8](repeating: 0, count: max)
        let count = recv(descriptor, &bytes, max, 0)
        if count > 0 {
            received += bytes[..<count]
        } else {
            end = count == 0 ? .closed : .reset
        }
        return true
    }

    func endSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Makes the end of this side a reset.
    func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }
}

/// A listening socket on loopback, any port.
final class WireListener: Sendable {
    let port: UInt16
    private let descriptor: CInt

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 128) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        guard isListening else { throw Wire.Failure(call: "listen", code: errno) }
    }

    deinit {
        Glibc.close(descriptor)
    }

    func accept(milliseconds: Int) -> Wire? {
        guard isReadable(descriptor, milliseconds) else { return nil }
        let connection = Glibc.accept(descriptor, nil, nil)
        return connection < 0 ? nil : Wire(connection)
    }
}

private func isReadable(_ descriptor: CInt, _ milliseconds: Int) -> Bool {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&waiting, 1, CInt(milliseconds)) > 0
}

private func loopback(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    return address
}
