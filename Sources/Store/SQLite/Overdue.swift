/// Decides when leases that are due are ended: at the second look that did not have to wait.
///
/// While the disk is slow or a stopped process holds the lock, nobody can renew. Between the two
/// looks the lock is free, and whoever wanted to renew does.
struct Overdue {
    static let pauseMin: Duration = .milliseconds(100)
    /// After which to look again.
    static let pauseMilliseconds: Int64 = 150
    /// A look that waited longer does not count.
    static let waitMax: Duration = .milliseconds(100)

    private var found: (due: Int64, moment: ContinuousClock.Instant)?

    /// Returns the time at which leases must have been due already to be ended now.
    mutating func look(
        _ due: Int64, askedAt asked: ContinuousClock.Instant,
        at moment: ContinuousClock.Instant = .now
    ) -> Int64? {
        guard moment - asked <= Overdue.waitMax else {
            found = nil
            return nil
        }
        guard let before = found else {
            found = (due, moment)
            return nil
        }
        guard moment - before.moment >= Overdue.pauseMin else { return nil }
        found = nil
        return before.due
    }
}
