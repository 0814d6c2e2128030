internal import Synchronization

/// The requests that one target may have at one time, counted by all workers together.
final class TargetPlaces: Sendable {
    private let taken = Atomic<Int>(0)

    /// Takes a place, unless `most` are taken.
    ///
    /// Sequentially consistent, as are `give` and `WaitingWorkers`: who finds no place, says so and
    /// looks once more cannot miss one that is given back meanwhile.
    func take(upTo most: Int) -> Bool {
        let count = taken.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue
        guard count > most else { return true }
        give()
        return false
    }

    func give() {
        taken.wrappingSubtract(1, ordering: .sequentiallyConsistent)
    }
}
