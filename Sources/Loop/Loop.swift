internal import CLibev
internal import Glibc

/// One event loop, belonging to the thread that runs it.
///
/// Never touched from another thread; debug builds trap when it is. To reach it from elsewhere
/// use a `LoopThread`'s `perform`.
@usableFromInline package final class Loop {
    let raw: OpaquePointer
    private let owner = pthread_self()
    private let clock: UnsafeMutablePointer<LoopClock>
    /// What the clock read last: by pointer, for every handler asks.
    @usableFromInline let time: UnsafeMutablePointer<LoopTime>

    /// Epoll always, whatever the environment says: libev's io_uring backend aborts under load.
    package init() throws(Errno) {
        let flags = UInt32(EVBACKEND_EPOLL) | UInt32(EVFLAG_NOENV)
        guard let raw = ev_loop_new(flags) else { throw .last }
        self.raw = raw
        time = .allocate(capacity: 1)
        clock = .allocate(capacity: 1)
        clock.initialize(to: LoopClock(time))
        clock.pointee.start(on: raw)
    }

    deinit {
        ev_check_stop(raw, &clock.pointee.check)
        clock.deallocate()
        time.deallocate()
        ev_loop_destroy(raw)
    }

    /// The steady clock when the current round of events began, in microseconds.
    @inlinable package var microseconds: Int64 { time.pointee.microseconds }

    /// The same in milliseconds.
    @inlinable package var milliseconds: Int64 { time.pointee.milliseconds }

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
    private let time: UnsafeMutablePointer<LoopTime>

    init(_ time: UnsafeMutablePointer<LoopTime>) {
        self.time = time
        time.initialize(to: LoopTime())
    }

    mutating func start(on loop: OpaquePointer) {
        teal_check_init(&check) { watcher, _ in
            let clock = watcher.assumingMemoryBound(to: LoopClock.self)
            clock.pointee.time.pointee = LoopTime()
        }
        ev_check_start(loop, &check)
    }
}

@usableFromInline struct LoopTime {
    @usableFromInline let microseconds = Syscall.steadyMicroseconds()
    @usableFromInline let milliseconds: Int64

    init() {
        milliseconds = microseconds / 1000
    }
}
