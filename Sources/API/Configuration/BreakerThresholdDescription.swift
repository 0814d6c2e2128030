/// How many failed tasks end a deployment.
package struct BreakerThresholdDescription: Hashable, Sendable, Codable {
    /// `COUNT`, `BOUNDED_PERCENT` or `UNBOUNDED_PERCENT`.
    package var type: String
    package var value: Int

    package init(type: String, value: Int) {
        self.type = type
        self.value = value
    }
}
