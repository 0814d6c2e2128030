internal import Loop
internal import Routing
internal import Synchronization

/// Counts, health and the runtime view, for operators and their tools: one request a connection.
package final class AdminServer: Sendable {
    private let thread = Mutex<LoopThread<AdminListener>?>(nil)
    private let answer: @Sendable (String) async -> AdminAnswer

    package init(_ answer: @escaping @Sendable (String) async -> AdminAnswer) {
        self.answer = answer
    }

    /// Listens, and returns the port it has.
    package func start(address text: String, port: UInt16) throws -> UInt16 {
        guard let address = SocketAddress(text, port: port) else {
            throw ConfigurationDefect("adminAddress", "'\(text)' is no IP address")
        }
        let bound = Mutex(port)
        let started = try LoopThread(name: "admin") { [self] loop in
            let listener = try AdminListener(loop, address, ask: ask)
            let port = listener.port
            bound.withLock { $0 = port }
            return listener
        }
        thread.withLock { $0 = started }
        return bound.withLock { $0 }
    }

    package func stop() {
        guard let thread = thread.withLock({ $0.take() }) else { return }
        thread.stop()
        thread.join()
    }

    /// Asked on the listener's thread; the answer goes back there.
    private func ask(_ number: Int, _ path: String) {
        _Concurrency.Task {
            let answer = await answer(path)
            thread.withLock { $0 }?.perform { $0.answer(number, answer) }
        }
    }
}

/// What the admin listener says to a request.
package struct AdminAnswer: Sendable {
    let status: Int
    let contentType: StaticString
    let body: String

    package init(status: Int, contentType: StaticString = "text/plain", body: String) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    package static let gone = AdminAnswer(status: 503, body: "ended\n")
    package static let unknownPath = AdminAnswer(
        status: 404, body: "There is /metrics, /health, /traffic and /connections here.\n")

    /// Prometheus's text format.
    package static func metrics(_ text: String) -> AdminAnswer {
        AdminAnswer(
            status: 200, contentType: "text/plain; version=0.0.4; charset=utf-8", body: text)
    }

    var bytes: [UInt8] {
        let lines = [
            "HTTP/1.1 \(status) \(ReasonPhrase.of(status))", "Content-Type: \(contentType)",
            "Content-Length: \(body.utf8.count)", "Connection: close", "", body,
        ]
        return Array(lines.joined(separator: "\r\n").utf8)
    }
}

extension Balancer {
    func answer(_ path: String) async -> AdminAnswer {
        switch path {
        case "/metrics":
            return .metrics(await metrics())
        case "/health":
            return isReady
                ? AdminAnswer(status: 200, body: "ready\n")
                : AdminAnswer(status: 503, body: "fenced\n")
        default:
            return await plane.page(path) ?? .unknownPath
        }
    }
}
