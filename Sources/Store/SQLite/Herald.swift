import Dispatch
import Glibc
import Store
import Synchronization

/// Looks at the store when the turnstile changes, when a lease is due, and every now and then.
///
/// It rings the bell for what other processes committed, and has leases ended in time.
final class Herald: Sendable {
    // Safe from any thread: libdispatch serialises the calls on a source (`dispatch_source_cancel`,
    // `dispatch_source_set_timer`), and both constants are set before the sources run.
    nonisolated(unsafe) private let events: any DispatchSourceRead
    nonisolated(unsafe) private let timer: any DispatchSourceTimer

    /// Calls `look`, off the cooperative threads, whenever there may be something to see. It
    /// returns after how many milliseconds to look again, whatever happens.
    init(at turnstile: Turnstile, look: @escaping @Sendable () -> Int64) throws(StoreError) {
        let descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
        guard descriptor >= 0 else { throw .unavailable("inotify", errno: errno) }
        guard inotify_add_watch(descriptor, turnstile.path, UInt32(IN_ATTRIB)) >= 0 else {
            let code = errno
            close(descriptor)
            throw .unavailable("inotify of \(turnstile.path)", errno: code)
        }
        let queue = DispatchQueue(label: "teal.store.herald")
        events = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        // Safe as the constant that it becomes is.
        nonisolated(unsafe) let timer = DispatchSource.makeTimerSource(queue: queue)
        self.timer = timer
        let lookAgain = { @Sendable in
            timer.schedule(deadline: .now() + .milliseconds(Int(look())))
        }
        events.setEventHandler {
            Herald.drain(descriptor)
            lookAgain()
        }
        events.setCancelHandler { close(descriptor) }
        timer.setEventHandler(handler: lookAgain)
        timer.schedule(deadline: .now())
        events.activate()
        timer.activate()
    }

    deinit {
        events.cancel()
        timer.cancel()
    }

    /// What the events say does not matter: that there were some does.
    private static func drain(_ descriptor: Int32) {
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { buffer in
            while read(descriptor, buffer.baseAddress, buffer.count) > 0 {}
        }
    }
}
