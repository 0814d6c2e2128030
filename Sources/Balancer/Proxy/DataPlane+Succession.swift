internal import Loop
internal import Model
internal import Routing

/// A data plane takes over from the one of another process, and hands over to the next.
extension DataPlane {
    /// How long a successor waits for what its health checks find.
    package static let provingMilliseconds = 5000
    /// How long clients at rest may still send a request, to be told that it was the last: closing
    /// at once would cross with requests on their way.
    package static let handoverGraceMilliseconds: Int64 = 8000

    /// Copies of all listening sockets, for a successor; the caller closes them.
    nonisolated func listeningSockets() async -> [ListeningSocket] {
        var sockets: [ListeningSocket] = []
        for (index, copies) in await gather({ $0.copiesOfListeners() }).enumerated() {
            sockets += copies.map {
                ListeningSocket(
                    descriptor: $0.descriptor, worker: index, address: $0.address, port: $0.port)
            }
        }
        return sockets
    }

    /// Returns once every target that is probed has been probed, or the time is over.
    package nonisolated func proveTargets() async {
        let deadline = ContinuousClock.now + .milliseconds(DataPlane.provingMilliseconds)
        while board.health.values.contains(where: { $0.state == .initial }),
            ContinuousClock.now < deadline
        {
            try? await _Concurrency.Task.sleep(for: .milliseconds(10))
        }
    }

    /// Begins to accept what waits at inherited sockets.
    package nonisolated func beginAccepting() async {
        _ = await gather { $0.beginAccepting() }
    }
}

extension Worker {
    /// Descriptors of their own for the listening sockets, with the places that they listen at.
    func copiesOfListeners() -> [(descriptor: CInt, address: String, port: UInt16)] {
        listeners.filter { !$0.pointee.isLeaving }.compactMap { listener in
            guard let copy = try? Descriptor.duplicate(of: listener.pointee.descriptor) else {
                return nil
            }
            let compiled = listener.pointee.compiled
            return (copy.release(), compiled.address, compiled.port)
        }
    }

    /// Inherited sockets were left alone until now.
    func beginAccepting() {
        isHolding = false
        for listener in listeners where !listener.pointee.isLeaving { startAccepting(listener) }
    }
}
