internal import Loop
internal import Routing

/// The admin server's side on its loop: a few short connections.
final class AdminListener {
    /// Connections at once; more are closed.
    private static let connectionsMax = 64
    private static let timeoutMilliseconds = 30_000
    private static let requestBytesMax = 16 * 1024

    let port: UInt16
    private let loop: Loop
    private let listener: Descriptor
    private let ask: (Int, String) -> Void
    private var watcher: Watcher?
    private var connections: [Int: Connection] = [:]
    private var nextNumber = 0

    private final class Connection {
        let descriptor: Descriptor
        var watcher: Watcher?
        var timer: Timer?
        var request: [UInt8] = []
        var answer: [UInt8] = []
        var isAsked = false

        init(_ descriptor: consuming Descriptor) {
            self.descriptor = descriptor
        }

        deinit {
            watcher = nil
            timer = nil
        }
    }

    /// Calls `ask` with a connection's number and the path it asks for.
    init(
        _ loop: Loop, _ address: SocketAddress, ask: @escaping (Int, String) -> Void
    ) throws(Errno) {
        self.loop = loop
        self.ask = ask
        listener = try Descriptor.listening(on: address)
        port = try listener.localAddress().port
        watcher = loop.watch(listener, for: .read) { [unowned self] _ in accept() }
    }

    deinit {
        watcher = nil
        connections = [:]
    }

    private func accept() {
        guard let descriptor = try? listener.accept() else { return }
        guard connections.count < AdminListener.connectionsMax else { return }
        let number = nextNumber
        nextNumber += 1
        let connection = Connection(descriptor)
        connections[number] = connection
        connection.watcher = loop.watch(
            number: connection.descriptor.number, for: .read
        ) { [unowned self] _ in isReady(number) }
        connection.timer = loop.timer { [unowned self] in connections[number] = nil }
        connection.timer?.set(milliseconds: AdminListener.timeoutMilliseconds)
    }

    private func isReady(_ number: Int) {
        guard let connection = connections[number] else { return }
        if connection.answer.isEmpty {
            receive(number, connection)
        } else {
            send(number, connection)
        }
    }

    private func receive(_ number: Int, _ connection: Connection) {
        var bytes = [UInt8](repeating: 0, count: 4096)
        switch Syscall.receive(connection.descriptor.number, into: &bytes, count: bytes.count) {
        case .moved(0), .failed: connections[number] = nil
        case .blocked: break
        case .moved(let count):
            connection.request += bytes[..<count]
            guard connection.request.count <= AdminListener.requestBytesMax else {
                connections[number] = nil
                return
            }
            guard !connection.isAsked else { return }
            read(number, connection)
        }
    }

    private func read(_ number: Int, _ connection: Connection) {
        let limits = HeadLimits()
        let path = withUnsafeTemporaryAllocation(of: Field.self, capacity: limits.fieldsMax + 1) {
            fields in
            connection.request.withUnsafeBytes { bytes in
                Result { () throws(HeadStop) in
                    let head = try RequestHead.parse(bytes, into: fields, limits: limits)
                    return String(decoding: head.target.of(bytes), as: UTF8.self)
                }
            }
        }
        switch path {
        case .success(let path):
            connection.isAsked = true
            ask(number, path)
        case .failure(.incomplete): break
        case .failure(.invalid): connections[number] = nil
        }
    }

    /// Sends the answer and closes.
    func answer(_ number: Int, _ answer: AdminAnswer) {
        guard let connection = connections[number] else { return }
        connection.answer = answer.bytes
        send(number, connection)
    }

    private func send(_ number: Int, _ connection: Connection) {
        let transfer = connection.answer.withUnsafeBytes { bytes in
            bytes.baseAddress.map {
                Syscall.send(connection.descriptor.number, $0, count: bytes.count)
            }
        }
        guard case .moved(let count) = transfer else {
            if case .blocked = transfer {
                connection.watcher?.interest = .write
            } else {
                connections[number] = nil
            }
            return
        }
        connection.answer.removeFirst(count)
        if connection.answer.isEmpty {
            connections[number] = nil
        } else {
            connection.watcher?.interest = .write
        }
    }
}
