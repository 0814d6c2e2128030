/// Where a service's tasks are registered beside its own names: a service of Cloud Map (ECS's
/// ServiceRegistry).
package struct ServiceRegistry: Hashable, Sendable, Codable {
    package var registryArn: String
    /// What `registryArn` names: neither can change for as long as the Cloud Map service exists.
    package var name: ServiceName
    package var namespace: NamespaceName
    /// What SRV records say, 1 to 65535; the container port's when absent.
    package var port: Int?
    package var containerName: String?
    /// Together with `containerName`; the port that balancers use, or else the first, when absent.
    package var containerPort: Int?

    package init(registryArn: String, name: ServiceName, namespace: NamespaceName) {
        self.registryArn = registryArn
        self.name = name
        self.namespace = namespace
    }
}
