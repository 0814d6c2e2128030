import Model

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

    /// Which of `count` candidates: every choice and every order of it is equally likely.
    func chosen(of count: Int, using generator: inout Generator) -> [Int] {
        var chosen: [Int] = []
        chosen.reserveCapacity(min(count, answersMax))
        // Floyd's sample: work in the size of the answer, not of the service.
        for last in max(0, count - answersMax)..<count {
            let pick = count > answersMax ? Int.random(in: 0...last, using: &generator) : last
            chosen.append(chosen.contains(pick) ? last : pick)
        }
        chosen.shuffle(using: &generator)
        return chosen
    }

    /// What chance decides of an answer with records of `set` that have the question's name and
    /// fill `written`.
    func variety(of set: RecordSet, _ written: Range<Int>) -> ResponseWriter.Variety {
        let count = set.data.count
        guard set.weights == nil, count <= answersMax, set.isOfOneSize else { return .chance }
        return .order(
            ResponseWriter.Order(
                start: written.lowerBound, size: written.count / count, count: count))
    }

    /// Which records of `set` an answer has: one by weight, or as many as may be.
    func chosen(
        from set: RecordSet, using generator: inout Generator
    ) -> [Int] {
        guard let weights = set.weights else {
            return chosen(of: set.data.count, using: &generator)
        }
        let total = weights.reduce(0, +)
        // Without any weight all are alike.
        guard total > 0 else { return [Int.random(in: set.data.indices, using: &generator)] }
        var rest = Int.random(in: 0..<total, using: &generator)
        for (index, weight) in weights.enumerated() {
            if rest < weight { return [index] }
            rest -= weight
        }
        return []
    }
}
