/// How many of a service's instances one answer names, and in which order: Cloud Map's routing
/// policies.
package struct AnswerPolicy: Hashable, Sendable {
    /// At least 1.
    package var answersMax: Int

    /// Up to eight, chosen anew for each answer.
    package static let multivalue = AnswerPolicy(answersMax: 8)

    package init(answersMax: Int) {
        self.answersMax = max(1, answersMax)
    }

    /// Every choice and every order of it is equally likely.
    func chosen<Element>(
        from candidates: [Element], using generator: inout some RandomNumberGenerator
    ) -> [Element] {
        guard candidates.count > answersMax else { return candidates.shuffled(using: &generator) }
        // Floyd's sample: work in the size of the answer, not of the service.
        var chosen: [Int] = []
        for last in (candidates.count - answersMax)..<candidates.count {
            let pick = Int.random(in: 0...last, using: &generator)
            chosen.append(chosen.contains(pick) ? last : pick)
        }
        chosen.shuffle(using: &generator)
        return chosen.map { candidates[$0] }
    }

    /// The records of `set` that an answer has: one by weight, or as many as may be.
    func chosen(
        from set: RecordSet, using generator: inout some RandomNumberGenerator
    ) -> [RecordData] {
        guard let weights = set.weights else { return chosen(from: set.data, using: &generator) }
        let total = weights.reduce(0, +)
        // Without any weight all are alike.
        guard total > 0 else { return Array(set.data.shuffled(using: &generator).prefix(1)) }
        var rest = Int.random(in: 0..<total, using: &generator)
        for (data, weight) in zip(set.data, weights) {
            if rest < weight { return [data] }
            rest -= weight
        }
        return []
    }
}
