import Model
import Testing

/// Every reachable state of the small world, and every rule of the design left out in turn.
struct RolloutSearchTests {
    @Test func designHoldsInEveryReachableState() {
        let outcome = RolloutSearch.run(faults: 1)
        #expect(outcome.violation == nil, "\(outcome.trace)")
        #expect(outcome.stuck.isEmpty, "\(outcome.stuck.first ?? "")")
        #expect(outcome.ends == [.successful, .rollbackSuccessful, .stopped])
        // All of them were visited, and they are not few.
        #expect((10_000..<RolloutSearch.statesMax).contains(outcome.states))
    }

    /// Each with the invariant that it breaks first.
    @Test(arguments: [
        (Mutation.noBarrier, "I1"), (.noGeneration, "I1"), (.noDrain, "I5"), (.noWarmUp, "I3"),
        (.uncheckedRollback, "I10"), (.earlyExpiry, "I3"), (.freshRestart, "I3"),
        (.fetchLiftsFence, "I3"),
    ])
    func everyRuleIsNeeded(mutation: Mutation, invariant: String) throws {
        var outcome = RolloutSearch.run(faults: 1, mutation: mutation)
        if outcome.violation == nil { outcome = RolloutSearch.run(faults: 2, mutation: mutation) }
        let violation = try #require(outcome.violation, "left out: \(mutation)")
        #expect(violation.hasPrefix(invariant + ":"), "\(outcome.trace)")
    }
}
