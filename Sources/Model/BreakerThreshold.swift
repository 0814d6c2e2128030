/// How many failed tasks end a deployment: ECS's `thresholdConfiguration`.
package struct BreakerThreshold: Hashable, Sendable, Codable {
    /// ECS's `ThresholdType`.
    package enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// So many tasks.
        case count = "COUNT"
        /// So many percent of the desired ones, rounded up, but within 3...200.
        case boundedPercent = "BOUNDED_PERCENT"
        /// The same without bounds; one at least.
        case unboundedPercent = "UNBOUNDED_PERCENT"

        package var values: ClosedRange<Int> { self == .count ? 1...5000 : 1...100 }
    }

    package var type: Kind
    package var value: Int

    package static let byDefault = BreakerThreshold(type: .boundedPercent, value: 50)

    package init(type: Kind, value: Int) {
        self.type = type
        self.value = value
    }

    package func failures(desiredCount: Int) -> Int {
        let share = (desiredCount * value + 99) / 100
        return switch type {
        case .count: value
        case .boundedPercent: min(max(share, 3), 200)
        case .unboundedPercent: max(share, 1)
        }
    }
}
