import Foundation
import Glibc
import Synchronization

/// A target on 127.0.0.1 that does with each connection what its script says, on a thread each.
final class ScriptedTarget: Sendable {
    typealias Script = @Sendable (RawSocket, _ connection: Int) throws -> Void

    let port: UInt16
    private let listener: CInt
    private let state = Mutex((accepted: 0, sockets: [Weak](), isStopped: false))

    private struct Weak: Sendable {
        weak let socket: RawSocket?
    }

    init(_ script: @escaping Script) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = RawSocket.loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 128) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        guard status else { throw RawSocket.Failure(code: errno) }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [self] in acceptAll(script) }
    }

    /// A target that answers every request with what `answer` makes of it.
    static func http(
        _ answer: @escaping @Sendable (MessageReader.Message) -> String
    ) throws -> ScriptedTarget {
        try ScriptedTarget { socket, _ in
            let reader = MessageReader(socket)
            while let request = try reader.next() { socket.send(answer(request)) }
        }
    }

    /// Connections accepted so far.
    var accepted: Int { state.withLock { $0.accepted } }

    /// Stops listening and ends every connection.
    func stop() {
        let sockets = state.withLock { state in
            state.isStopped = true
            return state.sockets.compactMap(\.socket)
        }
        shutdown(listener, Int32(SHUT_RDWR))
        for socket in sockets { shutdown(socket.descriptor, Int32(SHUT_RDWR)) }
    }

    private func acceptAll(_ script: @escaping Script) {
        while true {
            let descriptor = accept(listener, nil, nil)
            guard descriptor >= 0 else { break }
            let socket = RawSocket(descriptor)
            let number = state.withLock { state in
                state.sockets.append(Weak(socket: socket))
                state.accepted += 1
                return state.accepted
            }
            Thread.detachNewThread { try? script(socket, number) }
        }
        close(listener)
    }
}

/// A response with a length.
func response(_ body: String, status: String = "200 OK", _ fields: String = "") -> String {
    "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)"
}

/// A port that refuses connections: nothing has listened on it but for a moment.
func refusingPort() throws -> UInt16 {
    let target = try ScriptedTarget { _, _ in }
    defer { target.stop() }
    return target.port
}
