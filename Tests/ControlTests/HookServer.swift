import Dispatch
import Glibc
import Testing

/// Answers one HTTP request on loopback, whatever it says.
final class HookServer: Sendable {
    let port: Int
    private let descriptor: Int32
    private let body: String

    init(body: String) throws {
        self.body = body
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(descriptor >= 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = descriptor
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(socket, address, length) == 0 && listen(socket, 1) == 0
                    ? getsockname(socket, address, &length) : -1
            }
        }
        try #require(code == 0)
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit {
        close(descriptor)
    }

    /// The request, once it has been answered; waits ten seconds for it at most.
    func serve() async throws -> String {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [self] in
                continuation.resume(returning: exchange())
            }
        }
    }

    private func exchange() -> String {
        var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&wait, 1, 10_000) == 1 else { return "" }
        let peer = accept(descriptor, nil, nil)
        guard peer >= 0 else { return "" }
        defer { close(peer) }
        var text = ""
        var chunk = [UInt8](repeating: 0, count: 4096)
        // The event ends the request, and with a brace.
        while !text.hasSuffix("}") {
            let count = recv(peer, &chunk, chunk.count, 0)
            guard count > 0 else { return text }
            text += String(decoding: chunk[..<count], as: UTF8.self)
        }
        let answer = Array(
            ("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n"
                + body).utf8)
        _ = send(peer, answer, answer.count, Int32(MSG_NOSIGNAL))
        return text
    }
}
