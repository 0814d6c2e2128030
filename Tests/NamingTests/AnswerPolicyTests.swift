import Model
import Testing

@testable import Naming

@Suite struct AnswerPolicyTests {
    @Test(arguments: [0, 1, 7, 8, 9, 100])
    func choosesUpToEightDifferentOnes(count: Int) {
        var generator = Generator(seed: 1)
        let chosen = AnswerPolicy.multivalue.chosen(of: count, using: &generator)
        #expect(chosen.count == min(8, count))
        #expect(Set(chosen).count == chosen.count)
    }

    @Test func choosesEachEquallyOftenAtEachPlace() {
        var generator = Generator(seed: 2)
        var counts = [[Int]](repeating: [Int](repeating: 0, count: 5), count: 3)
        let rounds = 15_000
        for _ in 0..<rounds {
            let policy = AnswerPolicy(answersMax: 3)
            let chosen = policy.chosen(of: 5, using: &generator)
            for (place, pick) in chosen.enumerated() { counts[place][pick] += 1 }
        }
        // Each place sees each of five candidates 3,000 times, give or take five deviations.
        for count in counts.joined() { #expect(abs(count - rounds / 5) < 250) }
    }

    @Test func answersAtLeastOne() {
        #expect(AnswerPolicy(answersMax: 0).answersMax == 1)
    }
}
