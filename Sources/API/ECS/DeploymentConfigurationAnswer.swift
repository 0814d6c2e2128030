import Model

struct DeploymentConfigurationAnswer: Encodable {
    let strategy: DeploymentStrategy
    let bakeTimeInMinutes: Int
    let minimumHealthyPercent: Int
    let maximumPercent: Int
    let deploymentCircuitBreaker: DeploymentCircuitBreaker

    static func answer(
        _ configuration: DeploymentConfiguration
    ) -> Echoing<DeploymentConfigurationAnswer> {
        let fields = DeploymentConfigurationAnswer(
            strategy: configuration.strategy,
            // Our own configuration goes down to milliseconds; ECS's field is whole minutes.
            bakeTimeInMinutes: Int((configuration.bakeTimeMilliseconds + 59_999) / 60_000),
            minimumHealthyPercent: configuration.minimumHealthyPercent,
            maximumPercent: configuration.maximumPercent,
            deploymentCircuitBreaker: configuration.circuitBreaker)
        return Echoing(fields: fields, echoed: configuration.echoed)
    }
}
