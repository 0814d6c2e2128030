import Model
import Store

/// The records of one service that change together, decided without a store.
///
/// CreateService, UpdateService and ApplyConfiguration all come down to one of these.
struct ServiceChange {
    private(set) var service: Service
    /// Made when the change needs a deployment.
    private(set) var revision: ServiceRevision?
    private(set) var deployment: ServiceDeployment?
    /// Older open deployments, asked to give way.
    private var superseded: [Versioned<ServiceDeployment>] = []
    private let before: Versioned<Service>?

    /// What turns `before` into `after`. A service that is new, or was INACTIVE, or that runs
    /// something else now, is deployed; so is any when `forced`.
    init(
        from before: Versioned<Service>?, to after: Service, running definition: TaskDefinition,
        forced: Bool = false, deployments: [Versioned<ServiceDeployment>], by call: Call,
        using generator: inout Generator
    ) {
        self.before = before
        service = after
        service.taskDefinition = definition.taskDefinitionArn
        guard let old = before?.value, old.status == .active else {
            deploy(definition, by: call, using: &generator)
            return
        }
        if forced || old.taskDefinition != service.taskDefinition
            || old.loadBalancers != service.loadBalancers
        {
            supersede(deployments, by: call)
            deploy(definition, by: call, using: &generator)
        }
    }

    /// Whether there was none of this name, or an INACTIVE one.
    var isNew: Bool { before?.value.status != .active }

    var isEmpty: Bool { before?.value == service && deployment == nil }

    private mutating func deploy(
        _ definition: TaskDefinition, by call: Call, using generator: inout Generator
    ) {
        service.deploymentSequence += 1
        let realm = call.realm
        let revisionID = ServiceRevisionID(generator.decimal(digits: 19))
        let deploymentID = ServiceDeploymentID(generator.alphanumeric(count: 21))
        revision = ServiceRevision(
            id: revisionID,
            arn: realm.serviceRevision(revisionID, of: service.name, in: service.cluster),
            service: service.name, cluster: service.cluster, taskDefinition: definition,
            loadBalancers: service.loadBalancers, createdAt: call.now)
        var deployment = ServiceDeployment(
            id: deploymentID,
            arn: realm.serviceDeployment(deploymentID, of: service.name, in: service.cluster),
            service: service.name, cluster: service.cluster,
            sequence: service.deploymentSequence, target: revisionID,
            configuration: service.deploymentConfiguration, createdAt: call.now)
        deployment.createdBy = call.caller
        self.deployment = deployment
    }

    /// A deployment past its point of no return goes on; the new one waits for it.
    private mutating func supersede(_ deployments: [Versioned<ServiceDeployment>], by call: Call) {
        for open in deployments where !open.value.status.isTerminal && !open.value.stopIntentBlue {
            guard open.value.want?.kind != .supersede else { continue }
            var changed = open
            changed.value.want = DeploymentWant(
                kind: .supersede, reason: "Superseded by a newer service deployment.",
                by: call.caller, at: call.now)
            changed.value.updatedAt = call.now
            superseded.append(changed)
        }
    }

    /// All of it in one commit, good only while nobody else has changed what it was made from.
    func transaction() throws(StoreError) -> Transaction {
        let cluster = service.cluster
        let key = Key.service(service.name, in: cluster)
        var transaction = Transaction()
        transaction.preconditions.append(
            before.map { .unchanged(key, version: $0.version) } ?? .absent(key))
        transaction.writes.append(try .put(key, service))
        if let revision {
            let key = Key.serviceRevision(revision.id, of: service.name, in: cluster)
            transaction.preconditions.append(.absent(key))
            transaction.writes.append(try .put(key, revision))
        }
        if let deployment {
            let key = Key.deployment(deployment.id, of: service.name, in: cluster)
            transaction.preconditions.append(.absent(key))
            transaction.writes.append(try .put(key, deployment))
        }
        for open in superseded {
            let key = Key.deployment(open.value.id, of: service.name, in: cluster)
            transaction.preconditions.append(.unchanged(key, version: open.version))
            transaction.writes.append(try .put(key, open.value))
        }
        return transaction
    }
}

extension Service {
    /// A new service, carrying on the numbers of one of the same name that is INACTIVE.
    init(
        creating name: ServiceName, in cluster: ClusterName, after old: Service?, by call: Call
    ) {
        self.init(
            name: name, cluster: cluster, taskDefinition: "", desiredCount: 1,
            deploymentConfiguration: DeploymentConfiguration(), createdAt: call.now)
        createdBy = call.caller
        deploymentSequence = old?.deploymentSequence ?? 0
    }
}
