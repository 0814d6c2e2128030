package import Model

/// How many targets of a group must be healthy for the others to get nothing: below that a wrong
/// health check must not become an outage, and all targets are tried.
package struct HealthyMinimum: Hashable, Sendable {
    private let count: Int
    private let percentage: Int

    package static let one = HealthyMinimum(TargetGroupAttributes())

    package init(_ attributes: TargetGroupAttributes) {
        count = attributes.minimumHealthyCount.value ?? 0
        percentage = attributes.minimumHealthyPercentage.value ?? 0
    }

    /// Either limit breached is enough; with no healthy target at all there is nothing to choose.
    func isMet(by healthy: Int, of all: Int) -> Bool {
        healthy > 0 && healthy >= min(count, all) && healthy * 100 >= percentage * all
    }
}
