/// The same scenario with its crashes and without them: both must end alike (I14).
package struct Comparison {
    package let seed: UInt64

    package var isTraced = false

    package init(seed: UInt64) {
        self.seed = seed
    }

    /// The outcome with crashes; its violation is I14's when the endings differ.
    package func run() -> Outcome {
        var simulation = Simulation(seed: seed)
        simulation.scenario = .comparable(seed: seed)
        simulation.isTraced = isTraced
        let crashed = simulation.run()
        simulation.scenario.faults = []
        let calm = simulation.run()
        guard crashed.violation == nil, calm.violation == nil else {
            return calm.violation == nil ? crashed : calm
        }
        guard crashed.endings != calm.endings else { return crashed }
        let text = "with crashes \(crashed.endingsText), without \(calm.endingsText)"
        return Outcome(
            seed: seed,
            violation: Violation(invariant: "I14", text: text, at: crashed.milliseconds),
            endings: crashed.endings, requests: crashed.requests, events: crashed.events,
            milliseconds: crashed.milliseconds, trace: crashed.trace + calm.trace)
    }
}
