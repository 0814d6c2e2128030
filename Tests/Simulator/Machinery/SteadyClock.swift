import Synchronization

/// The time of a run: milliseconds since it began. Only the agenda moves it, and only forward.
final class SteadyClock: Sendable {
    private let milliseconds = Atomic<Int64>(0)

    var now: Int64 { milliseconds.load(ordering: .relaxed) }

    func advance(to instant: Int64) {
        precondition(instant >= now, "Time goes forward.")
        milliseconds.store(instant, ordering: .relaxed)
    }
}
