import Model

/// What discovery answers: the healthy tasks of whichever side has production's traffic.
extension Draft {
    mutating func publishDirectory() {
        var wanted: [DirectoryPath: DirectoryEntry] = [:]
        for path in world.services.keys.sorted() {
            guard let service = world.services[path], service.status != .inactive else { continue }
            let instances = service.status == .active ? instances(of: service) : []
            for namespace in service.namespaces {
                let place = DirectoryPath(service.name, in: namespace)
                var entry =
                    wanted[place]
                    ?? DirectoryEntry(
                        service: service.name, namespace: namespace,
                        ttlSeconds: service.recordTTLSeconds, instances: [])
                entry.instances = (entry.instances + instances).sorted { $0.id < $1.id }
                wanted[place] = entry
            }
        }
        for place in Set(wanted.keys).union(world.directory.keys).sorted() {
            let old = world.directory[place]?.value
            guard old != wanted[place] else { continue }
            noteNames(from: old, to: wanted[place])
            if let entry = wanted[place] { put(entry) } else { removeDirectory(place) }
        }
    }

    private func instances(of service: Service) -> [DirectoryInstance] {
        let serving = servingRevisions(of: service)
        return world.tasks(of: service.path).compactMap { task in
            guard let revision = task.revision, serving.contains(revision), isServing(task, service)
            else { return nil }
            return instance(of: task)
        }
    }

    /// Names follow the weights: never the colour without traffic.
    private func servingRevisions(of service: Service) -> Set<ServiceRevisionID> {
        guard let open = world.openDeployment(of: service.path) else {
            return Set([service.productionRevision].compactMap(\.self))
        }
        guard let source = open.source else { return [open.target] }
        if open.isRolling { return [source, open.target] }
        // Without a rule there is nothing to weigh: the record alone says who serves.
        return [open.productionWeight >= Weight.all ? open.target : source]
    }

    /// Healthy for any balancer is serving; while none can say, a task stays what it was.
    private func isServing(_ task: Task, _ service: Service) -> Bool {
        switch condition(of: task) {
        case .healthy: return true
        case .gone, .retiring, .unhealthy, .starting(isRunning: false): return false
        case .starting(isRunning: true): break
        }
        var isSeen = false
        for (group, pair) in world.memberships(of: task) {
            let target = TargetID(of: task.id, port: pair.containerPort)
            for name in routes.loadBalancers(of: group) {
                let view = view(of: name)
                if view.isHealthyForAny(target) { isSeen = true }
                if !view.members.isEmpty { return isSeen }
            }
        }
        return isSeen || isListed(task, service)
    }

    private func isListed(_ task: Task, _ service: Service) -> Bool {
        service.namespaces.contains { namespace in
            world.directory[DirectoryPath(service.name, in: namespace)]?.value.instances
                .contains { $0.id == task.id.text } ?? false
        }
    }

    private func instance(of task: Task) -> DirectoryInstance? {
        guard let instance = task.containerInstance.flatMap({ world.containerInstances[$0] })
        else { return nil }
        let bindings = (world.taskStates[task.id]?.containers ?? []).flatMap(\.networkBindings)
        let wanted = world.memberships(of: task).first?.pair.containerPort
        let binding = bindings.first { $0.containerPort == wanted } ?? bindings.first
        return DirectoryInstance(
            id: task.id.text, address: instance.address,
            port: binding.flatMap { UInt16(exactly: $0.hostPort) } ?? 0)
    }

    /// A task that drops out of the directory may be known to clients for a while yet.
    private mutating func noteNames(from old: DirectoryEntry?, to new: DirectoryEntry?) {
        let before = Set((old?.instances ?? []).map(\.id))
        let after = Set((new?.instances ?? []).map(\.id))
        for id in before.symmetricDifference(after).sorted() {
            guard var task = world.tasks[TaskID(id)] else { continue }
            task.namedUntil = after.contains(id) ? nil : now
            put(task)
        }
    }
}
