import Model
import Store

@testable import API

/// Plays the control loop and the agent in the plainest way: what is wanted happens at once.
///
/// It lets real clients wait for what they wait for, and decides nothing that a test is about.
struct Stagehand {
    let store: any Store
    private static let folders = [Key.services, Key.deployments, Key.tasks, Key.taskStates]

    func run() async throws {
        var cursor = try await act()
        while !_Concurrency.Task.isCancelled {
            for try await batch in store.watch(Stagehand.folders, from: cursor) {
                cursor = batch.cursor
                _ = try await act()
            }
        }
    }

    /// One reading, and one commit of all that follows from it.
    private func act() async throws -> Cursor {
        let snapshot = try await store.read(Stagehand.folders)
        var writes: [Write] = []
        var conditions: [Precondition] = []
        for record in try snapshot.values(in: Key.services, as: Service.self) {
            let moved = try moves(of: record.value, in: snapshot)
            guard !moved.isEmpty else { continue }
            writes += moved
            conditions.append(
                .unchanged(
                    .service(record.value.name, in: record.value.cluster), version: record.version))
        }
        for record in try snapshot.values(in: Key.tasks, as: Task.self) {
            writes += try moves(of: record.value, in: snapshot)
        }
        guard !writes.isEmpty else { return snapshot.cursor }
        do {
            try await store.commit(Transaction(writes, if: conditions))
        } catch StoreError.conflict {
            // The change that was faster wakes the watch again.
        }
        return snapshot.cursor
    }

    private func moves(of service: Service, in snapshot: Snapshot) throws -> [Write] {
        var service = service
        var writes: [Write] = []
        let key = Key.service(service.name, in: service.cluster)
        let tasks = try snapshot.values(in: Key.tasks, as: Task.self).map(\.value)
            .filter { $0.service == service.name && $0.desiredStatus == .running }
        if service.status == .draining {
            service.status = .inactive
            return [try .put(key, service)] + (try tasks.map(stop))
        }
        guard service.status == .active else { return [] }
        let open = try snapshot.values(in: Key.deployments, as: ServiceDeployment.self)
            .map(\.value)
            .filter { $0.service == service.name && !$0.status.isTerminal }
            .sorted { $0.sequence < $1.sequence }
        for var deployment in open {
            deployment.status = deployment.id == open.last?.id ? .successful : .stopped
            deployment.stage = .cleanUp
            if deployment.status == .successful {
                service.productionRevision = deployment.target
                deployment.productionWeight = 1000
            }
            let key = Key.deployment(deployment.id, of: service.name, in: service.cluster)
            writes.append(try .put(key, deployment))
        }
        if !open.isEmpty { writes.append(try .put(key, service)) }
        return writes + (try replicas(of: service, tasks))
    }

    private func replicas(of service: Service, _ tasks: [Task]) throws -> [Write] {
        guard let revision = service.productionRevision else { return [] }
        let current = tasks.filter { $0.revision == revision }
        let old = tasks.filter { $0.revision != revision } + current.dropFirst(service.desiredCount)
        var writes = try old.map(stop)
        var system = SystemRandomNumberGenerator()
        var generator = Generator(seed: system.next())
        for _ in 0..<max(0, service.desiredCount - current.count) {
            let id = TaskID(generator.hexadecimal(digits: 32))
            var task = Task(
                id: id, arn: Realm.local.task(id, in: service.cluster), cluster: service.cluster,
                taskDefinition: TaskDefinition(
                    family: service.name.text, revision: 1,
                    taskDefinitionArn: service.taskDefinition, containerDefinitions: [],
                    registeredAt: service.createdAt),
                group: "service:\(service.name)", createdAt: service.createdAt)
            task.service = service.name
            task.revision = revision
            writes.append(try .put(.task(id, in: service.cluster), task))
        }
        return writes
    }

    private func moves(of task: Task, in snapshot: Snapshot) throws -> [Write] {
        let key = Key.taskState(task.id, in: task.cluster)
        let state = try snapshot.value(at: key, as: TaskState.self)?.value
        let wanted: TaskStatus =
            task.retirement != nil || task.desiredStatus == .stopped ? .stopped : .running
        guard state?.lastStatus != wanted, state?.lastStatus != .stopped else { return [] }
        return [
            try .put(
                key,
                TaskState(
                    task: task.id, cluster: task.cluster, containerInstance: "here",
                    lastStatus: wanted))
        ]
    }

    private func stop(_ task: Task) throws -> Write {
        var task = task
        task.desiredStatus = .stopped
        return try .put(.task(task.id, in: task.cluster), task)
    }
}
