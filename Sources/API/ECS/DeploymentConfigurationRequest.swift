import Model

/// What a request says of the way from one revision to the next; absent parts stay as they are.
struct DeploymentConfigurationRequest: Decodable {
    static let bakeTimesInMinutes = 0...1440

    var strategy: String?
    var bakeTimeInMinutes: Int?
    var minimumHealthyPercent: Int?
    var maximumPercent: Int?
    var deploymentCircuitBreaker: CircuitBreakerRequest?
    var echoed: [String: JSON] = [:]

    struct CircuitBreakerRequest: Decodable {
        let enable: Bool
        let rollback: Bool
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case strategy
        case bakeTimeInMinutes
        case minimumHealthyPercent
        case maximumPercent
        case deploymentCircuitBreaker
    }

    private static let kept = KeptFields(
        echoed: ["alarms"],
        refused: [
            "alarms": "alarms are not available yet",
            "lifecycleHooks": "lifecycle hooks are not available yet",
            "linearConfiguration": "the strategy LINEAR is not available yet",
            "canaryConfiguration": "the strategy CANARY is not available yet",
            "earlySuccessCriteria": "early success is not available yet",
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
            result.circuitBreaker.enable = breaker.enable
            result.circuitBreaker.rollback = breaker.rollback
        }
        result.echoed.merge(echoed) { _, new in new }
        return result
    }
}

extension DeploymentStrategy {
    init(checking text: String) throws(FieldError) {
        let field = "deploymentConfiguration.strategy"
        guard let strategy = DeploymentStrategy(rawValue: text) else {
            throw FieldError(field, "must be BLUE_GREEN or ROLLING")
        }
        switch strategy {
        case .blueGreen, .rolling: self = strategy
        case .linear, .canary:
            throw FieldError(field, "\(text) is not available yet; use BLUE_GREEN or ROLLING")
        }
    }
}
