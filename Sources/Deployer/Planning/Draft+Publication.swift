import Model

/// What balancers are fed: derived whole from the records, published only when it differs.
extension Draft {
    mutating func publishConfigurations() {
        let names = Set(world.loadBalancers.keys).union(world.configurations.keys)
        let groups = registeredTargets()
        for name in names.sorted() {
            let published = world.configurations[name]
            var wanted = configuration(of: name, targets: groups)
            wanted.generation = published?.generation ?? 0
            if wanted != published {
                wanted.generation += 1
                put(wanted)
                announceTargets(from: published, to: wanted)
                promise(from: published, to: wanted)
            }
        }
        keepPromises()
        noteGenerationsWithout()
    }

    private func configuration(
        of name: LoadBalancerName, targets: [TargetGroupName: [Target]]
    ) -> LoadBalancerConfiguration {
        var listeners: [Listener] = []
        for key in world.listeners.keys.sorted() {
            guard var listener = world.listeners[key], listener.loadBalancer == name else {
                continue
            }
            listener.rules = world.rules.values.filter { $0.listener == key }
                .sorted { ($0.priority, $0.name) < ($1.priority, $1.name) }
            listeners.append(listener)
        }
        let named = listeners.flatMap { listener in
            listener.defaultTargetGroups + listener.rules.flatMap(\.targetGroups)
        }
        let groups = Set(named).sorted().compactMap { key -> TargetGroup? in
            guard var group = world.targetGroups[key] else { return nil }
            group.targets = (group.targets + (targets[key] ?? [])).sorted { $0.id < $1.id }
            return group
        }
        return LoadBalancerConfiguration(
            loadBalancer: name, generation: 0, listeners: listeners, targetGroups: groups)
    }

    /// Every running task that is to stay, in each of its groups.
    private func registeredTargets() -> [TargetGroupName: [Target]] {
        var targets: [TargetGroupName: [Target]] = [:]
        for task in world.tasks.values where isRegistered(task) {
            for (group, pair) in world.memberships(of: task) {
                guard let target = target(of: task, pair) else { continue }
                targets[group, default: []].append(target)
            }
        }
        return targets
    }

    private func isRegistered(_ task: Task) -> Bool {
        task.retirement == nil && task.desiredStatus == .running
            && world.taskStates[task.id]?.lastStatus == .running
    }

    private func target(of task: Task, _ pair: TargetGroupPair) -> Target? {
        guard let instance = task.containerInstance.flatMap({ world.containerInstances[$0] }),
            let container = world.taskStates[task.id]?.containers
                .first(where: { $0.name == pair.containerName }),
            let binding = container.networkBindings
                .first(where: { $0.containerPort == pair.containerPort }),
            let port = UInt16(exactly: binding.hostPort)
        else { return nil }
        return Target(
            id: TargetID(of: task.id, port: pair.containerPort), address: instance.address,
            port: port, revision: task.revision)
    }
}

// MARK: - Who waits for a generation

extension Draft {
    /// The open deployments whose own rules or groups change wait for the new generation.
    private mutating func promise(
        from old: LoadBalancerConfiguration?, to new: LoadBalancerConfiguration
    ) {
        let changed = ConfigurationChange(from: old, to: new)
        for var open in openDeployments() {
            guard let service = world.services[open.path],
                world.pairs(of: open.target, in: service).contains(where: changed.touches)
            else { continue }
            open.generations[new.loadBalancer] = new.generation
            put(open)
        }
    }

    /// A step promises the next generation; where nothing had to change, the current one is it.
    private mutating func keepPromises() {
        for var open in openDeployments() {
            for name in open.generations.keys.sorted() {
                let current = world.configurations[name]?.generation ?? 0
                open.generations[name] = min(open.generations[name] ?? 0, current)
            }
            put(open)
        }
    }

    private func openDeployments() -> [ServiceDeployment] {
        world.services.keys.sorted().compactMap { world.openDeployment(of: $0) }
    }

    /// Retiring tasks that may ever have been registered wait for a generation without them.
    private mutating func noteGenerationsWithout() {
        for id in world.tasks.keys.sorted() {
            guard var task = world.tasks[id], task.desiredStatus == .running,
                var retirement = task.retirement, world.taskStates[id]?.startedAt != nil
            else { continue }
            for (group, _) in world.memberships(of: task) {
                for name in routes.loadBalancers(of: group)
                where retirement.generations[name] == nil {
                    retirement.generations[name] = world.configurations[name]?.generation
                }
            }
            task.retirement = retirement
            put(task)
        }
    }

    private mutating func announceTargets(
        from old: LoadBalancerConfiguration?, to new: LoadBalancerConfiguration
    ) {
        let groups = Set((old?.targetGroups ?? []).map(\.name)).union(new.targetGroups.map(\.name))
        for name in groups.sorted() {
            let before = old?.targetGroups.first { $0.name == name }
            let after = new.targetGroups.first { $0.name == name }
            let gone = Set(before?.targets ?? []).subtracting(after?.targets ?? [])
            let come = Set(after?.targets ?? []).subtracting(before?.targets ?? [])
            for path in owners(of: name) {
                if !come.isEmpty {
                    announce("registered \(come.count) targets in (target-group \(name))", of: path)
                }
                if !gone.isEmpty {
                    announce(
                        "deregistered \(gone.count) targets in (target-group \(name))", of: path)
                }
            }
        }
    }

    private func owners(of group: TargetGroupName) -> [ServicePath] {
        world.services.values.filter { service in
            service.loadBalancers.contains {
                TargetGroupPair($0, usesAlternate: false).groups.contains(group)
            }
        }.map(\.path).sorted()
    }
}

/// Which rules and target groups differ between two configurations.
struct ConfigurationChange {
    private let rules: Set<RuleName>
    private let groups: Set<TargetGroupName>

    init(from old: LoadBalancerConfiguration?, to new: LoadBalancerConfiguration) {
        let oldRules = Set((old?.listeners ?? []).flatMap(\.rules))
        let newRules = Set(new.listeners.flatMap(\.rules))
        rules = Set(oldRules.symmetricDifference(newRules).map(\.name))
        let oldGroups = Set(old?.targetGroups ?? [])
        groups = Set(oldGroups.symmetricDifference(new.targetGroups).map(\.name))
    }

    func touches(_ pair: TargetGroupPair) -> Bool {
        pair.rules.contains(where: rules.contains) || pair.groups.contains(where: groups.contains)
    }
}
