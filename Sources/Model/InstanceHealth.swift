/// What probes have found of an instance that was registered by hand: written when it changes.
package struct InstanceHealth: Hashable, Sendable, Codable {
    package var service: DiscoveryServiceID
    package var instance: String
    package var isHealthy: Bool

    package init(service: DiscoveryServiceID, instance: String, isHealthy: Bool) {
        self.service = service
        self.instance = instance
        self.isHealthy = isHealthy
    }
}
