import Model
import Testing

/// Every reachable state of the small world, and every rule of the design left out in turn.
///
/// Searches share nothing, so that each may have a core of its own.
struct RolloutSearchTests {
    @Test func designHoldsInEveryReachableState() async {
        let strategies: [DeploymentStrategy] = [.blueGreen, .canary]
        let outcomes = await concurrently(strategies) { strategy in
            RolloutSearch.run(
                faults: 1, balancersFail: strategy == .blueGreen, strategy: strategy)
        }
        for (strategy, outcome) in zip(strategies, outcomes) {
            #expect(outcome.violation == nil, "\(outcome.trace)")
            #expect(outcome.stuck.isEmpty, "\(outcome.stuck.first ?? "")")
            #expect(outcome.ends == [.successful, .rollbackSuccessful, .stopped])
            // All of them were visited, and they are not few.
            let statesMin = strategy == .blueGreen ? 10_000 : 1_000
            #expect((statesMin..<RolloutSearch.statesMax).contains(outcome.states))
        }
    }

    /// A rule, the invariant that breaks first without it, and the faults that it takes.
    private struct Case {
        let mutation: Mutation
        let invariant: String
        let faults: Int
        var strategy = DeploymentStrategy.blueGreen
        var balancersFail = true
    }

    private static let cases: [Case] = [
        Case(mutation: .noBarrier, invariant: "I1", faults: 0),
        Case(mutation: .noGeneration, invariant: "I1", faults: 0),
        Case(mutation: .noDrain, invariant: "I5", faults: 0),
        Case(mutation: .noWarmUp, invariant: "I3", faults: 0),
        Case(mutation: .earlyExpiry, invariant: "I3", faults: 1),
        Case(mutation: .freshRestart, invariant: "I3", faults: 1),
        Case(mutation: .fetchLiftsFence, invariant: "I3", faults: 1),
        // A rollback must ask whether blue serves.
        Case(mutation: .uncheckedRollback, invariant: "I10", faults: 2, balancersFail: false),
        Case(mutation: .noBarrier, invariant: "I1", faults: 0, strategy: .canary),
        Case(mutation: .noGeneration, invariant: "I1", faults: 0, strategy: .canary),
        Case(mutation: .noDrain, invariant: "I5", faults: 0, strategy: .canary),
        Case(mutation: .noWarmUp, invariant: "I3", faults: 0, strategy: .canary),
        Case(mutation: .uncheckedStep, invariant: "I10", faults: 1, strategy: .canary),
        Case(mutation: .freshRestart, invariant: "I3", faults: 1, strategy: .canary),
    ]

    @Test func everyRuleIsNeeded() async throws {
        let outcomes = await concurrently(Self.cases) { each in
            RolloutSearch.run(
                faults: each.faults, balancersFail: each.balancersFail, strategy: each.strategy,
                mutation: each.mutation)
        }
        for (each, outcome) in zip(Self.cases, outcomes) {
            let violation = try #require(outcome.violation, "left out: \(each)")
            #expect(violation.hasPrefix(each.invariant + ":"), "\(outcome.trace)")
        }
    }
}

/// The results of `body` for each of `inputs`, in their order, as many at a time as there are
/// cores.
private func concurrently<Input: Sendable, Output: Sendable>(
    _ inputs: [Input], _ body: @escaping @Sendable (Input) -> Output
) async -> [Output] {
    await withTaskGroup { group in
        for (index, input) in inputs.enumerated() {
            group.addTask { (index, body(input)) }
        }
        var outputs: [(index: Int, output: Output)] = []
        for await output in group { outputs.append(output) }
        return outputs.sorted { $0.index < $1.index }.map(\.output)
    }
}
