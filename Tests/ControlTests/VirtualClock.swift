import Model
import Synchronization

/// Time that passes when a test says so.
final class VirtualClock: Sendable {
    private let milliseconds = Mutex<Int64>(1_800_000_000_000)

    var now: Instant { Instant(milliseconds: milliseconds.withLock { $0 }) }

    func advance(to instant: Instant) {
        milliseconds.withLock { $0 = max($0, instant.milliseconds) }
    }
}
