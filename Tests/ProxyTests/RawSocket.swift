import Foundation
import Glibc

/// A blocking TCP connection that gives up after a while instead of hanging a test.
final class RawSocket: Sendable {
    let descriptor: CInt

    static let timeoutSeconds = 20

    struct Failure: Error {
        let code: CInt
    }

    init(_ descriptor: CInt) {
        self.descriptor = descriptor
        var timeout = timeval(tv_sec: RawSocket.timeoutSeconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, size)
    }

    /// `host` is the last number of our own address, 127.0.0.x.
    convenience init(connectedTo port: UInt16, from host: UInt8 = 1) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if host != 1 {
            var own = RawSocket.loopback(0)
            own.sin_addr.s_addr = (0x7F00_0000 | in_addr_t(host)).bigEndian
            _ = withUnsafePointer(to: &own) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        var address = RawSocket.loopback(port)
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        self.init(descriptor)
        guard status == 0 else { throw Failure(code: errno) }
    }

    deinit {
        Glibc.close(descriptor)
    }

    static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        return address
    }

    func send(_ text: String) {
        send(Array(text.utf8))
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

    /// Some bytes; `nil` at the end, a throw when the peer reset the connection or is silent.
    func receive(max: Int = 65536) throws -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: max)
        let count = recv(descriptor, &bytes, max, 0)
        guard count >= 0 else { throw Failure(code: errno) }
        return count == 0 ? nil : Array(bytes[..<count])
    }

    /// Everything until the end.
    func receiveAll() throws -> String {
        var all: [UInt8] = []
        while let bytes = try receive() { all += bytes }
        return String(decoding: all, as: UTF8.self)
    }

    /// Ends our half.
    func endSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Makes the end of this socket a reset.
    func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        let size = socklen_t(MemoryLayout<linger>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, size)
    }
}

/// Reads messages from a socket, one after the other.
final class MessageReader {
    struct Message: Sendable {
        var start = ""
        var fields: [(name: String, value: String)] = []
        var body: [UInt8] = []

        var text: String { String(decoding: body, as: UTF8.self) }

        var status: Int { Int(start.split(separator: " ").dropFirst().first ?? "") ?? 0 }

        func field(_ name: String) -> String? {
            fields.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }

    private let socket: RawSocket
    private var buffer: [UInt8] = []

    init(_ socket: RawSocket) {
        self.socket = socket
    }

    /// The next message with its body; `nil` when the connection ended before one began.
    func next(hasBody: Bool = true) throws -> Message? {
        guard var message = try head() else { return nil }
        guard hasBody else { return message }
        if message.field("Transfer-Encoding") == "chunked" {
            message.body = try chunks()
        } else if let length = message.field("Content-Length").flatMap({ Int($0) }) {
            message.body = try take(length)
        } else if message.start.hasPrefix("HTTP/"), !(100..<200).contains(message.status),
            message.status != 204, message.status != 304
        {
            while let more = try socket.receive() { buffer += more }
            message.body = buffer
            buffer = []
        }
        return message
    }

    struct Truncated: Error {}

    private func head() throws -> Message? {
        let end = Array("\r\n\r\n".utf8)
        while buffer.firstRange(of: end) == nil {
            guard let more = try socket.receive() else {
                if buffer.isEmpty { return nil }
                throw Truncated()
            }
            buffer += more
        }
        guard let range = buffer.firstRange(of: end) else { throw Truncated() }
        let lines = String(decoding: buffer[..<range.lowerBound], as: UTF8.self)
            .components(separatedBy: "\r\n")
        buffer.removeSubrange(..<range.upperBound)
        var message = Message()
        message.start = lines[0]
        for line in lines.dropFirst() {
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            let value = line[colon...].dropFirst().trimmingCharacters(in: .whitespaces)
            message.fields.append((String(line[..<colon]), value))
        }
        return message
    }

    private func take(_ count: Int) throws -> [UInt8] {
        while buffer.count < count {
            guard let more = try socket.receive() else { throw Truncated() }
            buffer += more
        }
        defer { buffer.removeSubrange(..<count) }
        return Array(buffer[..<count])
    }

    private func chunks() throws -> [UInt8] {
        var body: [UInt8] = []
        while true {
            var line: [UInt8] = []
            while !line.ends(with: "\r\n".utf8) { line += try take(1) }
            let size = Int(String(decoding: line.dropLast(2), as: UTF8.self), radix: 16)
            guard let size else { throw Truncated() }
            body += try take(size)
            guard try take(2) == Array("\r\n".utf8) else { throw Truncated() }
            if size == 0 { return body }
        }
    }
}

extension [UInt8] {
    func ends(with suffix: String.UTF8View) -> Bool {
        self.suffix(suffix.count).elementsEqual(suffix)
    }
}
