extension DeploymentCircuitBreaker {
    /// How many failed tasks end a deployment.
    package func threshold(desiredCount: Int) -> Int {
        (thresholdConfiguration ?? .byDefault).failures(desiredCount: desiredCount)
    }
}
