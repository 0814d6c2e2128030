import Loop
import Synchronization

/// Answers every request on a free port of 127.0.0.1 with one status, until it is ended.
final class StubTarget: Sendable {
    let port: UInt16
    private let log: StubLog
    private let thread: LoopThread<StubListener>

    init(status: Int) throws {
        let log = StubLog()
        let port = Mutex<UInt16>(0)
        thread = try LoopThread(name: "stub") { loop in
            guard let any = SocketAddress("127.0.0.1", port: 0) else { throw Errno.invalid }
            let listener = try Descriptor.listening(on: any)
            let address = try listener.localAddress()
            port.withLock { $0 = address.port }
            return StubListener(loop, listener.release(), status, log)
        }
        self.log = log
        self.port = port.withLock { $0 }
    }

    /// The requests that came, in order.
    var requests: [String] { log.requests.withLock { $0 } }

    /// Returns when nobody listens any more.
    func end() {
        thread.stop()
        thread.join()
    }
}

private final class StubLog: Sendable {
    let requests = Mutex<[String]>([])
}

/// The listener and its connections, on the thread that they live on.
private final class StubListener {
    private let loop: Loop
    private let number: CInt
    private let status: Int
    private let log: StubLog
    private var watcher: Watcher?
    private var connections: [CInt: StubConnection] = [:]

    init(_ loop: Loop, _ number: CInt, _ status: Int, _ log: StubLog) {
        self.loop = loop
        self.number = number
        self.status = status
        self.log = log
        watcher = loop.watch(number: number, for: .read) { [unowned self] _ in accept() }
    }

    deinit {
        watcher = nil
        Syscall.close(number)
    }

    private func accept() {
        while case .connection(let accepted, _) = Syscall.accept(number) {
            connections[accepted] = StubConnection(loop, accepted) { [unowned self] request in
                if let request {
                    log.requests.withLock { $0.append(request) }
                    let answer = Array("HTTP/1.1 \(status) Status\r\n\r\n".utf8)
                    answer.withUnsafeBytes { bytes in
                        guard let start = bytes.baseAddress else { return }
                        _ = Syscall.send(accepted, start, count: bytes.count)
                    }
                }
                connections[accepted] = nil
            }
        }
    }
}

/// One connection: its first bytes, or none.
private final class StubConnection {
    private let number: CInt
    private var watcher: Watcher?

    init(_ loop: Loop, _ number: CInt, onRequest: @escaping (String?) -> Void) {
        self.number = number
        watcher = loop.watch(number: number, for: .read) { _ in
            var buffer = [UInt8](repeating: 0, count: 1024)
            let received = Syscall.receive(number, into: &buffer, count: buffer.count)
            guard case .moved(let count) = received, count > 0 else { return onRequest(nil) }
            onRequest(String(decoding: buffer[..<count], as: UTF8.self))
        }
    }

    deinit {
        watcher = nil
        Syscall.close(number)
    }
}
