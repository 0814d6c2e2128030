import Model

/// The shares of production traffic that green gets, one after the other: BLUE_GREEN [1000],
/// CANARY [c, 1000], LINEAR [s, 2s, ..., 1000].
struct TrafficPlan {
    private let strategy: DeploymentStrategy
    private let step: TrafficStep

    init(_ configuration: DeploymentConfiguration) {
        strategy = configuration.strategy
        step =
            switch strategy {
            case .canary: configuration.canary ?? .canaryByDefault
            case .linear: configuration.linear ?? .linearByDefault
            case .blueGreen, .rolling:
                TrafficStep(weight: Weight.all, bakeTimeMilliseconds: 0)
            }
    }

    /// The share that follows `weight`: always more, and at last all.
    func weight(after weight: Int) -> Int {
        switch strategy {
        case .canary where weight < step.weight: min(step.weight, Weight.all)
        case .linear: min(weight + max(step.weight, 1), Weight.all)
        case .canary, .blueGreen, .rolling: Weight.all
        }
    }

    /// How long `weight` is watched before the next share; after the last one BAKE_TIME begins.
    func bakeTimeMilliseconds(at weight: Int) -> Int64 {
        weight > 0 && weight < Weight.all ? step.bakeTimeMilliseconds : 0
    }
}
