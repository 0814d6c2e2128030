import Dispatch
import Glibc
import Synchronization
import Testing

/// A connection that speaks HTTP/1.1 by hand, and gives up after ten seconds without an answer.
final class Client: Sendable {
    private let descriptor: Int32
    private let unread = Mutex<[UInt8]>([])

    struct Answer: Sendable {
        let status: Int
        let body: String
    }

    struct Refused: Error {}

    init(port: Int) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.descriptor = descriptor
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = try #require(UInt16(exactly: port)).bigEndian
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw Refused() }
    }

    deinit {
        close(descriptor)
    }

    func send(_ text: String) throws {
        var rest = text.utf8.map(\.self)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            try #require(count > 0)
            rest = rest.dropFirst(count)
        }
    }

    /// Sends `text` and reads one answer, whose body has the length that it says.
    func ask(_ text: String, isHead: Bool = false) async throws -> Answer {
        try send(text)
        return try await blocking { [self] in
            try unread.withLock { try answer(from: &$0, isHead: isHead) }
        }
    }

    /// Whether the other side has said that nothing more comes; waits for it to say something.
    func isClosed() async throws -> Bool {
        try await blocking { [self] in
            try unread.withLock { try $0.isEmpty && !receive(into: &$0) }
        }
    }

    private func answer(from unread: inout [UInt8], isHead: Bool) throws -> Answer {
        let end: [UInt8] = [13, 10, 13, 10]
        while unread.firstRange(of: end) == nil { try mustReceive(into: &unread) }
        let headEnd = try #require(unread.firstRange(of: end)).upperBound
        let lines = String(decoding: unread[..<headEnd], as: UTF8.self).split(separator: "\r\n")
        let status = try #require(lines.first?.split(separator: " ").dropFirst().first)
        let length = lines.first { $0.lowercased().hasPrefix("content-length: ") }
        let count = isHead ? 0 : try #require(length.flatMap { Int($0.dropFirst(16)) })
        while unread.count < headEnd + count { try mustReceive(into: &unread) }
        let body = String(decoding: unread[headEnd..<(headEnd + count)], as: UTF8.self)
        unread.removeFirst(headEnd + count)
        return Answer(status: try #require(Int(status)), body: body)
    }

    private func mustReceive(into unread: inout [UInt8]) throws {
        let received = try receive(into: &unread)
        try #require(received)
    }

    private func receive(into unread: inout [UInt8]) throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        try #require(count >= 0)
        unread += chunk[..<count]
        return count > 0
    }
}

/// Runs what blocks on a thread of its own: those of async code are few, and the agent needs them.
func blocking<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
) async throws -> Value {
    let result = await withCheckedContinuation { continuation in
        DispatchQueue.global().async { continuation.resume(returning: Result { try body() }) }
    }
    return try result.get()
}
