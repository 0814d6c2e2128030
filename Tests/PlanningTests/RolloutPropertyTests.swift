import Model
import Planning
import Testing

/// What holds for every record and all facts, however unlikely.
struct RolloutPropertyTests {
    private static let seeds: [UInt64] = Array(1...8)
    private static let tries = 5_000

    @Test(arguments: seeds) func everyStepKeepsTheInvariants(seed: UInt64) {
        var generator = Generator(seed: seed)
        for _ in 0..<RolloutPropertyTests.tries {
            let scene = Scene(using: &generator)
            let broken = brokenInvariants(scene, scene.step().record)
            guard broken.isEmpty else {
                Issue.record("\(broken) \(scene)")
                return
            }
        }
    }

    private func brokenInvariants(_ scene: Scene, _ after: ServiceDeployment) -> [String] {
        let holds = [
            "I4": (0...1000).contains(after.productionWeight) && after.testWeight % 1000 == 0,
            "I6": !(after.stopIntentBlue && after.stopIntentGreen),
            "I9": !after.stopIntentBlue || [.inProgress, .successful].contains(after.status),
            "I10": movesNoShareToAWorseSide(scene, after),
            "promise": promisesWhatItChanges(scene, after),
        ]
        return holds.filter { !$0.value }.keys.sorted()
    }

    /// With the same facts a shift is not taken for acknowledged, so nothing happens twice.
    @Test(arguments: seeds) func shiftIsNeverTakenForItsOwnAcknowledgement(seed: UInt64) {
        var generator = Generator(seed: seed)
        for _ in 0..<RolloutPropertyTests.tries {
            var scene = Scene(using: &generator)
            guard !scene.facts.published.isEmpty else { continue }
            let first = scene.step().record
            guard first.productionWeight != scene.record.productionWeight else { continue }
            scene.record = first
            let second = scene.step()
            #expect(second.record.stage == first.stage || second.record.want != nil)
            #expect(!second.record.stopIntentBlue && !second.record.stopIntentGreen)
            #expect(!second.effects.contains { if case .retire = $0 { true } else { false } })
        }
    }

    /// I10, between sides of which something is known.
    private func movesNoShareToAWorseSide(_ scene: Scene, _ after: ServiceDeployment) -> Bool {
        let needed = scene.facts.desiredCount
        let (blue, green) = (scene.facts.blue.healthy, scene.facts.green.healthy)
        let change = after.productionWeight - scene.record.productionWeight
        if change > 0 { return scene.record.source == nil || green >= needed }
        if change < 0 { return !(green >= needed && blue < min(needed, green)) }
        return true
    }

    /// Whoever changes a weight waits for a generation that nobody has applied yet.
    private func promisesWhatItChanges(_ scene: Scene, _ after: ServiceDeployment) -> Bool {
        let before = scene.record
        guard
            after.productionWeight != before.productionWeight
                || after.testWeight != before.testWeight
        else { return true }
        return scene.facts.published.allSatisfy { after.generations[$0.key] == $0.value + 1 }
    }
}

extension Scene {
    /// Anything that a record may say, whether or not it could come about.
    fileprivate init(using generator: inout Generator) {
        self.init(LifecycleStage.allCases.randomElement(using: &generator))
        let statuses: [ServiceDeploymentStatus] = [
            .inProgress, .inProgress, .inProgress, .rollbackRequested, .rollbackInProgress,
            .stopRequested,
        ]
        record.status = statuses.randomElement(using: &generator) ?? .inProgress
        if Int.random(in: 0..<6, using: &generator) == 0 { record.source = nil }
        record.productionWeight = [0, 1000].randomElement(using: &generator) ?? 0
        record.testWeight = [0, 1000].randomElement(using: &generator) ?? 0
        record.shiftedAt = record.productionWeight + record.testWeight > 0 ? .zero : nil
        record.stopIntentBlue =
            record.stage == .cleanUp && record.status == .inProgress
            && Bool.random(using: &generator)
        record.stopIntentGreen =
            record.status == .rollbackInProgress && record.shiftedAt == nil
            && Bool.random(using: &generator)
        if Int.random(in: 0..<4, using: &generator) == 0 { want(.rollback) }
        let applied = UInt64.random(in: 5...8, using: &generator)
        facts.published = ["lb": 7]
        facts.applied = applied == 5 ? [:] : ["lb": min(applied, 7)]
        record.generations = ["lb": UInt64.random(in: 6...8, using: &generator)]
        facts.blue = .init(using: &generator)
        facts.green = .init(using: &generator)
        facts.failures = Int.random(in: 0...4, using: &generator)
        facts.isReconciled = Bool.random(using: &generator)
    }
}

extension RolloutFacts.Side {
    fileprivate init(using generator: inout Generator) {
        self.init()
        staying = Int.random(in: 0...4, using: &generator)
        sound = Int.random(in: 0...staying, using: &generator)
        healthy = Int.random(in: 0...sound, using: &generator)
        leaving = Int.random(in: 0...2, using: &generator)
        isDrained = leaving == 0 || Bool.random(using: &generator)
    }
}
