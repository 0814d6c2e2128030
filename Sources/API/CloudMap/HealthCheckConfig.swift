import Model

/// How the instances of a service are probed, as clients write it and are told.
struct HealthCheckConfig: Codable {
    let type: String
    let resourcePath: String?
    let failureThreshold: Int?

    static let resourcePathBytesMax = 255
    static let failureThresholds = 1...10

    init(_ check: DiscoveryHealthCheck) {
        type = check.type.rawValue
        resourcePath = check.type == .http ? check.resourcePath : nil
        failureThreshold = check.failureThreshold
    }

    func checked() throws(Fault) -> DiscoveryHealthCheck {
        guard let type = ProbeType(rawValue: type) else {
            throw .invalidInput(
                type == "HTTPS"
                    ? "HealthCheckConfig.Type HTTPS is not available: there is no certificate to "
                        + "know instances by; use TCP, or HTTP on a port of its own"
                    : "HealthCheckConfig.Type must be HTTP or TCP")
        }
        guard type == .http || resourcePath == nil else {
            throw .invalidInput("HealthCheckConfig.ResourcePath cannot be used with TCP")
        }
        let path = resourcePath ?? "/"
        guard path.hasPrefix("/"), path.utf8.count <= Self.resourcePathBytesMax,
            path.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw .invalidInput(
                "HealthCheckConfig.ResourcePath must be a path of 1 to 255 visible ASCII "
                    + "characters that begins with /")
        }
        let threshold = failureThreshold ?? 1
        guard Self.failureThresholds.contains(threshold) else {
            throw .invalidInput("HealthCheckConfig.FailureThreshold must be 1 to 10")
        }
        return DiscoveryHealthCheck(
            type: type, resourcePath: path, failureThreshold: threshold)
    }
}
