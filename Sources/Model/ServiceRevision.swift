/// An immutable snapshot of all that decides how a service's tasks run.
///
/// A deployment goes from one of these to another; a rollback makes no new one.
package struct ServiceRevision: Hashable, Sendable, Codable {
    package var id: ServiceRevisionID
    package var arn: String
    package var service: ServiceName
    package var cluster: ClusterName
    /// The full definition, not its name: deregistering it later changes nothing here.
    package var taskDefinition: TaskDefinition
    package var loadBalancers: [ServiceLoadBalancer]
    package var createdAt: Instant

    package init(
        id: ServiceRevisionID, arn: String, service: ServiceName, cluster: ClusterName,
        taskDefinition: TaskDefinition, loadBalancers: [ServiceLoadBalancer], createdAt: Instant
    ) {
        self.id = id
        self.arn = arn
        self.service = service
        self.cluster = cluster
        self.taskDefinition = taskDefinition
        self.loadBalancers = loadBalancers
        self.createdAt = createdAt
    }
}
