import Testing

@testable import SQLiteStore

/// When leases that are due are ended.
@Suite struct OverdueTests {
    private let start = ContinuousClock.now

    private func at(_ milliseconds: Int) -> ContinuousClock.Instant {
        start + .milliseconds(milliseconds)
    }

    @Test func endsAtTheSecondLookWhatWasDueAtTheFirst() {
        var overdue = Overdue()
        #expect(overdue.look(1000, askedAt: at(0), at: at(0)) == nil)
        #expect(overdue.look(1050, askedAt: at(99), at: at(99)) == nil)
        #expect(overdue.look(1100, askedAt: at(100), at: at(100)) == 1000)
        #expect(overdue.look(1200, askedAt: at(200), at: at(200)) == nil)
    }

    @Test func beginsAgainAfterAWait() {
        var overdue = Overdue()
        #expect(overdue.look(1000, askedAt: at(0), at: at(0)) == nil)
        #expect(overdue.look(3000, askedAt: at(150), at: at(251)) == nil)
        #expect(overdue.look(3150, askedAt: at(400), at: at(400)) == nil)
        #expect(overdue.look(3300, askedAt: at(550), at: at(650)) == 3150)
    }
}
