internal import Loop
internal import Model
internal import Routing

/// Sockets for the listeners that a table has and the one before it had not: one for each worker.
struct ListenerSockets {
    /// For each worker, by the listener's index in the table.
    private(set) var opened: [[Int: OpenedListener]]

    /// Opens them all, or none: the defect names the listener that cannot be had.
    init(
        _ table: RoutingTable, after current: RoutingTable?, workers: Int,
        inheriting inherited: inout InheritedSockets
    ) throws(ConfigurationDefect) {
        opened = Array(repeating: [:], count: workers)
        for (index, listener) in table.listeners.enumerated() {
            let isOpen = current?.listeners.contains { $0.isAt(listener) } ?? false
            guard !isOpen else { continue }
            do {
                if let taken = inherited.take(listener, workers: workers) {
                    try adopt(taken, index)
                } else {
                    try open(listener, index)
                }
            } catch {
                close()
                throw ConfigurationDefect(
                    "listeners[\(listener.name)]",
                    "cannot listen on \(listener.address) port \(listener.port): \(error)")
            }
        }
    }

    /// Each worker gets its predecessor's socket.
    private mutating func adopt(_ descriptors: [CInt], _ index: Int) throws(Errno) {
        let census = ClientCensus()
        for (worker, number) in descriptors.enumerated() {
            let descriptor = Descriptor(number)
            let port = try descriptor.localAddress().port
            opened[worker][index] = OpenedListener(
                descriptor: descriptor.release(), port: port, census: census)
        }
    }

    private mutating func open(_ listener: CompiledListener, _ index: Int) throws(Errno) {
        guard var address = SocketAddress(listener.address, port: listener.port) else {
            throw .invalid
        }
        // Sockets that share a port let strangers share it as well: somebody else's would take
        // a part of our connections. Who can have it alone is alone.
        let probe = try Descriptor.reserving(address)
        address = address.with(port: try probe.localAddress().port)
        _ = consume probe
        let census = ClientCensus()
        for worker in opened.indices {
            let descriptor = try Descriptor.listening(on: address, sharing: true)
            opened[worker][index] = OpenedListener(
                descriptor: descriptor.release(), port: address.port, census: census)
        }
    }

    /// Gives the sockets back, when nobody took them.
    mutating func close() {
        for listener in opened.flatMap(\.values) { Syscall.close(listener.descriptor) }
        opened = []
    }

    /// The port of each new listener, by its index.
    var ports: [Int: UInt16] {
        opened.first?.mapValues(\.port) ?? [:]
    }
}
