import Glibc

/// One client's requests, answered one after another on the thread of its own.
struct Connection {
    /// A longer head is answered 431.
    static let headBytesMax = 16 << 10

    private let socket: Int32
    private let server: Server
    private var buffer = [UInt8](repeating: 0, count: 32 << 10)
    /// What was received and not yet used.
    private var unread = 0..<0

    init(socket: Int32, server: Server) {
        self.socket = socket
        self.server = server
    }

    mutating func serve() {
        while true {
            // While we drain, a request that was received before is still answered.
            if unread.isEmpty {
                let waits = server.becomesIdle(socket)
                guard waits || hasReceived() else { return finish() }
                guard receive() else { return finish() }
            }
            server.becomesBusy(socket)
            guard let length = headLength() else { return finish() }
            let bytes = buffer[unread.lowerBound..<(unread.lowerBound + length)]
            unread = (unread.lowerBound + length)..<unread.upperBound
            guard let head = RequestHead(bytes.dropLast(4)) else {
                _ = send(status: 400, body: "Not a request\n", closes: true)
                return finish()
            }
            if hangs(on: head) { hang() }
            guard let received = readBody(of: head) else { return finish() }
            guard answer(head, received: received) else { return finish() }
        }
    }

    // MARK: Reading

    private func hasReceived() -> Bool {
        var byte: UInt8 = 0
        return recv(socket, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) > 0
    }

    /// Reads more; false at the end, on an error, or when there is no room.
    private mutating func receive() -> Bool {
        if unread.isEmpty {
            unread = 0..<0
        } else if unread.upperBound == buffer.count {
            let kept = unread.count
            buffer.replaceSubrange(0..<kept, with: buffer[unread])
            unread = 0..<kept
        }
        let end = unread.upperBound
        guard end < buffer.count else { return false }
        while true {
            let count = buffer.withUnsafeMutableBytes { bytes in
                read(socket, bytes.baseAddress.map { $0 + end }, bytes.count - end)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            unread = unread.lowerBound..<(end + count)
            return true
        }
    }

    /// How long the next head is, its empty line included; `nil` when there is none.
    private mutating func headLength() -> Int? {
        var looked = 0
        while true {
            let bytes = buffer[unread]
            let end = Connection.endOfHead(bytes.dropFirst(max(0, looked - 3)))
            looked = end.map { $0 - bytes.startIndex } ?? bytes.count
            guard looked <= Connection.headBytesMax else {
                _ = send(status: 431, body: "The head is too long\n", closes: true)
                return nil
            }
            if end != nil { return looked }
            guard receive() else { return nil }
        }
    }

    private static func endOfHead(_ bytes: ArraySlice<UInt8>) -> Int? {
        var matched = 0
        let wanted: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
        for index in bytes.indices {
            matched = bytes[index] == wanted[matched] ? matched + 1 : bytes[index] == 0x0D ? 1 : 0
            if matched == wanted.count { return index + 1 }
        }
        return nil
    }

    /// Reads the body whole and tells its length; `nil` when it ends early or is malformed.
    private mutating func readBody(of head: RequestHead) -> Int? {
        if head.expectsContinue, head.body != .length(0) {
            guard write("HTTP/1.1 100 Continue\r\n\r\n") else { return nil }
        }
        switch head.body {
        case .length(let length): return skip(length) ? length : nil
        case .chunked: return skipChunks()
        }
    }

    private mutating func skip(_ count: Int) -> Bool {
        var left = count
        while true {
            let used = min(left, unread.count)
            unread = (unread.lowerBound + used)..<unread.upperBound
            left -= used
            if left == 0 { return true }
            guard receive() else { return false }
        }
    }

    private mutating func skipChunks() -> Int? {
        var total = 0
        while true {
            guard let line = readLine(),
                let size = Int(line.prefix { $0 != ";" && $0 != " " }, radix: 16), size >= 0
            else { return nil }
            if size == 0 { break }
            let (sum, overflows) = total.addingReportingOverflow(size)
            guard !overflows, skip(size), readLine() == "" else { return nil }
            total = sum
        }
        while let trailer = readLine() {
            if trailer.isEmpty { return total }
        }
        return nil
    }

    private mutating func readLine() -> String? {
        while true {
            if let end = buffer[unread].firstIndex(of: 0x0A) {
                let line = buffer[unread.lowerBound..<end].filter { $0 != 0x0D }
                unread = (end + 1)..<unread.upperBound
                return String(decoding: line, as: UTF8.self)
            }
            guard unread.count < 1024, receive() else { return nil }
        }
    }

    // MARK: Answering

    private func hangs(on head: RequestHead) -> Bool {
        switch server.settings.hang {
        case .never: false
        case .requests: head.path != "/health"
        case .everything: true
        }
    }

    private func hang() -> Never {
        server.abandons(socket)
        while true { pause() }
    }

    /// Whether another request may follow.
    private func answer(_ head: RequestHead, received: Int) -> Bool {
        let settings = server.settings
        var status = 200
        var body = "Hello from version \(settings.version)\n"
        if head.path == "/health" {
            status = settings.isUnhealthy ? 503 : 200
            body = settings.isUnhealthy ? "unhealthy\n" : "ok\n"
        } else {
            if settings.slowMilliseconds > 0 { usleep(settings.slowMilliseconds * 1000) }
            status = settings.failure ?? status
            if head.method == "POST" || head.method == "PUT" {
                body += "Received \(received) bytes\n"
            }
        }
        let closes = server.answers() || !head.keepsAlive
        return send(status: status, body: body, closes: closes, isHead: head.method == "HEAD")
            && !closes
    }

    private func send(
        status: Int, body: String, closes: Bool, isHead: Bool = false
    ) -> Bool {
        write(
            "HTTP/1.1 \(status) \(Connection.reason(of: status))\r\n"
                + "Content-Type: text/plain\r\nContent-Length: \(body.utf8.count)\r\n"
                + (closes ? "Connection: close\r\n\r\n" : "\r\n") + (isHead ? "" : body))
    }

    private static func reason(of status: Int) -> String {
        switch status {
        case 200: "OK"
        case 400: "Bad Request"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 503: "Service Unavailable"
        default: "Status"
        }
    }

    private func write(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = Glibc.write(
                    socket, bytes.baseAddress.map { $0 + sent }, bytes.count - sent)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }
    }

    /// Says that nothing more comes, and reads what the client still sends: closing with bytes
    /// unread would reset the connection and could take the last answer with it.
    private func finish() {
        shutdown(socket, Int32(SHUT_WR))
        var limit = timeval(tv_sec: 1, tv_usec: 0)
        setsockopt(
            socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var waste = [UInt8](repeating: 0, count: 4096)
        for _ in 0..<1024 where recv(socket, &waste, waste.count, 0) <= 0 { break }
    }
}
