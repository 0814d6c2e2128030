internal import CLibev
internal import Glibc

/// One event loop, belonging to the thread that runs it.
///
/// Never touched from another thread; debug builds trap when it is. To reach it from elsewhere
/// use a `LoopThread`'s `perform`.
package final class Loop {
    let raw: OpaquePointer
    private let owner = pthread_self()
    private let clock: UnsafeMutablePointer<LoopClock>

    /// Epoll always, whatever the environment says: libev's io_uring backend aborts under load.
    package init() throws(Errno) {
        let flags = UInt32(EVBACKEND_EPOLL) | UInt32(EVFLAG_NOENV)
        guard let raw = ev_loop_new(flags) else { throw .last }
        self.raw = raw
        clock = .allocate(capacity: 1)
        clock.initialize(to: LoopClock())
        clock.pointee.start(on: raw)
    }

    deinit {
        ev_check_stop(raw, &clock.pointee.check)
        clock.deallocate()
        ev_loop_destroy(raw)
    }

    /// The steady clock when the current round of events began, in microseconds.
    package var microseconds: Int64 { clock.pointee.microseconds }

    /// Handles events until `stop`.
    package func run() {
        assertOwner()
        ev_run(raw, 0)
    }

    /// Makes `run` return after the current round of events.
    package func stop() {
        assertOwner()
        ev_break(raw, CInt(EVBREAK_ALL))
    }

    func assertOwner() {
        assert(pthread_equal(owner, pthread_self()) != 0, "a loop belongs to one thread")
    }
}

/// Reads the clock once a round, after the wait, so that handlers need not.
struct LoopClock {
    var check = ev_check()
    var microseconds = Syscall.steadyMicroseconds()

    mutating func start(on loop: OpaquePointer) {
        teal_check_init(&check) { watcher, _ in
            let clock = watcher.assumingMemoryBound(to: LoopClock.self)
            clock.pointee.microseconds = Syscall.steadyMicroseconds()
        }
        ev_check_start(loop, &check)
    }
}
