import Model
import Store

/// The store's records that promises speak of, decoded as they are written.
struct Books {
    var services: [ServiceName: Service] = [:]
    var revisions: [ServiceRevisionID: ServiceRevision] = [:]
    var deployments: [ServiceDeploymentID: ServiceDeployment] = [:]
    var tasks: [TaskID: Task] = [:]
    var states: [TaskID: TaskState] = [:]
    var generation: Generation?
    var configuration: LoadBalancerConfiguration?
    var leader: Leader?

    func openDeployments(of service: ServiceName) -> [ServiceDeployment] {
        deployments.values
            .filter { $0.service == service && !$0.status.isTerminal && $0.status != .pending }
            .sorted { $0.sequence < $1.sequence }
    }

    /// In the order of their ids.
    func tasks(of revision: ServiceRevisionID) -> [Task] {
        tasks.values.filter { $0.revision == revision }.sorted { $0.id < $1.id }
    }
}
