import Simulator
import Testing

@Test(arguments: Seeds.batches)
func everyPromiseIsKept(batch: UInt64) {
    var requests = 0
    for seed in Seeds.batch(batch) {
        let outcome = Simulation(seed: seed).run()
        #expect(outcome.violation == nil, "\(outcome.summary); make simulate SEED=\(seed)")
        requests += outcome.requests
    }
    #expect(requests > 0)
}

@Test func crashesChangeNoOutcome() {
    for seed in Seeds.batch(0).prefix(4) {
        let outcome = Comparison(seed: seed).run()
        #expect(outcome.violation == nil, "\(outcome.summary); simulate --compare --seed \(seed)")
    }
}

/// A harness that cannot fail proves nothing.
@Test(arguments: Mutation.allCases)
func everyDefectIsFound(mutation: Mutation) {
    let isFound = (1...UInt64(40)).contains { seed in
        var simulation = Simulation(seed: seed)
        simulation.mutate(mutation)
        return simulation.run().violation != nil
    }
    #expect(isFound)
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
