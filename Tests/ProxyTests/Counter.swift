import Synchronization

/// A number that several threads count up.
final class Counter: Sendable {
    private let number = Atomic<Int>(0)

    var value: Int { number.load(ordering: .sequentiallyConsistent) }

    func add(_ amount: Int = 1) {
        number.add(amount, ordering: .sequentiallyConsistent)
    }
}
