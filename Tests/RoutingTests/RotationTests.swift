import Model
import Routing
import Testing

private func standings(_ weights: [UInt32]) -> [Standing] {
    weights.map { Standing(isHealthy: true, weight: $0) }
}

/// How often each of `count` targets is chosen.
private func counts(_ count: Int, of turns: Int, _ choose: () -> Int?) -> [Int] {
    var counts = Array(repeating: 0, count: count)
    for _ in 0..<turns {
        if let index = choose() { counts[index] += 1 }
    }
    return counts
}

@Test(arguments: 0..<20 as Range<UInt64>)
func turnsFollowTheWeights(seed: UInt64) {
    var generator = Generator(seed: seed)
    let weights = (0..<Int.random(in: 1...9, using: &generator)).map { _ in
        UInt32.random(in: 1...1000, using: &generator)
    }
    var rotation = Rotation(start: Int.random(in: -5...5, using: &generator))
    rotation.refill(standings(weights))
    let total = Int(weights.reduce(0, +))
    let turns = counts(weights.count, of: total) { rotation.next() }
    for (turn, weight) in zip(turns, weights) {
        // As fair as whole numbers can be, at every moment and not only on the average.
        #expect(abs(turn - Int(weight)) <= weights.count)
    }
    let drawn = counts(weights.count, of: 20_000) { rotation.draw(generator.next()) }
    for (count, weight) in zip(drawn, weights) {
        let expected = 20_000 * Double(weight) / Double(total)
        // Five standard deviations.
        #expect(abs(Double(count) - expected) < 5 * max(1, expected).squareRoot())
    }
}

@Test func aTargetOfWeightZeroGetsNothingUnlessItIsAlone() {
    var rotation = Rotation()
    rotation.refill(standings([0, 5, 0]))
    #expect(counts(3, of: 10) { rotation.next() } == [0, 10, 0])
    rotation.refill(standings([0, 0]))
    #expect(!rotation.isServing)
    #expect(counts(2, of: 10) { rotation.next() } == [5, 5])
}

@Test func theUnwantedIsPassedOverWhateverTheWeights() {
    var rotation = Rotation()
    rotation.refill(standings([1, 1000, 1]))
    #expect((0..<100).allSatisfy { _ in rotation.next(avoiding: 1) != 1 })
}

@Test(arguments: 0..<10 as Range<UInt64>)
func pairsAreTwoDifferentOnesEquallyOften(seed: UInt64) {
    var generator = Generator(seed: seed)
    var rotation = Rotation()
    rotation.refill(standings(Array(repeating: 1, count: 5)))
    var seen = Array(repeating: 0, count: 5)
    for _ in 0..<10_000 {
        guard let pair = rotation.pair(generator.next()) else { continue }
        #expect(pair.0 != pair.1)
        seen[pair.0] += 1
        seen[pair.1] += 1
    }
    #expect(seen.allSatisfy { abs($0 - 4000) < 300 })
    rotation.refill(healthy: [false, true])
    #expect(rotation.pair(7) ?? (0, 0) == (1, 1))
    rotation.refill([])
    #expect(rotation.pair(7) == nil)
    #expect(rotation.draw(7) == nil)
}

@Test(arguments: [
    (Threshold(1), Threshold.off, 0, true), (Threshold(1), .off, 1, false),
    (Threshold(3), .off, 2, true), (Threshold(3), .off, 3, false),
    // More than there are targets cannot be asked for.
    (Threshold(9), .off, 4, false), (Threshold.off, Threshold(50), 1, true),
    (Threshold.off, Threshold(50), 2, false), (Threshold.off, .off, 0, true),
    (Threshold(1), Threshold(75), 2, true),
])
func belowItsMinimumAGroupFailsOpen(
    count: Threshold, percentage: Threshold, healthy: Int, isOpen: Bool
) {
    var attributes = TargetGroupAttributes()
    attributes.minimumHealthyCount = count
    attributes.minimumHealthyPercentage = percentage
    var rotation = Rotation()
    rotation.refill(
        (0..<4).map { Standing(isHealthy: $0 < healthy) }, needing: HealthyMinimum(attributes))
    #expect(rotation.isOpen == isOpen)
    #expect(rotation.members.count == (isOpen ? 4 : healthy))
    #expect(rotation.isServing == (healthy > 0))
}

@Test func aSlowStartIsALineFromNothingToAll() {
    let slow = SlowStart(seconds: 30)
    #expect(slow.isOn)
    #expect(!SlowStart(seconds: 0).isOn)
    let shares = stride(from: Int64(1000), through: 32_000, by: 1000).map {
        slow.share(since: 1000, at: $0)
    }
    #expect(shares.first == 1)
    #expect(shares[15] == 500)
    #expect(shares.last == SlowStart.full)
    #expect(zip(shares, shares.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(slow.share(since: 1000, at: 0) == 1, "a clock that goes back harms nobody")
}

/// A target in its slow start gets, over the whole of it, half of what it would have got.
@Test func aRampAddsUpToHalf() {
    let slow = SlowStart(seconds: 30)
    var rotation = Rotation()
    var turns = [0, 0]
    for now in stride(from: Int64(0), to: 30_000, by: 100) {
        rotation.refill(standings([SlowStart.full, slow.share(since: 0, at: now)]))
        let some = counts(2, of: 100) { rotation.next() }
        turns = [turns[0] + some[0], turns[1] + some[1]]
    }
    // The integral of x / (1 + x) from 0 to 1 is 1 - ln 2.
    #expect(abs(Double(turns[1]) / 30_000 - 0.3069) < 0.01)
}

@Test func onlyOneThatIsClearlyWorseThanItsPeersIsAnomalous() {
    func record(_ requests: Int, _ failures: Int) -> TargetRecord {
        var record = TargetRecord()
        for number in 0..<requests { record.note(failed: number < failures) }
        return record
    }
    #expect(record(100, 20).isAnomalous(beside: record(200, 2)))
    #expect(!record(100, 20).isAnomalous(beside: record(200, 40)), "all are as bad")
    #expect(!record(100, 2).isAnomalous(beside: record(200, 0)), "too few failures")
    #expect(!record(5, 5).isAnomalous(beside: record(200, 0)), "too few requests")
    #expect(!record(100, 100).isAnomalous(beside: record(5, 0)), "nothing to compare it with")
    #expect(TargetRecord([record(3, 1), record(4, 2)]) == record(7, 3))
    #expect(record(7, 3).without(record(4, 2)) == record(3, 1))
    var fading = record(9, 5)
    fading.fade()
    #expect(fading == record(4, 2))
}

@Test func anAnomalousTargetIsCutFastAndRestoredSlowly() {
    var mitigation = Mitigation()
    let isCut = mitigation.absorb(isAnomalous: false)
    #expect(!isCut)
    var cuts = 0
    while mitigation.absorb(isAnomalous: true) { cuts += 1 }
    #expect(mitigation.share == Mitigation.least)
    var steps = 0
    while mitigation.absorb(isAnomalous: false) { steps += 1 }
    #expect(!mitigation.isInEffect)
    #expect(cuts < steps)
}
