extension DeploymentCircuitBreaker {
    /// How many failed tasks end a deployment: ECS's half of the desired ones, rounded up, but
    /// within 3...200.
    package static func threshold(desiredCount: Int) -> Int {
        min(max((desiredCount + 1) / 2, 3), 200)
    }
}
