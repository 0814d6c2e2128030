import Model

struct DeploymentConfigurationAnswer: Encodable {
    let strategy: DeploymentStrategy
    let bakeTimeInMinutes: Int
    let minimumHealthyPercent: Int
    let maximumPercent: Int
    let deploymentCircuitBreaker: DeploymentCircuitBreaker
    let canaryConfiguration: Canary?
    let linearConfiguration: Linear?
    /// Teal's own; absent as long as nothing was said.
    let verdict: OnOff?
    let lifecycleHooks: [LifecycleHookAnswer]?
    let alarms: DeploymentAlarms?

    struct Canary: Encodable {
        let canaryPercent: Double
        let canaryBakeTimeInMinutes: Int
    }

    struct Linear: Encodable {
        let stepPercent: Double
        let stepBakeTimeInMinutes: Int
    }

    static func answer(
        _ configuration: DeploymentConfiguration
    ) -> Echoing<DeploymentConfigurationAnswer> {
        let fields = DeploymentConfigurationAnswer(
            strategy: configuration.strategy,
            bakeTimeInMinutes: minutes(configuration.bakeTimeMilliseconds),
            minimumHealthyPercent: configuration.minimumHealthyPercent,
            maximumPercent: configuration.maximumPercent,
            deploymentCircuitBreaker: configuration.circuitBreaker,
            canaryConfiguration: canary(of: configuration),
            linearConfiguration: linear(of: configuration),
            verdict: configuration.verdict,
            lifecycleHooks: configuration.lifecycleHooks?.map(LifecycleHookAnswer.init),
            alarms: configuration.alarms)
        return Echoing(fields: fields, echoed: configuration.echoed)
    }

    private static func canary(of configuration: DeploymentConfiguration) -> Canary? {
        guard configuration.strategy == .canary else { return nil }
        let step = configuration.canary ?? .canaryByDefault
        return Canary(
            canaryPercent: Double(step.weight) / 10,
            canaryBakeTimeInMinutes: minutes(step.bakeTimeMilliseconds))
    }

    private static func linear(of configuration: DeploymentConfiguration) -> Linear? {
        guard configuration.strategy == .linear else { return nil }
        let step = configuration.linear ?? .linearByDefault
        return Linear(
            stepPercent: Double(step.weight) / 10,
            stepBakeTimeInMinutes: minutes(step.bakeTimeMilliseconds))
    }

    /// Our own configuration goes down to milliseconds; ECS's fields are whole minutes.
    private static func minutes(_ milliseconds: Int64) -> Int {
        Int((milliseconds + 59_999) / 60_000)
    }
}
