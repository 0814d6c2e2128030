/// How many of a service's instances one answer names, and in which order: Cloud Map's MULTIVALUE.
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
}
