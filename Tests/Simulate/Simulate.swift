import ArgumentParser
import Simulator

/// Runs the deterministic simulation; the last line names the first seed that failed.
@main
struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Run a whole installation under a seed, with faults, and check what it promises.")

    @Option(help: "The first seed. Equal seeds give equal runs.")
    var seed: UInt64 = 1

    @Option(help: "How many seeds to run, one after the other.")
    var runs = 1

    @Flag(help: "Print everything that happened in each run.")
    var trace = false

    @Option(
        help: "Put this defect in: \(Mutation.allCases.map(\.rawValue).joined(separator: ", ")).")
    var mutation: String?

    @Flag(help: "Run each scenario with its crashes and without, and compare how they end.")
    var compare = false

    @Flag(help: "Go on after a failure and count them.")
    var all = false

    private func outcome(of seed: UInt64) -> Outcome {
        if compare {
            var comparison = Comparison(seed: seed)
            comparison.isTraced = trace
            return comparison.run()
        }
        var simulation = Simulation(seed: seed)
        simulation.isTraced = trace
        if let mutation = mutation.flatMap(Mutation.init(rawValue:)) {
            simulation.mutate(mutation)
        }
        return simulation.run()
    }

    func validate() throws {
        guard runs > 0 else { throw ValidationError("--runs must be at least 1.") }
        guard mutation.map({ Mutation(rawValue: $0) != nil }) ?? true else {
            throw ValidationError("--mutation: there is no '\(mutation ?? "")'; see --help.")
        }
    }

    func run() throws {
        var failures = 0
        for seed in seed..<seed + UInt64(runs) {
            let outcome = outcome(of: seed)
            for line in outcome.trace { print(line) }
            print(outcome.summary)
            guard outcome.violation != nil else { continue }
            failures += 1
            if !all { throw ExitCode.failure }
        }
        if all && runs > 1 { print("\(failures) of \(runs) seeds failed") }
        if failures > 0 { throw ExitCode.failure }
    }
}
