import Model

/// `deploymentConfiguration.deploymentCircuitBreaker`.
struct CircuitBreakerRequest: Decodable {
    let enable: Bool
    let rollback: Bool
    let resetOnHealthyTask: Bool?
    let thresholdConfiguration: Threshold?

    struct Threshold: Decodable {
        let type: String
        let value: Int
    }

    func applied(
        to breaker: DeploymentCircuitBreaker, _ field: String
    ) throws(FieldError) -> DeploymentCircuitBreaker {
        var breaker = breaker
        breaker.enable = enable
        breaker.rollback = rollback
        breaker.resetOnHealthyTask = resetOnHealthyTask ?? breaker.resetOnHealthyTask
        if let threshold = thresholdConfiguration {
            breaker.thresholdConfiguration = try BreakerThreshold(
                checking: threshold.type, threshold.value, "\(field).thresholdConfiguration")
        }
        return breaker
    }
}

extension BreakerThreshold {
    init(checking type: String, _ value: Int, _ field: String) throws(FieldError) {
        guard let kind = Kind(rawValue: type) else {
            let all = Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw FieldError("\(field).type", "must be one of \(all)")
        }
        guard kind.values.contains(value) else {
            throw FieldError(
                "\(field).value",
                "must be \(kind.values.lowerBound) to \(kind.values.upperBound) with \(type)")
        }
        self.init(type: kind, value: value)
    }
}
