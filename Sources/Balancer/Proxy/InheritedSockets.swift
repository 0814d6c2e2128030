internal import Loop
internal import Routing

/// A listening socket on its way from one process to the next.
struct ListeningSocket: Sendable {
    /// The descriptor's owner is who has this.
    let descriptor: CInt
    let worker: Int
    /// As the configuration has it.
    let address: String
    let port: UInt16

    init(descriptor: CInt, worker: Int, address: String, port: UInt16) {
        self.descriptor = descriptor
        self.worker = worker
        self.address = address
        self.port = port
    }

    /// Reads what `message` writes; `nil` when it is anything else.
    init?(message: String, descriptor: CInt) {
        let words = message.split(separator: " ")
        guard words.count == 4, words[0] == "listener", let worker = Int(words[1]),
            (0..<DataPlane.workersMax).contains(worker), let port = UInt16(words[3])
        else { return nil }
        self.init(
            descriptor: descriptor, worker: worker, address: String(words[2]), port: port)
    }

    var message: String { "listener \(worker) \(address) \(port)" }
}

/// The listening sockets of the process that came before this one.
///
/// They have been listening all the time: connections that wait at them are not lost.
package struct InheritedSockets: Sendable {
    private(set) var sockets: [ListeningSocket]

    package static let none = InheritedSockets([])

    init(_ sockets: [ListeningSocket]) {
        self.sockets = sockets
    }

    package var isEmpty: Bool { sockets.isEmpty }

    /// Each worker takes its predecessor's sockets, so there must be as many; `nil` without any.
    package var workers: Int? { sockets.map { $0.worker + 1 }.max() }

    /// Takes the sockets of a place, one for each of `workers`; `nil` when any is missing.
    mutating func take(_ listener: CompiledListener, workers: Int) -> [CInt]? {
        let found = sockets.filter { $0.address == listener.address && $0.port == listener.port }
        guard Set(found.map(\.worker)) == Set(0..<workers), found.count == workers else {
            return nil
        }
        sockets.removeAll { $0.address == listener.address && $0.port == listener.port }
        return found.sorted { $0.worker < $1.worker }.map(\.descriptor)
    }

    /// Closes those that nobody took.
    mutating func close() {
        for socket in sockets { Syscall.close(socket.descriptor) }
        sockets = []
    }
}
