import Glibc
import Model

/// The time of day at the start, carried on by a clock that never goes back.
struct AnchoredClock: Sendable {
    private let anchor: Instant
    private let start = ContinuousClock.now

    init() {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        anchor = Instant(milliseconds: Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000)
    }

    var now: Instant {
        anchor.advanced(milliseconds: Int64((ContinuousClock.now - start) / .milliseconds(1)))
    }
}
