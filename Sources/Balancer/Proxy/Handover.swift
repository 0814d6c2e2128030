internal import Dispatch
internal import Foundation
internal import Loop
internal import Routing
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
    private let command: @Sendable (String) async -> String
    private let succeeded: @Sendable () -> Void
    private let isOver = Mutex(false)

    /// Throws when nothing can listen at `path`. Who sends another message than a successor's is
    /// answered by `command`.
    package init(
        path: String, plane: DataPlane, command: @escaping @Sendable (String) async -> String,
        succeeded: @escaping @Sendable () -> Void
    ) throws {
        listener = try Descriptor.listening(atPath: path)
        self.plane = plane
        self.command = command
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
        guard let message = try successor.receiveMessage()?.text else { return false }
        guard message != Handover.cookieKey else {
            try successor.send(message: plane.cookieKey.withLock(\.self).hexadecimal)
            return false
        }
        guard message == Handover.request else {
            try successor.send(message: wait { [command] in await command(message) } ?? "")
            return false
        }
        let sockets = wait { [plane] in await plane.listeningSockets() } ?? []
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

    /// Blocks until there is an answer; this thread is nobody else's.
    private func wait<Answer: Sendable>(
        for question: @escaping @Sendable () async -> Answer
    ) -> Answer? {
        let answer = Mutex<Answer?>(nil)
        let done = DispatchSemaphore(value: 0)
        _Concurrency.Task {
            let found = await question()
            answer.withLock { $0 = found }
            done.signal()
        }
        done.wait()
        return answer.withLock(\.self)
    }

    static let request = "take"
    /// Asked on a connection of its own, for a process of an older version to refuse.
    static let cookieKey = "cookie-key"
    static let end = "end"
    static let ready = "ready"
    static let farewell = "yours"
}
