internal import Dispatch
internal import Foundation
internal import Loop
internal import Synchronization

/// Hands this process's listening sockets to its successor, which asks for them at a path.
///
/// The successor asks, gets every socket, proves itself, accepts, and says that it is ready: only
/// then is `succeeded` called, once. A successor that fails before changes nothing: the sockets
/// were here all the time.
package final class Handover: Sendable {
    /// How long a successor may take from one message to the next.
    static let patienceSeconds = 60

    private let listener: Descriptor
    private let plane: DataPlane
    private let succeeded: @Sendable () -> Void
    private let isOver = Mutex(false)

    /// Throws when nothing can listen at `path`.
    package init(
        path: String, plane: DataPlane, succeeded: @escaping @Sendable () -> Void
    ) throws {
        listener = try Descriptor.listening(atPath: path)
        self.plane = plane
        self.succeeded = succeeded
    }

    /// Serves on a thread of its own, until a successor was found or `end`.
    package func start() {
        Thread.detachNewThread { [self] in
            while !isOver.withLock(\.self) {
                guard let successor = try? listener.acceptLocal() else { return }
                if (try? hand(to: successor)) == true { isOver.withLock { $0 = true } }
            }
        }
    }

    package func end() {
        isOver.withLock { $0 = true }
        listener.endWaiting()
    }

    /// Whether the successor took everything and is ready.
    private func hand(to successor: borrowing Descriptor) throws -> Bool {
        successor.limitWaiting(seconds: Handover.patienceSeconds)
        guard try successor.receiveMessage()?.text == Handover.request else { return false }
        let sockets = listeningSockets()
        defer { for socket in sockets { Syscall.close(socket.descriptor) } }
        for socket in sockets {
            try successor.send(message: socket.message, with: socket.descriptor)
        }
        try successor.send(message: Handover.end)
        guard try successor.receiveMessage()?.text == Handover.ready else { return false }
        succeeded()
        try? successor.send(message: Handover.farewell)
        return true
    }

    /// Waits for all workers; this thread is nobody else's.
    private func listeningSockets() -> [ListeningSocket] {
        let answer = Mutex<[ListeningSocket]>([])
        let done = DispatchSemaphore(value: 0)
        _Concurrency.Task { [plane] in
            let sockets = await plane.listeningSockets()
            answer.withLock { $0 = sockets }
            done.signal()
        }
        done.wait()
        return answer.withLock(\.self)
    }

    static let request = "take"
    static let end = "end"
    static let ready = "ready"
    static let farewell = "yours"
}
