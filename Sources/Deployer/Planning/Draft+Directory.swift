import Model

/// What discovery answers: the healthy tasks of whichever side has production's traffic, and by the
/// names of its view the other side's.
extension Draft {
    /// While a deployment runs, in seconds: who asks by name follows the traffic at once.
    private static let ttlSecondsMoving = 1

    mutating func publishDirectory() {
        var wanted: [DirectoryPath: DirectoryEntry] = [:]
        for path in world.services.keys.sorted() {
            guard let service = world.services[path], service.status != .inactive else { continue }
            let isActive = service.status == .active
            let serving = isActive ? serving(in: service) : []
            let others = isActive ? others(of: service) : []
            for place in service.places {
                let entry = DirectoryEntry(
                    service: place.path.service, namespace: place.path.namespace,
                    ttlSeconds: ttlSeconds(of: service), instances: [])
                wanted[place.path, default: entry].add(
                    serving.compactMap { instance(of: $0, service, for: place.registry) },
                    others: others.compactMap { instance(of: $0, service, for: place.registry) },
                    ttlSeconds: entry.ttlSeconds)
            }
        }
        for place in Set(wanted.keys).union(world.directory.keys).sorted() {
            let old = world.directory[place]?.value
            guard old != wanted[place] else { continue }
            noteNames(from: old, to: wanted[place])
            if let entry = wanted[place] { put(entry) } else { removeDirectory(place) }
        }
    }

    private func serving(in service: Service) -> [Task] {
        let serving = servingRevisions(of: service)
        return world.tasks(of: service.path).filter { task in
            task.revision.map(serving.contains) == true && isServing(task, service)
        }
    }

    /// The healthy tasks of the side without traffic. They are for those who look at a deployment:
    /// nothing waits until the names of a view are forgotten.
    private func others(of service: Service) -> [Task] {
        guard let open = world.openDeployment(of: service.path) else { return [] }
        let serving = servingRevisions(of: service)
        return world.tasks(of: service.path).filter { task in
            guard let revision = task.revision else { return false }
            return !serving.contains(revision) && [open.source, open.target].contains(revision)
                && condition(of: task) == .healthy
        }
    }

    private func ttlSeconds(of service: Service) -> Int {
        let isMoving = world.openDeployment(of: service.path) != nil
        return isMoving
            ? min(service.recordTTLSeconds, Self.ttlSecondsMoving) : service.recordTTLSeconds
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

    /// Whether any name leads to the task now.
    func isListed(_ task: Task, _ service: Service) -> Bool {
        service.places.contains { place in
            world.directory[place.path]?.value.instances.contains { $0.id == task.id.text } ?? false
        }
    }

    private func instance(
        of task: Task, _ service: Service, for registry: ServiceRegistry?
    ) -> DirectoryInstance? {
        guard let host = task.containerInstance.flatMap({ world.containerInstances[$0] })
        else { return nil }
        let bindings = (world.taskStates[task.id]?.containers ?? []).flatMap(\.networkBindings)
        var instance = DirectoryInstance(
            id: task.id.text, address: host.address,
            port: registry?.port.flatMap { UInt16(exactly: $0) } ?? port(of: task, for: registry))
        instance.ports = ports(of: task, bindings)
        instance.colour = colour(of: task, service)
        instance.revision = task.taskDefinition.revision
        instance.tags = task.tags.isEmpty ? nil : task.tags
        instance.attributes = attributes(of: task, service, on: host)
        return instance
    }

    /// Those that ECS gives an instance, besides its address and port.
    private func attributes(
        of task: Task, _ service: Service, on host: ContainerInstance
    ) -> [String: String] {
        let region = ResourceName(parsing: host.arn)?.region ?? Realm.local.region
        let zone = host.attributes.first { $0.name == "ecs.availability-zone" }?.value
        return [
            "AVAILABILITY_ZONE": zone ?? region + "a", "REGION": region,
            "ECS_CLUSTER_NAME": task.cluster.text, "ECS_SERVICE_NAME": service.name.text,
            "ECS_TASK_DEFINITION_FAMILY": task.taskDefinition.family,
            "EC2_INSTANCE_ID": host.id.text,
        ]
    }

    /// The host port of the container port that `registry` means: when it means none, the one that
    /// balancers use, or the first. Zero without any.
    private func port(of task: Task, for registry: ServiceRegistry?) -> UInt16 {
        let containers = world.taskStates[task.id]?.containers ?? []
        let bindings = containers.flatMap(\.networkBindings)
        let binding: NetworkBinding?
        if let wanted = registry?.containerPort {
            binding = containers.first { $0.name == registry?.containerName }?
                .networkBindings.first { $0.containerPort == wanted }
        } else {
            let wanted = world.memberships(of: task).first?.pair.containerPort
            binding = bindings.first { $0.containerPort == wanted } ?? bindings.first
        }
        return binding.flatMap { UInt16(exactly: $0.hostPort) } ?? 0
    }

    /// Each port by its number in the container, and by its mapping's name where it has one.
    private func ports(of task: Task, _ bindings: [NetworkBinding]) -> [DirectoryPort]? {
        let mappings = task.taskDefinition.containerDefinitions.flatMap(\.portMappings)
        let ports = bindings.flatMap { binding -> [DirectoryPort] in
            guard let port = UInt16(exactly: binding.hostPort) else { return [] }
            let mapping = mappings.first { $0.containerPort == binding.containerPort }
            return [mapping?.name, String(binding.containerPort)].compactMap(\.self)
                .map { DirectoryPort(label: $0, port: port) }
        }
        return ports.isEmpty ? nil : ports
    }

    /// A rolling deployment has no sides: both serve.
    private func colour(of task: Task, _ service: Service) -> DirectoryColour? {
        guard let open = world.openDeployment(of: service.path), !open.isRolling else { return nil }
        if task.revision == open.target { return .green }
        return task.revision == open.source ? .blue : nil
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

extension DirectoryEntry {
    /// Two services that are registered in one place share its names: whoever asks may have to
    /// forget a task of either, so the shorter time to live holds.
    fileprivate mutating func add(
        _ serving: [DirectoryInstance], others: [DirectoryInstance], ttlSeconds seconds: Int
    ) {
        instances = (instances + serving).sorted { $0.id < $1.id }
        let views = (self.others ?? []) + others
        self.others = views.isEmpty ? nil : views.sorted { $0.id < $1.id }
        ttlSeconds = min(ttlSeconds, seconds)
    }
}
