import Model

/// What a request says of the way from one revision to the next; absent parts stay as they are.
struct DeploymentConfigurationRequest: Decodable {
    static let bakeTimesInMinutes = 0...1440

    var strategy: String?
    var bakeTimeInMinutes: Int?
    var minimumHealthyPercent: Int?
    var maximumPercent: Int?
    var deploymentCircuitBreaker: CircuitBreakerRequest?
    var canaryConfiguration: CanaryRequest?
    var linearConfiguration: LinearRequest?
    /// Teal's own: `on` or `off`.
    var verdict: OnOff?
    /// All of them: those of before are replaced.
    var lifecycleHooks: [LifecycleHookRequest]?
    var alarms: DeploymentAlarmsRequest?
    var echoed: [String: JSON] = [:]

    /// `canaryPercent` is 0.1 to 100.0, 5.0 when absent.
    struct CanaryRequest: Decodable {
        let canaryPercent: Double?
        let canaryBakeTimeInMinutes: Int?
    }

    /// `stepPercent` is 3.0 to 100.0, 10.0 when absent.
    struct LinearRequest: Decodable {
        let stepPercent: Double?
        let stepBakeTimeInMinutes: Int?
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case strategy
        case bakeTimeInMinutes
        case minimumHealthyPercent
        case maximumPercent
        case deploymentCircuitBreaker
        case canaryConfiguration
        case linearConfiguration
        case verdict
        case lifecycleHooks
        case alarms
    }

    private static let kept = KeptFields(
        echoed: [],
        refused: [
            "earlySuccessCriteria": "early success is not available yet"
        ])

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        strategy = try container.decodeIfPresent(String.self, forKey: .strategy)
        bakeTimeInMinutes = try container.decodeIfPresent(Int.self, forKey: .bakeTimeInMinutes)
        minimumHealthyPercent = try container.decodeIfPresent(
            Int.self, forKey: .minimumHealthyPercent)
        maximumPercent = try container.decodeIfPresent(Int.self, forKey: .maximumPercent)
        deploymentCircuitBreaker = try container.decodeIfPresent(
            CircuitBreakerRequest.self, forKey: .deploymentCircuitBreaker)
        canaryConfiguration = try container.decodeIfPresent(
            CanaryRequest.self, forKey: .canaryConfiguration)
        linearConfiguration = try container.decodeIfPresent(
            LinearRequest.self, forKey: .linearConfiguration)
        verdict = try container.decodeIfPresent(OnOff.self, forKey: .verdict)
        lifecycleHooks = try container.decodeIfPresent(
            [LifecycleHookRequest].self, forKey: .lifecycleHooks)
        alarms = try container.decodeIfPresent(DeploymentAlarmsRequest.self, forKey: .alarms)
        echoed = try DeploymentConfigurationRequest.kept.kept(
            of: decoder.fields(besides: Set(CodingKeys.allCases.map(\.rawValue))),
            at: "deploymentConfiguration")
    }

    /// `configuration` with what this request says; the ranges are checked with the whole service.
    func applied(
        to configuration: DeploymentConfiguration
    ) throws(FieldError) -> DeploymentConfiguration {
        var result = configuration
        if let strategy { result.strategy = try DeploymentStrategy(checking: strategy) }
        if let minutes = bakeTimeInMinutes {
            guard DeploymentConfigurationRequest.bakeTimesInMinutes.contains(minutes) else {
                throw FieldError("deploymentConfiguration.bakeTimeInMinutes", "must be 0 to 1440")
            }
            result.bakeTimeMilliseconds = Int64(minutes) * 60_000
        }
        result.minimumHealthyPercent = minimumHealthyPercent ?? result.minimumHealthyPercent
        result.maximumPercent = maximumPercent ?? result.maximumPercent
        if let breaker = deploymentCircuitBreaker {
            result.circuitBreaker = try breaker.applied(
                to: result.circuitBreaker, "deploymentConfiguration.deploymentCircuitBreaker")
        }
        result.canary = try canaryConfiguration?.step ?? result.canary
        result.linear = try linearConfiguration?.step ?? result.linear
        result.verdict = verdict ?? result.verdict
        if let lifecycleHooks {
            result.lifecycleHooks = try LifecycleHookRequest.hooks(
                lifecycleHooks, "deploymentConfiguration.lifecycleHooks")
        }
        result.alarms = try alarms?.alarms("deploymentConfiguration.alarms") ?? result.alarms
        // It was kept here while nothing acted on it.
        result.echoed["alarms"] = nil
        result.echoed.merge(echoed) { _, new in new }
        return result
    }
}

extension DeploymentConfigurationRequest.CanaryRequest {
    fileprivate var step: TrafficStep {
        get throws(FieldError) {
            let field = "deploymentConfiguration.canaryConfiguration"
            return try TrafficStep.canaryByDefault.with(
                percent: canaryPercent, within: TrafficStep.canaryWeights,
                "\(field).canaryPercent", minutes: canaryBakeTimeInMinutes,
                "\(field).canaryBakeTimeInMinutes")
        }
    }
}

extension DeploymentConfigurationRequest.LinearRequest {
    fileprivate var step: TrafficStep {
        get throws(FieldError) {
            let field = "deploymentConfiguration.linearConfiguration"
            return try TrafficStep.linearByDefault.with(
                percent: stepPercent, within: TrafficStep.linearWeights,
                "\(field).stepPercent", minutes: stepBakeTimeInMinutes,
                "\(field).stepBakeTimeInMinutes")
        }
    }
}

extension TrafficStep {
    /// This step with what is said of it; percent goes by tenths.
    fileprivate func with(
        percent: Double?, within weights: ClosedRange<Int>, _ percentField: String,
        minutes: Int?, _ minutesField: String
    ) throws(FieldError) -> TrafficStep {
        var step = self
        if let percent {
            step.weight = try TrafficStep.weight(percent, within: weights, percentField)
        }
        if let minutes {
            guard DeploymentConfigurationRequest.bakeTimesInMinutes.contains(minutes) else {
                throw FieldError(minutesField, "must be 0 to 1440")
            }
            step.bakeTimeMilliseconds = Int64(minutes) * 60_000
        }
        return step
    }

    static func weight(
        _ percent: Double, within weights: ClosedRange<Int>, _ field: String
    ) throws(FieldError) -> Int {
        let tenths = percent * 10
        let range = Double(weights.lowerBound)...Double(weights.upperBound)
        guard range.contains(tenths.rounded()), abs(tenths - tenths.rounded()) < 1e-6 else {
            let least = Double(weights.lowerBound) / 10
            throw FieldError(field, "must be \(least) to 100.0, in steps of 0.1")
        }
        return Int(tenths.rounded())
    }
}

extension DeploymentStrategy {
    init(checking text: String) throws(FieldError) {
        guard let strategy = DeploymentStrategy(rawValue: text) else {
            throw FieldError(
                "deploymentConfiguration.strategy",
                "must be BLUE_GREEN, CANARY, LINEAR or ROLLING")
        }
        self = strategy
    }
}
