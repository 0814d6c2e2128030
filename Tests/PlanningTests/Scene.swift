import Model
import Planning

/// A deployment record and its facts, in the state that a test begins with.
struct Scene {
    static let now = Instant(milliseconds: 1_000_000)

    var record: ServiceDeployment
    var facts = RolloutFacts()

    /// From `blue` to `green`, three tasks each, both healthy, everything acknowledged.
    init(_ stage: LifecycleStage?, status: ServiceDeploymentStatus = .inProgress) {
        record = ServiceDeployment(
            id: "d2", arn: "d2", service: "hello", cluster: "default", sequence: 2,
            target: "green", configuration: DeploymentConfiguration(), createdAt: .zero)
        record.configuration.bakeTimeMilliseconds = 30_000
        record.status = status
        record.stage = stage
        record.updatedAt = Scene.now
        if status != .pending {
            record.source = "blue"
            record.startedAt = .zero
            record.progressDeadline = Scene.now.advanced(seconds: 600)
        }
        record.generations = ["lb": 7]
        if let stage, stage >= .productionTrafficShift {
            record.productionWeight = 1000
            record.shiftedAt = .zero
        }
        if let stage, stage >= .testTrafficShift { record.testWeight = 1000 }
        facts.desiredCount = 3
        facts.production = "blue"
        facts.hasTestRule = true
        facts.published = ["lb": 7]
        facts.applied = ["lb": 7]
        facts.blue = .all(3)
        facts.green = stage.map { $0 >= .scaleUp } == true ? .all(3) : .init()
    }

    func step(at now: Instant = Scene.now) -> RolloutStep {
        Rollout.step(record, facts, at: now)
    }

    mutating func want(_ kind: DeploymentWant.Kind, _ reason: String = "By hand.") {
        record.want = DeploymentWant(kind: kind, reason: reason, at: Scene.now)
    }
}

extension RolloutFacts.Side {
    /// So many tasks, all healthy.
    static func all(_ count: Int) -> Self {
        var side = Self()
        side.staying = count
        side.healthy = count
        side.sound = count
        return side
    }

    static func leaving(_ count: Int, drained: Bool) -> Self {
        var side = Self()
        side.leaving = count
        side.isDrained = drained
        return side
    }
}
