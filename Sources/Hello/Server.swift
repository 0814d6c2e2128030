import Glibc
import Synchronization

/// Accepts connections, gives each a thread, and knows which of them are idle.
final class Server: Sendable {
    /// More than these wait in the listen queue.
    static let connectionsMax = 1024

    let settings: Settings
    private let state = Mutex(State())

    private struct State {
        /// Every open connection, and whether it waits for a request.
        var isIdle: [Int32: Bool] = [:]
        var answered = 0
        var isDraining = false
    }

    init(settings: Settings) {
        self.settings = settings
    }

    /// A listening socket; `nil`, with a message, when the port cannot be had.
    func listen() -> Int32? {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = settings.port.bigEndian
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard bound == 0, Glibc.listen(listener, SOMAXCONN) == 0 else {
            let reason = String(cString: strerror(errno))
            say("can't listen on port \(settings.port): \(reason)")
            return nil
        }
        return listener
    }

    /// Serves what comes to `listener` until it is shut down.
    func accept(from listener: Int32) {
        Thread.start { [self] in
            while true {
                let socket = Glibc.accept(listener, nil, nil)
                if socket >= 0 {
                    serve(socket)
                } else if errno != EINTR && errno != ECONNABORTED {
                    // Out of descriptors for a moment, or shut down.
                    if state.withLock(\.isDraining) || errno == EINVAL { return }
                    usleep(10_000)
                }
            }
        }
    }

    private func serve(_ socket: Int32) {
        while state.withLock({ $0.isIdle.count >= Server.connectionsMax }) { usleep(1000) }
        var yes: Int32 = 1
        setsockopt(
            socket, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        state.withLock { $0.isIdle[socket] = false }
        Thread.start { [self] in
            var connection = Connection(socket: socket, server: self)
            connection.serve()
            _ = state.withLock { $0.isIdle.removeValue(forKey: socket) }
            close(socket)
        }
    }

    /// Ends idle connections, and waits for the others; tells how many requests were answered.
    func drain(secondsMax: Int) -> Int {
        state.withLock { state in
            state.isDraining = true
            // What was received before is still read: nothing that reached us is lost.
            for (socket, isIdle) in state.isIdle where isIdle { shutdown(socket, Int32(SHUT_RD)) }
        }
        for _ in 0..<(secondsMax * 1000) {
            if state.withLock({ $0.isIdle.isEmpty }) { break }
            usleep(1000)
        }
        return state.withLock(\.answered)
    }

    /// Whether the connection should wait for another request.
    func becomesIdle(_ socket: Int32) -> Bool {
        state.withLock { state in
            state.isIdle[socket] = true
            return !state.isDraining
        }
    }

    func becomesBusy(_ socket: Int32) {
        state.withLock { $0.isIdle[socket] = false }
    }

    /// Counts an answer; tells whether it is the last of its connection.
    func answers() -> Bool {
        state.withLock { state in
            state.answered += 1
            return state.isDraining
        }
    }

    /// Forgets a connection that will never be answered, so that it delays nothing.
    func abandons(_ socket: Int32) {
        _ = state.withLock { $0.isIdle.removeValue(forKey: socket) }
    }
}

/// A detached thread with a small stack.
enum Thread {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    static func start(_ body: @escaping @Sendable () -> Void) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        pthread_attr_setstacksize(&attributes, 256 << 10)
        var thread = pthread_t()
        let boxed = Unmanaged.passRetained(Body(body))
        let code = pthread_create(
            &thread, &attributes,
            { pointer in
                guard let pointer else { return nil }
                Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run()
                return nil
            }, boxed.toOpaque())
        if code != 0 {
            say("no thread: \(String(cString: strerror(code)))")
            exit(1)
        }
    }
}
