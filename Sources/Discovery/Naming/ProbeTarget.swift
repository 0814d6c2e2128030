package import Model

/// An instance to probe, and how.
package struct ProbeTarget: Hashable, Sendable {
    package let service: DiscoveryServiceID
    package let instance: String
    package let address: IPAddress
    package let port: UInt16
    package let check: DiscoveryHealthCheck

    /// HTTP's own, when the instance gives none.
    private static let portDefault: UInt16 = 80

    /// `nil` for an instance that is not to be probed, or has no address.
    package init?(_ instance: DiscoveryInstance, of service: DiscoveryService) {
        let attributes = instance.attributes
        let text = attributes[InstanceAttribute.ipv4] ?? attributes[InstanceAttribute.ipv6]
        guard let check = service.healthCheck, let address = text.flatMap({ IPAddress($0) })
        else { return nil }
        self.service = service.id
        self.instance = instance.id
        self.address = address
        port = attributes[InstanceAttribute.port].flatMap { UInt16($0) } ?? Self.portDefault
        self.check = check
    }

    package var id: ProbeID { ProbeID(service: service, instance: instance) }
}

/// Which instance of which service.
package struct ProbeID: Hashable, Comparable, Sendable {
    package let service: DiscoveryServiceID
    package let instance: String

    package init(service: DiscoveryServiceID, instance: String) {
        self.service = service
        self.instance = instance
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.service, left.instance) < (right.service, right.instance)
    }
}
