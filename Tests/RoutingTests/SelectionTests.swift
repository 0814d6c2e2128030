import Routing
import Testing

@Test func turnsGoRoundAmongTheHealthy() {
    var rotation = Rotation()
    #expect(rotation.next() == nil)
    rotation.refill(healthy: [true, false, true, true])
    #expect(!rotation.isOpen)
    #expect(
        (0..<6).map { _ in rotation.next() }.sorted { ($0 ?? 0) < ($1 ?? 0) } == [0, 0, 2, 2, 3, 3])
    #expect((0..<10).allSatisfy { _ in rotation.next(avoiding: 2) != 2 })
}

@Test func aGroupWithoutAHealthyTargetFailsOpen() {
    var rotation = Rotation(start: 5)
    rotation.refill(healthy: [false, false])
    #expect(rotation.isOpen)
    #expect(Set((0..<4).compactMap { _ in rotation.next() }) == [0, 1])
    rotation.refill(healthy: [])
    #expect(rotation.next() == nil)
    rotation.refill(healthy: [true])
    #expect(rotation.next(avoiding: 0) == 0)
}

@Test(arguments: [
    // Safe requests are tried again after a connection failed them.
    (true, UInt8(1), true, false, Failure.upstreamClosed, Attempt.Verdict.retry),
    (true, 2, true, false, .upstreamClosed, .retry),
    (true, 3, true, false, .upstreamClosed, .answer),
    (true, 1, true, false, .malformedResponse, .retry),
    // Others only when nothing of them left us.
    (false, 1, true, false, .upstreamClosed, .answer),
    (false, 1, true, false, .malformedResponse, .answer),
    (false, 1, false, false, .connectRefused, .retry),
    (false, 2, false, false, .connectRefused, .retry),
    (false, 3, false, false, .connectRefused, .answer),
    (true, 1, false, false, .connectTimedOut, .retry),
    (false, 3, false, false, .connectTimedOut, .answer),
    // What took its time once would do so again.
    (true, 1, true, false, .responseTimedOut, .answer),
    (true, 1, true, false, .deregistered, .answer),
    // Once a response has begun there is nothing to take back.
    (true, 1, true, true, .upstreamClosed, .cut),
    (true, 1, true, false, .clientGone, .cut),
])
func failuresAreJudged(
    isReplayable: Bool, tries: UInt8, hasSent: Bool, hasAnswered: Bool, failure: Failure,
    expected: Attempt.Verdict
) {
    var attempt = Attempt(isReplayable: isReplayable)
    attempt.tries = tries
    attempt.hasSent = hasSent
    attempt.hasAnswered = hasAnswered
    #expect(attempt.verdict(on: failure) == expected)
}

@Test func aSecondTryStaysInItsGroupOnlyWhileNothingWasSent() {
    var attempt = Attempt(isReplayable: true)
    #expect(attempt.mayStay)
    attempt.tries = 2
    #expect(attempt.mayStay)
    attempt.hasSent = true
    #expect(attempt.mayGoOn)
    #expect(!attempt.mayStay)
    attempt.hasSpoken = true
    #expect(!attempt.mayGoOn, "the client has seen an interim response")
    attempt = Attempt(isReplayable: true)
    attempt.isElsewhere = true
    #expect(!attempt.mayStay)
}

@Test func aFailuresStatusNamesItsParty() {
    for failure in Failure.allCases {
        switch failure.party {
        case .client: #expect((400..<500).contains(failure.status) || failure.status > 500)
        case .upstream: #expect(failure.status == 502 || failure.status == 504)
        case .ourselves: #expect(failure.status == 503 || failure.status == 500)
        }
        #expect(!failure.explanation.description.isEmpty)
    }
}

@Test func drainingEndsWithTheLastRequestOrTheDelay() {
    let draining = Draining(since: 1000, delaySeconds: 2)
    #expect(draining.verdict(inFlight: 0, at: 1000) == .done)
    #expect(draining.verdict(inFlight: 1, at: 2999) == .wait)
    #expect(draining.verdict(inFlight: 1, at: 3000) == .cut)
}
