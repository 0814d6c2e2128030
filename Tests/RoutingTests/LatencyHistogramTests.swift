import Model
import Routing
import Testing

/// Times of every order of magnitude.
private func times(_ count: Int, _ generator: inout Generator) -> [Int64] {
    (0..<count).map { _ in
        let bits = Int64.random(in: 0...27, using: &generator)
        return Int64.random(in: 0..<(1 << (bits + 1)), using: &generator)
    }
}

private func histogram(_ times: [Int64]) -> LatencyHistogram {
    times.reduce(into: LatencyHistogram()) { $0.add($1) }
}

@Test(arguments: 0..<20 as Range<UInt64>)
func quantilesAreRightToASixteenth(seed: UInt64) throws {
    var generator = Generator(seed: seed)
    let times = times(Int.random(in: 1...500, using: &generator), &generator).sorted()
    let histogram = histogram(times)
    for share in [0, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1] {
        let rank = max(1, Int((share * Double(times.count)).rounded(.up)))
        let exact = min(
            max(times[rank - 1], LatencyHistogram.microsecondsMin),
            LatencyHistogram.microsecondsMax)
        let found = try #require(histogram.quantile(share))
        #expect(abs(found - exact) <= max(exact / 16, 8), "\(share) of \(times.count)")
    }
}

@Test(arguments: 0..<20 as Range<UInt64>)
func mergedIsAsIfCountedTogether(seed: UInt64) {
    var generator = Generator(seed: seed)
    let one = times(Int.random(in: 0...200, using: &generator), &generator)
    let other = times(Int.random(in: 0...200, using: &generator), &generator)
    var merged = histogram(one)
    merged.add(histogram(other))
    #expect(merged == histogram(one + other))
    #expect(merged.count == one.count + other.count)
    #expect(merged.sum == (one + other).reduce(0, +))
}

@Test(arguments: 0..<10 as Range<UInt64>)
func countsUpToPowersOfTwoAreExact(seed: UInt64) {
    var generator = Generator(seed: seed)
    let powers: [Int64] = (6...26).flatMap { (bits: Int64) in [1 << bits, (1 << bits) + 1] }
    let times = times(300, &generator) + powers
    let histogram = histogram(times)
    for exponent in 7...25 {
        #expect(histogram.count(upTo: exponent) == times.count { $0 <= 1 << Int64(exponent) })
    }
    #expect(histogram.count == times.count)
}

@Test func timesOutsideOfTheScaleAreCountedAtItsEnds() {
    var histogram = LatencyHistogram()
    #expect(histogram.quantile(0.5) == nil)
    for time in [Int64.min, -1, 0, 1] { histogram.add(time) }
    #expect(histogram.count(upTo: 7) == 4)
    #expect(histogram.sum == 1)
    histogram.add(3_600_000_000)
    #expect(histogram.count == 5)
    #expect(histogram.quantile(1).map { $0 <= LatencyHistogram.microsecondsMax } == true)
}

@Test func classesAreToldByTheirLongestTimes() {
    let histogram = histogram([64, 1000, 1024, 1025, 5_000_000])
    #expect(histogram.occupied.values.reduce(0, +) == 5)
    #expect(histogram.occupied[1024] == 2)
    #expect(histogram.occupied[1152] == 1)
    let longest = histogram.occupied.keys.max() ?? 0
    #expect(longest >= 5_000_000 && longest <= 5_000_000 * 9 / 8)
}
