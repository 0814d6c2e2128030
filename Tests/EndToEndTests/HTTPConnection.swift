import Foundation

struct HTTPAnswer {
    var status: Int
    var body: String
    /// Whether the server said that it closes the connection.
    var closes: Bool
}

enum HTTPFailure: Error {
    case connect(String)
    case send(String)
    case receive(String)
    case cutShort(String)
    case malformed(String)
}

/// One blocking connection of a client that accepts no surprises.
final class HTTPConnection {
    private let descriptor: Int32
    private var buffer: [UInt8] = []

    init(port: UInt16, timeoutSeconds: Int = LoadClient.timeoutSeconds) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var timeout = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(
                descriptor, SOL_SOCKET, option, &timeout, socklen_t(MemoryLayout<timeval>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw HTTPFailure.connect(String(cString: strerror(errno))) }
    }

    deinit {
        close(descriptor)
    }

    /// Sends one request and reads its whole answer.
    func exchange(
        path: String = "/", body: String? = nil, close: Bool = false, key: String? = nil
    ) throws -> HTTPAnswer {
        var request = "\(body == nil ? "GET" : "POST") \(path) HTTP/1.1\r\nHost: localhost\r\n"
        if close { request += "Connection: close\r\n" }
        if let key { request += "Idempotency-Key: \(key)\r\n" }
        if let body { request += "Content-Length: \(body.utf8.count)\r\n" }
        request += "\r\n" + (body ?? "")
        try send(Array(request.utf8))
        return try answer()
    }

    private func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw HTTPFailure.send(String(cString: strerror(errno))) }
            sent += count
        }
    }

    private func answer() throws -> HTTPAnswer {
        let head = try readHead()
        let lines = head.split(separator: "\r\n").map(String.init)
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else {
            throw HTTPFailure.malformed(lines.first ?? "")
        }
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { throw HTTPFailure.malformed(line) }
            fields[line[..<colon].lowercased()] =
                line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        let body: [UInt8]
        if fields["transfer-encoding"]?.lowercased() == "chunked" {
            body = try readChunks()
        } else if let length = fields["content-length"].flatMap({ Int($0) }) {
            body = try read(length)
        } else {
            throw HTTPFailure.malformed("no framing: \(head)")
        }
        return HTTPAnswer(
            status: status, body: String(decoding: body, as: UTF8.self),
            closes: fields["connection"]?.lowercased() == "close")
    }

    private func readHead() throws -> String {
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let range = buffer.firstRange(of: end) {
                let head = String(decoding: buffer[..<range.lowerBound], as: UTF8.self)
                buffer.removeSubrange(..<range.upperBound)
                return head
            }
            try receive()
        }
    }

    private func readChunks() throws -> [UInt8] {
        var body: [UInt8] = []
        while true {
            let line = try readLine()
            guard let size = Int(line, radix: 16) else { throw HTTPFailure.malformed(line) }
            body += try read(size)
            guard try readLine().isEmpty else { throw HTTPFailure.malformed("chunk end") }
            if size == 0 { return body }
        }
    }

    private func readLine() throws -> String {
        let end = Array("\r\n".utf8)
        while true {
            if let range = buffer.firstRange(of: end) {
                let line = String(decoding: buffer[..<range.lowerBound], as: UTF8.self)
                buffer.removeSubrange(..<range.upperBound)
                return line
            }
            try receive()
        }
    }

    private func read(_ count: Int) throws -> [UInt8] {
        while buffer.count < count { try receive() }
        let bytes = Array(buffer.prefix(count))
        buffer.removeFirst(count)
        return bytes
    }

    private func receive() throws {
        var chunk = [UInt8](repeating: 0, count: 16_384)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count > 0 {
            buffer += chunk[..<count]
        } else if count == 0 {
            throw HTTPFailure.cutShort("\(buffer.count) bytes of an answer had come")
        } else {
            throw HTTPFailure.receive(String(cString: strerror(errno)))
        }
    }
}
