/// An Amazon Resource Name: `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE`.
///
/// Clients keep these as opaque text and send them back; we parse only what is ours.
package struct ResourceName: Hashable, Sendable, CustomStringConvertible {
    package let service: String
    package let region: String
    package let account: String
    package let resource: String

    package init(service: String, region: String, account: String, resource: String) {
        self.service = service
        self.region = region
        self.account = account
        self.resource = resource
    }

    /// Parses `text`; `nil` when it is not an ARN of partition `aws`.
    package init?(parsing text: String) {
        let fields = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard fields.count == 6, fields[0] == "arn", fields[1] == "aws", !fields[5].isEmpty else {
            return nil
        }
        self.init(
            service: String(fields[2]), region: String(fields[3]), account: String(fields[4]),
            resource: String(fields[5]))
    }

    package var description: String { "arn:aws:\(service):\(region):\(account):\(resource)" }

    /// The parts of the resource between slashes: `task/default/0123` has three.
    package var path: [String] {
        resource.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    }
}

/// The region and account that all of this installation's names carry.
package struct Realm: Hashable, Sendable, Codable {
    package var region: String
    package var account: String

    /// SDKs and Terraform check the shape of both, so the default must look like AWS's.
    package static let local = Realm(region: "us-east-1", account: "000000000000")

    package init(region: String, account: String) {
        self.region = region
        self.account = account
    }

    package func ecs(_ resource: String) -> String {
        ResourceName(service: "ecs", region: region, account: account, resource: resource)
            .description
    }

    package func elasticLoadBalancing(_ resource: String) -> String {
        ResourceName(
            service: "elasticloadbalancing", region: region, account: account, resource: resource
        ).description
    }

    package func cluster(_ name: ClusterName) -> String { ecs("cluster/\(name)") }

    package func service(_ name: ServiceName, in cluster: ClusterName) -> String {
        ecs("service/\(cluster)/\(name)")
    }

    package func task(_ id: TaskID, in cluster: ClusterName) -> String {
        ecs("task/\(cluster)/\(id)")
    }

    package func containerInstance(_ id: ContainerInstanceID, in cluster: ClusterName) -> String {
        ecs("container-instance/\(cluster)/\(id)")
    }

    package func serviceRevision(
        _ id: ServiceRevisionID, of service: ServiceName, in cluster: ClusterName
    ) -> String {
        ecs("service-revision/\(cluster)/\(service)/\(id)")
    }

    package func serviceDeployment(
        _ id: ServiceDeploymentID, of service: ServiceName, in cluster: ClusterName
    ) -> String {
        ecs("service-deployment/\(cluster)/\(service)/\(id)")
    }

    package func taskDefinition(family: String, revision: Int) -> String {
        ecs("task-definition/\(family):\(revision)")
    }
}
