/// How a name server probes the instances of a Cloud Map service (HealthCheckConfig).
package struct DiscoveryHealthCheck: Hashable, Sendable, Codable {
    package var type: ProbeType
    /// What HTTP probes ask for: begins with a slash, 255 bytes at most.
    package var resourcePath: String
    /// Probes in a row that must say so before the verdict changes, 1 to 10.
    package var failureThreshold: Int

    package init(type: ProbeType, resourcePath: String = "/", failureThreshold: Int = 1) {
        self.type = type
        self.resourcePath = resourcePath
        self.failureThreshold = failureThreshold
    }
}

package enum ProbeType: String, Hashable, Sendable, Codable {
    /// A GET that is answered 200 to 399.
    case http = "HTTP"
    /// A connection that is accepted.
    case tcp = "TCP"
}
