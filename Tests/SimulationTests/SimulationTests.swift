import Simulator
import Testing

@Test func everyPromiseIsKept() async {
    let outcomes = await concurrently(Seeds.all) { Simulation(seed: $0).run() }
    for (seed, outcome) in zip(Seeds.all, outcomes) {
        #expect(outcome.violation == nil, "\(outcome.summary); make simulate SEED=\(seed)")
    }
    #expect(outcomes.contains { $0.requests > 0 })
}

@Test func crashesChangeNoOutcome() async {
    let seeds = Seeds.all.prefix(4)
    let outcomes = await concurrently(seeds) { Comparison(seed: $0).run() }
    for (seed, outcome) in zip(seeds, outcomes) {
        #expect(outcome.violation == nil, "\(outcome.summary); simulate --compare --seed \(seed)")
    }
}

/// A harness that cannot fail proves nothing.
@Test func everyDefectIsFound() async {
    let isFound = await concurrently(Mutation.allCases) { mutation in
        (1...UInt64(40)).contains { seed in
            var simulation = Simulation(seed: seed)
            simulation.mutate(mutation)
            return simulation.run().violation != nil
        }
    }
    for (mutation, isFound) in zip(Mutation.allCases, isFound) {
        #expect(isFound, "\(mutation)")
    }
}

@Test func equalSeedsGiveEqualRuns() {
    var simulation = Simulation(seed: Seeds.base)
    simulation.isTraced = true
    let first = simulation.run()
    #expect(first.trace == simulation.run().trace)
    #expect(!first.trace.isEmpty)
    var other = Simulation(seed: Seeds.base &+ 1)
    other.isTraced = true
    #expect(other.run().trace != first.trace)
}

@Test func aFailureIsOneLineThatNamesItsSeed() {
    var simulation = Simulation(seed: 1)
    simulation.mutate(.stopsTasksEarly)
    let outcome = simulation.run()
    #expect(outcome.summary.hasPrefix("seed 1 failed: I1 "))
    #expect(!outcome.summary.contains("\n"))
}

/// The results of `body` for each of `inputs`, in their order, as many at a time as there are
/// cores.
private func concurrently<Input: Sendable, Output: Sendable>(
    _ inputs: some Sequence<Input>, _ body: @escaping @Sendable (Input) -> Output
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
