/// What discovery answers for one service in one namespace: only what is healthy and serving.
///
/// The control loop writes it in the same commit as the generation that moves the traffic.
package struct DirectoryEntry: Hashable, Sendable, Codable {
    package var service: ServiceName
    package var namespace: NamespaceName
    /// In seconds.
    package var ttlSeconds: Int
    /// Sorted by id.
    package var instances: [DirectoryInstance]

    package init(
        service: ServiceName, namespace: NamespaceName, ttlSeconds: Int,
        instances: [DirectoryInstance]
    ) {
        self.service = service
        self.namespace = namespace
        self.ttlSeconds = ttlSeconds
        self.instances = instances
    }
}

package struct DirectoryInstance: Hashable, Sendable, Codable {
    /// The task's id: its stable name is `ID.SERVICE.NAMESPACE`.
    package var id: String
    /// IPv4 or IPv6 in text.
    package var address: String
    package var port: UInt16

    package init(id: String, address: String, port: UInt16) {
        self.id = id
        self.address = address
        self.port = port
    }
}
