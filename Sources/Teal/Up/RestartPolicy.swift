/// When a process that died is started again: at once, unless it keeps dying.
///
/// Pure: times are milliseconds of any steady clock.
struct RestartPolicy: Equatable {
    /// A process that lived this long has proven itself.
    static let provenMilliseconds: Int64 = 10_000
    static let delayFirstMilliseconds: Int64 = 100
    static let delayMaxMilliseconds: Int64 = 5_000

    private var failuresInARow = 0

    /// The pause before the next start of a process that lived `milliseconds`.
    mutating func delay(afterLiving milliseconds: Int64) -> Int64 {
        if milliseconds >= RestartPolicy.provenMilliseconds { failuresInARow = 0 }
        defer { failuresInARow += 1 }
        guard failuresInARow > 0 else { return 0 }
        let doublings = min(failuresInARow - 1, 10)
        return min(
            RestartPolicy.delayFirstMilliseconds << Int64(doublings),
            RestartPolicy.delayMaxMilliseconds)
    }
}
