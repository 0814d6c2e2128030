import Model
import Store

/// Users of the control API: what their calls write, in the commits that the API makes.
final class Customer: Program {
    private var revisions: [ServiceName: Int] = [:]

    private static let retryMilliseconds: Int64 = 300
    private static let triesMax = 20

    override func didStart() {
        // What a user does about an answer that never came is another story.
        link.isReliable = true
        let scenario = environment.scenario
        do {
            _ = try environment.commit(try scenario.installation(at: instant), by: name)
            try create(Scenario.web)
            if scenario.hasWorker { try create(Scenario.worker) }
        } catch {
            environment.violate("S0", "the installation is refused: \(error)")
        }
        for appointment in scenario.appointments {
            after(appointment.at) { [self] in
                note("asks \(appointment.service) for \(appointment.intent)")
                attempt { [self] in try carryOut(appointment.intent, of: appointment.service) }
            }
        }
    }

    private var instant: Instant {
        Instant(milliseconds: Environment.epoch + environment.now)
    }

    /// Tries again for a while: a user whose call failed looks first whether it was done.
    private func attempt(
        _ tries: Int = triesMax, _ call: @escaping () throws -> Void
    ) {
        do {
            try call()
        } catch {
            guard tries > 1, case .conflict? = error as? StoreError else { return }
            after(Customer.retryMilliseconds) { [self] in attempt(tries - 1, call) }
        }
    }

    private func carryOut(_ intent: Intent, of service: ServiceName) throws {
        switch intent {
        case .deploy(let behaviour): try deploy(service, behaviour)
        case .scale(let count): try scale(service, to: count)
        case .stopDeployment: try stopDeployment(of: service)
        case .stopTask: try stopTask(of: service)
        case .drain(let milliseconds): try drain(for: milliseconds)
        }
    }
}

// MARK: - Calls

extension Customer {
    private func create(_ name: ServiceName) throws(StoreError) {
        let service = environment.scenario.service(name, at: instant)
        let key = Key.service(name, in: Cluster.default)
        let transaction = try deployment(
            of: service, .sound, superseding: [], if: .absent(key))
        _ = try environment.commit(transaction, by: self.name)
    }

    private func deploy(_ name: ServiceName, _ behaviour: Behaviour) throws {
        guard let record = try record(of: name) else { return }
        let key = Key.service(name, in: Cluster.default)
        let open = try link.read([.deployments]).records.map {
            try $0.versioned(ServiceDeployment.self)
        }.filter {
            $0.value.service == name && !$0.value.status.isTerminal && !$0.value.stopIntentBlue
                && $0.value.want?.kind != .supersede
        }
        try link.commit(
            try deployment(
                of: record.value, behaviour, superseding: open,
                if: .unchanged(key, version: record.version)))
    }

    private func scale(_ name: ServiceName, to count: Int) throws {
        // The API refuses a count for a daemon.
        guard var record = try record(of: name), !record.value.isDaemon else { return }
        let key = Key.service(name, in: Cluster.default)
        record.value.desiredCount = count
        if count == 0 { environment.auditor?.noteFailure() }
        try link.commit(
            Transaction(
                [.put(key, record.value)], if: [.unchanged(key, version: record.version)]))
    }

    private func stopDeployment(of name: ServiceName) throws {
        for record in try link.read([.deployments]).records {
            var deployment = try record.versioned(ServiceDeployment.self)
            let value = deployment.value
            guard value.service == name, value.want == nil, !value.stopIntentBlue,
                value.status == .pending || value.status == .inProgress
            else { continue }
            deployment.value.want = DeploymentWant(
                kind: .rollback, reason: "Stopped by its user.", at: instant)
            try link.commit(
                Transaction(
                    [.put(record.key, deployment.value)],
                    if: [.unchanged(record.key, version: record.version)]))
        }
    }

    private func stopTask(of name: ServiceName) throws {
        let records = try link.read([.tasks]).records.filter { record in
            guard let task = try? record.decode(Task.self) else { return false }
            return task.service == name && task.retirement == nil
                && task.desiredStatus == .running
        }
        guard let record = environment.pick(from: records) else { return }
        environment.auditor?.noteFailure()
        var task = try record.decode(Task.self)
        task.retirement = Retirement(
            at: instant, stopCode: .userInitiated, reason: "Task stopped by user")
        try link.commit(
            Transaction(
                [.put(record.key, task)], if: [.unchanged(record.key, version: record.version)]))
    }

    private func drain(for milliseconds: Int64) throws {
        let agents = environment.auditor?.fleet.agents ?? []
        guard let machine = environment.pick(from: agents)?.machine.id else { return }
        try set(machine, to: .draining)
        after(milliseconds) { [self] in
            attempt { [self] in try set(machine, to: .active) }
        }
    }

    private func set(_ machine: ContainerInstanceID, to status: ContainerInstanceStatus) throws {
        let key = Key.containerInstance(machine, in: Cluster.default)
        guard
            var record = try link.read([key]).records.first(where: { $0.key == key })?
                .versioned(ContainerInstance.self)
        else { return }
        record.value.status = status
        try link.commit(
            Transaction(
                [.put(key, record.value)], if: [.unchanged(key, version: record.version)]))
    }

    private func record(of name: ServiceName) throws -> Versioned<Service>? {
        try link.read([.service(name, in: Cluster.default)]).records.first?.versioned()
    }
}

// MARK: - Records

extension Customer {
    private func deployment(
        of service: Service, _ behaviour: Behaviour,
        superseding open: [Versioned<ServiceDeployment>],
        if condition: Precondition
    ) throws(StoreError) -> Transaction {
        let cluster = service.cluster
        let number = revisions[service.name, default: 0] + 1
        revisions[service.name] = number
        let definition = environment.scenario.taskDefinition(
            of: service.name, revision: number, behaviour, at: instant)
        var service = service
        service.deploymentSequence += 1
        service.taskDefinition = definition.taskDefinitionArn
        let id = ServiceRevisionID(environment.generator.decimal(digits: 19))
        let revision = ServiceRevision(
            id: id, arn: Realm.local.serviceRevision(id, of: service.name, in: cluster),
            service: service.name, cluster: cluster, taskDefinition: definition,
            loadBalancers: service.loadBalancers, createdAt: instant)
        let deploymentID = ServiceDeploymentID(environment.generator.alphanumeric(count: 21))
        let deployment = ServiceDeployment(
            id: deploymentID,
            arn: Realm.local.serviceDeployment(deploymentID, of: service.name, in: cluster),
            service: service.name, cluster: cluster, sequence: service.deploymentSequence,
            target: id, configuration: service.deploymentConfiguration, createdAt: instant)
        var transaction = Transaction(
            [
                try .put(.service(service.name, in: cluster), service),
                try .put(.serviceRevision(id, of: service.name, in: cluster), revision),
                try .put(.deployment(deploymentID, of: service.name, in: cluster), deployment),
            ], if: [condition])
        for var older in open {
            let key = Key.deployment(older.value.id, of: service.name, in: cluster)
            older.value.want = DeploymentWant(
                kind: .supersede, reason: "Superseded by a newer service deployment.", at: instant)
            transaction.preconditions.append(.unchanged(key, version: older.version))
            transaction.writes.append(try .put(key, older.value))
        }
        return transaction
    }
}
