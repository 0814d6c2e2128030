import Routing
import Testing

@Test func eachRequestIsCountedOnce() {
    var outcomes = TargetOutcomes()
    for status in [0, 101, 200, 299, 302, 404, 500, 599, 999] {
        outcomes.count(status: status, microseconds: 1000)
    }
    #expect((0..<6).map { outcomes.responses(ofClass: $0) } == [1, 1, 2, 1, 1, 3])
    for failure in TargetFailure.allCases { outcomes.count(failure) }
    #expect(outcomes.answered == 9)
    #expect(outcomes.failed == TargetFailure.allCases.count)
    // One of the answered is that whose response was not whole.
    #expect(outcomes.requests == 9 + TargetFailure.allCases.count - 1)
    var twice = outcomes
    twice.add(outcomes)
    #expect(twice.requests == 2 * outcomes.requests)
    #expect(twice.latencies.count == 18)
}

@Test(arguments: [
    (Failure.connectRefused, false, TargetFailure.connect),
    (.connectTimedOut, false, .connect), (.upstreamClosed, false, .reset),
    (.malformedResponse, false, .malformed), (.responseTimedOut, false, .timeout),
    (.deregistered, false, .deregistered), (.upstreamClosed, true, .incomplete),
    (.malformedResponse, true, .incomplete), (.responseTimedOut, true, .incomplete),
])
func failuresOfTargetsHaveTheirKind(failure: Failure, hasAnswered: Bool, kind: TargetFailure) {
    #expect(TargetFailure(failure, hasAnswered: hasAnswered) == kind)
}

@Test func otherFailuresAreNotTheTargets() {
    for failure in Failure.allCases where failure.party != .upstream {
        #expect(TargetFailure(failure, hasAnswered: false) == nil)
        #expect(TargetFailure(failure, hasAnswered: true) == nil)
    }
}
