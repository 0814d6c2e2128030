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

    /// A rule, the invariant that breaks first without it, and the faults that it takes.
    @Test(arguments: [
        (Mutation.noBarrier, "I1", 0), (.noGeneration, "I1", 0), (.noDrain, "I5", 0),
        (.noWarmUp, "I3", 0), (.earlyExpiry, "I3", 1), (.freshRestart, "I3", 1),
        (.fetchLiftsFence, "I3", 1),
    ])
    func everyRuleIsNeeded(mutation: Mutation, invariant: String, faults: Int) throws {
        let outcome = RolloutSearch.run(faults: faults, mutation: mutation)
        let violation = try #require(outcome.violation, "left out: \(mutation)")
        #expect(violation.hasPrefix(invariant + ":"), "\(outcome.trace)")
    }

    @Test func designHoldsWhileTrafficIsDivided() {
        let outcome = RolloutSearch.run(faults: 1, balancersFail: false, strategy: .canary)
        #expect(outcome.violation == nil, "\(outcome.trace)")
        #expect(outcome.stuck.isEmpty, "\(outcome.stuck.first ?? "")")
        #expect(outcome.ends == [.successful, .rollbackSuccessful, .stopped])
        #expect((1_000..<RolloutSearch.statesMax).contains(outcome.states))
    }

    @Test(arguments: [
        (Mutation.noBarrier, "I1", 0), (.noGeneration, "I1", 0), (.noDrain, "I5", 0),
        (.noWarmUp, "I3", 0), (.uncheckedStep, "I10", 1), (.freshRestart, "I3", 1),
    ])
    func everyRuleIsNeededWhileTrafficIsDivided(
        mutation: Mutation, invariant: String, faults: Int
    ) throws {
        let outcome = RolloutSearch.run(faults: faults, strategy: .canary, mutation: mutation)
        let violation = try #require(outcome.violation, "left out: \(mutation)")
        #expect(violation.hasPrefix(invariant + ":"), "\(outcome.trace)")
    }

    @Test func rollbackMustAskWhetherBlueServes() throws {
        let outcome = RolloutSearch.run(
            faults: 2, balancersFail: false, mutation: .uncheckedRollback)
        let violation = try #require(outcome.violation)
        #expect(violation.hasPrefix("I10:"), "\(outcome.trace)")
    }
}
