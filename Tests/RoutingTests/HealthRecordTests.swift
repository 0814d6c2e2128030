import Model
import Routing
import Testing

private let check = {
    var check = HealthCheck()
    check.intervalMilliseconds = 1000
    check.healthyThresholdCount = 3
    check.unhealthyThresholdCount = 2
    return check
}()

/// Feeds outcomes one interval apart; returns the state after each.
private func states(_ outcomes: [ProbeOutcome]) -> [TargetHealthState] {
    var record = HealthRecord()
    return outcomes.enumerated().map { index, outcome in
        let now = Instant(milliseconds: Int64(index) * 1000)
        _ = record.absorb(outcome, check, at: now)
        return record.state
    }
}

@Test(arguments: [
    ([ProbeOutcome.passed], [TargetHealthState.healthy]),
    ([.failed, .passed], [.initial, .healthy]),
    (
        [.failed, .failed, .passed, .passed, .passed],
        [.initial, .unhealthy, .unhealthy, .unhealthy, .healthy]
    ),
    (
        [.passed, .timedOut, .passed, .timedOut, .timedOut],
        [.healthy, .healthy, .healthy, .healthy, .unhealthy]
    ),
    (
        [.failed, .failed, .passed, .passed, .failed, .passed, .passed],
        [.initial, .unhealthy, .unhealthy, .unhealthy, .unhealthy, .unhealthy, .unhealthy]
    ),
])
func thresholdsAreKept(outcomes: [ProbeOutcome], expected: [TargetHealthState]) {
    #expect(states(outcomes) == expected)
}

@Test(arguments: [
    (
        ProbeOutcome.mismatch(status: 503), "Target.ResponseCodeMismatch",
        "Health checks failed with these codes: [503]"
    ),
    (.timedOut, "Target.Timeout", "Request timed out"),
    (.failed, "Target.FailedHealthChecks", "Health checks failed"),
])
func reasonsAreELBsOwn(outcome: ProbeOutcome, reason: String, description: String) {
    var record = HealthRecord()
    #expect(record.absorb(outcome, check, at: .zero) == nil)
    let health = record.absorb(outcome, check, at: Instant(milliseconds: 1000))
    #expect(
        health == TargetHealth(state: .unhealthy, reason: reason, description: description))
}

@Test func onlyNewsIsReported() {
    var record = HealthRecord()
    #expect(record.absorb(.passed, check, at: .zero)?.state == .healthy)
    #expect(record.absorb(.passed, check, at: Instant(milliseconds: 1000)) == nil)
    #expect(record.absorb(.failed, check, at: Instant(milliseconds: 2000)) == nil)
    #expect(record.absorb(.timedOut, check, at: Instant(milliseconds: 3000))?.state == .unhealthy)
    let another = record.absorb(.mismatch(status: 500), check, at: Instant(milliseconds: 4000))
    #expect(another?.reason == "Target.ResponseCodeMismatch")
}

@Test func aTargetThatIsStartingIsProbedSoonAndNotHeldToIt() {
    var record = HealthRecord()
    var now = Instant.zero
    var pauses: [Int] = []
    for _ in 0..<5 {
        #expect(record.absorb(.refused, check, at: now) == nil)
        pauses.append(record.pause(check))
        now = now.advanced(milliseconds: Int64(record.pause(check)))
    }
    #expect(pauses == [25, 50, 100, 200, 400])
    #expect(record.state == .initial)
    #expect(record.absorb(.passed, check, at: now)?.state == .healthy)
    #expect(record.pause(check) == 1000)
}

@Test func aTargetThatNeverStartsBecomesUnhealthy() {
    var record = HealthRecord()
    var now = Instant.zero
    var probes = 0
    while record.state == .initial, probes < 100 {
        _ = record.absorb(.refused, check, at: now)
        now = now.advanced(milliseconds: Int64(record.pause(check)))
        probes += 1
    }
    #expect(record.state == .unhealthy)
    #expect(now.milliseconds >= 2000 && now.milliseconds < 5000)
}

@Test(arguments: [
    ("200", [200], [201, 199]), ("200,202", [200, 202], [201]),
    ("200-299,404", [200, 299, 404], [300]),
])
func matchersAccept(text: String, accepted: [Int], refused: [Int]) throws {
    let matcher = try #require(StatusMatcher(text))
    #expect(accepted.allSatisfy { matcher.accepts($0) })
    #expect(!refused.contains { matcher.accepts($0) })
}

@Test(arguments: ["", "abc", "100", "200-", "299-200", "200,,202", "200-500", "1-2-3"])
func brokenMatchersAreRefused(text: String) {
    #expect(StatusMatcher(text) == nil)
}

@Test func realRequestsHastenTheVerdictButDoNotMakeIt() {
    var record = HealthRecord()
    // One that is not healthy anyway is probed as always.
    record.suspect()
    #expect(record.pause(check) == 1000)
    _ = record.absorb(.passed, check, at: Instant(milliseconds: 0))
    record.suspect()
    #expect(record.state == .healthy)
    #expect(record.pause(check) == HealthRecord.eagerMilliseconds)
    // A probe that passes clears it of the suspicion.
    _ = record.absorb(.passed, check, at: Instant(milliseconds: 10))
    #expect(record.pause(check) == 1000)
    record.suspect()
    #expect(record.absorb(.refused, check, at: Instant(milliseconds: 20)) == nil)
    #expect(record.pause(check) == HealthRecord.eagerMilliseconds)
    let verdict = record.absorb(.refused, check, at: Instant(milliseconds: 45))
    #expect(verdict?.state == .unhealthy)
    #expect(record.pause(check) == 1000)
}
