internal import Synchronization

/// The workers in which requests wait for a place at a target of one group.
final class WaitingWorkers: Sendable {
    /// Bit n is worker n's; there are 64 at most.
    private let bits = Atomic<UInt64>(0)

    /// Returns whether the worker did not wait before.
    func enter(_ worker: Int) -> Bool {
        let bit: UInt64 = 1 << UInt64(worker)
        return bits.bitwiseOr(bit, ordering: .sequentiallyConsistent).oldValue & bit == 0
    }

    func leave(_ worker: Int) {
        bits.bitwiseAnd(~(1 << UInt64(worker)), ordering: .sequentiallyConsistent)
    }

    /// The one whose turn it is after `worker`, which is itself the last; `nil` when none waits.
    func next(after worker: Int) -> Int? {
        let bits = bits.load(ordering: .sequentiallyConsistent)
        guard bits != 0 else { return nil }
        let first = UInt64(worker + 1) % 64
        let turned = bits >> first | bits << ((64 - first) % 64)
        return (turned.trailingZeroBitCount + Int(first)) % 64
    }
}
