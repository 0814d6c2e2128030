/// What a rotation must know of a target.
package struct Standing: Hashable, Sendable {
    package var isHealthy: Bool
    /// Its share compared with the group's others, 0 to `Rotation.weightMax`.
    package var weight: UInt32

    package init(isHealthy: Bool, weight: UInt32 = 1000) {
        self.isHealthy = isHealthy
        self.weight = weight
    }
}
