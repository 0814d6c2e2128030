import Model
import Store

/// What every commit is held to, whoever made it.
extension Auditor {
    func committed(_ batch: Batch, by who: String) {
        let before = books
        do {
            for change in batch.changes { try enter(change) }
        } catch {
            return violate("S1", "\(who) wrote what nobody can read: \(error)")
        }
        for change in batch.changes { check(change.key, before, by: who) }
        if books.generation != before.generation { checkGeneration(before) }
    }

    private func enter(_ change: Change) throws(StoreError) {
        guard case .put(let record) = change else { return leave(change.key) }
        switch change.key.folder {
        case "services":
            let service: Service = try record.decode()
            books.services[service.name] = service
        case "servicerevisions":
            let revision: ServiceRevision = try record.decode()
            books.revisions[revision.id] = revision
        case "deployments":
            let deployment: ServiceDeployment = try record.decode()
            books.deployments[deployment.id] = deployment
        case "tasks":
            let task: Task = try record.decode()
            books.tasks[task.id] = task
        case "taskstates":
            let state: TaskState = try record.decode()
            books.states[state.task] = state
        case "generations":
            books.generation = try record.decode()
        case "leader":
            books.leader = try record.decode()
        default: break
        }
    }

    private func leave(_ key: Key) {
        let name = key.name
        switch key.folder {
        case "tasks": books.tasks[TaskID(name)] = nil
        case "taskstates": books.states[TaskID(name)] = nil
        case "deployments": books.deployments[ServiceDeploymentID(name)] = nil
        case "servicerevisions": books.revisions[ServiceRevisionID(name)] = nil
        default: break
        }
    }

    private func check(_ key: Key, _ before: Books, by who: String) {
        switch key.folder {
        case "tasks": checkTask(TaskID(key.name), before)
        case "taskstates": checkState(TaskID(key.name), before)
        case "deployments": checkDeployment(ServiceDeploymentID(key.name), before)
        case "leader":
            guard let old = before.leader, let new = books.leader, new.term <= old.term else {
                return
            }
            violate("I12", "\(who) leads in term \(new.term) after \(old.term)")
        default: break
        }
    }
}

// MARK: - Tasks

extension Auditor {
    private func checkTask(_ id: TaskID, _ before: Books) {
        let old = before.tasks[id]
        guard let new = books.tasks[id] else {
            if let process = fleet.process(of: id), process.phase != .ended {
                violate("I8", "task \(id) is forgotten while it runs")
            }
            return
        }
        if old?.desiredStatus == .stopped, new.desiredStatus == .running {
            violate("I0", "task \(id) was told to stop and is wanted again")
        }
        if new.retirement?.drainDeadline != nil, drainDeadlines[id] == nil {
            let delay = Int64(environment.scenario.deregistrationDelaySeconds) * 1000
            drainDeadlines[id] = environment.now + delay
        }
        guard new.desiredStatus == .stopped, old?.desiredStatus == .running,
            let process = fleet.process(of: id), process.phase != .ended
        else { return }
        insistOnRelease(of: process, "is told to stop")
    }

    private func checkState(_ id: TaskID, _ before: Books) {
        guard let old = before.states[id], let new = books.states[id] else { return }
        guard old.lastStatus.rank > new.lastStatus.rank else { return }
        violate(
            "I0",
            "task \(id) goes from \(old.lastStatus.rawValue) back to \(new.lastStatus.rawValue)")
    }
}

extension TaskStatus {
    fileprivate var rank: Int { TaskStatus.allCases.firstIndex(of: self) ?? 0 }
}

extension Key {
    fileprivate var folder: Substring { path.split(separator: "/").first ?? "" }

    fileprivate var name: String { path.split(separator: "/").last.map(String.init) ?? "" }
}
