import Foundation
import Synchronization

/// Says to every health check that all is well, on a thread of its own.
final class ProbeAnswerer: Sendable {
    let port: UInt16
    private let isEnded = Atomic(false)

    init() throws {
        let listener = try WireListener()
        port = listener.port
        Thread.detachNewThread { [self] in
            while !isEnded.load(ordering: .relaxed) {
                listener.accept(milliseconds: 50).map(ProbeAnswerer.answer)
            }
        }
    }

    func end() {
        isEnded.store(true, ordering: .relaxed)
    }

    private static func answer(_ probe: Wire) {
        while probe.received.firstRange(of: Array("\r\n\r\n".utf8)) == nil, probe.end == nil {
            guard probe.receive(milliseconds: 1000) else { return }
        }
        probe.send(Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8))
    }
}
