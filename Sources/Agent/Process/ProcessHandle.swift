import CLinux
import Dispatch
import Glibc

/// One process, whatever becomes of its number: to wait for and to signal.
final class ProcessHandle: Sendable {
    private let descriptor: Int32
    let pid: pid_t

    /// `nil` when there is no such process.
    init?(_ pid: pid_t) {
        let descriptor = clinux_pidfd_open(pid, 0)
        guard descriptor >= 0 else { return nil }
        self.descriptor = descriptor
        self.pid = pid
    }

    /// `nil` when that very process does not run any more.
    convenience init?(_ identity: ProcessIdentity) {
        self.init(identity.pid)
        // Opened first, looked at then: from here on the number cannot become another's.
        guard identity.isAlive else { return nil }
    }

    deinit {
        close(descriptor)
    }

    /// Sends `signal`; a process that has ended takes no harm.
    func signal(_ signal: Int32) {
        _ = clinux_pidfd_send_signal(descriptor, signal)
    }

    /// Returns when the process has ended, or with false when the task was cancelled before.
    func ended() async -> Bool {
        // The descriptor must outlive the source.
        let source = DispatchSource.makeReadSource(
            fileDescriptor: descriptor, queue: .global(qos: .userInitiated))
        let wait = SourceWait(source)
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in wait.start(continuation) }
        } onCancel: {
            wait.cancel()
        }
        return hasEnded
    }

    var hasEnded: Bool {
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&watched, 1, 0) > 0
    }

    /// Forgets a child that has ended; it is no error if it is not our child.
    func reap() {
        var status: Int32 = 0
        _ = waitpid(pid, &status, WNOHANG)
    }
}

/// Resumes a continuation once: when the source fires or is cancelled.
private struct SourceWait: Sendable {
    // DispatchSource is documented to be used from any thread; it only lacks the annotation.
    nonisolated(unsafe) private let source: any DispatchSourceRead

    init(_ source: any DispatchSourceRead) {
        self.source = source
    }

    func start(_ continuation: CheckedContinuation<Void, Never>) {
        source.setEventHandler { [source] in source.cancel() }
        source.setCancelHandler { continuation.resume() }
        source.activate()
    }

    func cancel() {
        source.cancel()
    }
}
