/// A share of production traffic that green gets at a time, and how long it is watched before the
/// next one.
package struct TrafficStep: Hashable, Sendable, Codable {
    /// In tenths of a percent: 1 to 1000 for CANARY, 30 to 1000 for LINEAR.
    package var weight: Int
    /// 0 to 24 hours.
    package var bakeTimeMilliseconds: Int64

    package init(weight: Int, bakeTimeMilliseconds: Int64) {
        self.weight = weight
        self.bakeTimeMilliseconds = bakeTimeMilliseconds
    }

    /// `canaryPercent` 5.0 and `canaryBakeTimeInMinutes` 10.
    package static let canaryByDefault = TrafficStep(weight: 50, bakeTimeMilliseconds: 600_000)
    /// `stepPercent` 10.0 and `stepBakeTimeInMinutes` 6.
    package static let linearByDefault = TrafficStep(weight: 100, bakeTimeMilliseconds: 360_000)

    package static let canaryWeights = 1...1000
    package static let linearWeights = 30...1000
}
