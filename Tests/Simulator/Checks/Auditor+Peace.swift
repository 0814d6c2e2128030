import Model
import Routing

/// What must be true once the troubles are over.
extension Auditor {
    /// How each service's deployments ended, in their order.
    var endings: [ServiceName: [ServiceDeploymentStatus]] {
        var endings: [ServiceName: [ServiceDeploymentStatus]] = [:]
        for deployment in books.deployments.values.sorted(by: { $0.sequence < $1.sequence }) {
            endings[deployment.service, default: []].append(deployment.status)
        }
        return endings
    }

    /// Why it is not yet as it should be; `nil` when it is.
    var unrest: String? {
        for deployment in books.deployments.values.sorted(by: { $0.id < $1.id })
        where !deployment.status.isTerminal {
            let stage = deployment.stage?.rawValue ?? "-"
            return "deployment \(deployment.id) is \(deployment.status.rawValue) in \(stage)"
        }
        if let orphan = fleet.processes.first(where: isOrphan) {
            return "task \(orphan.task) of revision \(orphan.revision?.text ?? "-") is an orphan"
        }
        for service in books.services.values.sorted(by: { $0.name < $1.name }) {
            if let gap = gap(in: service) { return gap }
        }
        return nil
    }

    /// Whether it runs and nobody wants it.
    private func isOrphan(_ process: TaskProcess) -> Bool {
        guard let task = books.tasks[process.task], task.desiredStatus == .running,
            let service = task.service.flatMap({ books.services[$0] }),
            task.revision == service.productionRevision
        else { return true }
        // The tasks of a revision that does not last come and go for ever.
        return task.retirement != nil && Behaviour(of: task.taskDefinition).lasts
    }

    /// What `service` lacks. One whose revision does not last cannot be whole.
    private func gap(in service: Service) -> String? {
        guard let id = service.productionRevision, let revision = books.revisions[id] else {
            // What never came up once, nobody could go back to.
            let hasServed = endings[service.name]?.contains(.successful) == true
            return hasServed ? "\(service.name) has no revision in production" : nil
        }
        guard Behaviour(of: revision.taskDefinition).lasts else { return nil }
        let serving = fleet.processes.filter { $0.revision == id && $0.isServing }
        guard serving.count == service.desiredCount else {
            return "\(service.name) has \(serving.count) of \(service.desiredCount) tasks"
        }
        if service.isDaemon, let machine = crowdedMachine(of: serving) {
            return "\(service.name) has more than one task on \(machine)"
        }
        return service.name == Scenario.web ? hole(in: serving, id) : nil
    }

    /// A machine that runs more than one of `serving`, as no daemon may.
    private func crowdedMachine(of serving: [TaskProcess]) -> String? {
        var seen: Set<ContainerInstanceID> = []
        return serving.lazy.compactMap { self.books.tasks[$0.task]?.containerInstance }
            .first { !seen.insert($0).inserted }
            .map { "\($0)" }
    }

    /// Which balancer does not send to all of `serving`, and to nothing else.
    private func hole(in serving: [TaskProcess], _ id: ServiceRevisionID) -> String? {
        let wanted = Set(serving.map { TargetID("\($0.task):\(Scenario.containerPort)") })
        for balancer in fleet.balancers {
            guard !balancer.isFenced else { return "\(balancer.name) is fenced" }
            guard balancer.carries == (wanted.isEmpty ? [] : [id]) else {
                return "\(balancer.name) sends to other revisions than \(id)"
            }
            let healthy = balancer.targets.map(\.id).filter {
                balancer.health[$0]?.state == .healthy
            }
            guard Set(healthy) == wanted else {
                return "\(balancer.name) finds \(healthy.count) of \(wanted.count) targets healthy"
            }
        }
        return nil
    }
}
