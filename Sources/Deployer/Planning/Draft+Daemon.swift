import Model

/// DAEMON services: a task on each machine, and a count that follows the machines.
extension Draft {
    /// The scheduler sets a daemon's desired count, as ECS does.
    mutating func countMachines(for service: Service) {
        guard service.isDaemon else { return }
        var counted = service
        counted.desiredCount = sites(of: service).count(where: \.isWanted)
        put(counted)
        let grace = policy.agentGraceMilliseconds
        for instance in world.containerInstances.values where instance.cluster == service.cluster {
            guard let absence = world.absence(of: instance.id, at: now), absence < grace else {
                continue
            }
            wake(at: now.advanced(milliseconds: grace - absence))
        }
    }

    mutating func balanceDaemon(_ service: Service, _ open: ServiceDeployment?) {
        guard let (arriving, departing) = revisions(of: service, open) else { return }
        let sites = sites(of: service)
        let percent = service.deploymentConfiguration.minimumHealthyPercent
        let daemon = Daemon(
            machines: sites.compactMap(\.machine),
            floor: (service.desiredCount * percent + 99) / 100, now: now, policy: policy)
        let old = departing.map { replicas(of: $0, service) } ?? []
        let new = replicas(of: arriving, service)
        wakeForProtection(new + old)
        var plan = daemon.plan(arriving: new, departing: old)
        keepFitting(&plan, of: arriving, service, sites)
        carryOut(plan, of: arriving, for: service)
    }

    /// Which revision gets the machines, and from which; backwards when a deployment is withdrawn.
    private func revisions(
        of service: Service, _ open: ServiceDeployment?
    ) -> (arriving: ServiceRevisionID, departing: ServiceRevisionID?)? {
        guard let open else { return service.productionRevision.map { ($0, nil) } }
        guard open.status == .inProgress else { return open.source.map { ($0, open.target) } }
        let isUp = (open.stage ?? .preScaleUp) >= .scaleUp
        return isUp ? (open.target, open.source) : open.source.map { ($0, nil) }
    }

    /// Starts for which their machine has no room are told, and tried again later.
    private mutating func keepFitting(
        _ plan: inout ReplicaPlan, of id: ServiceRevisionID, _ service: Service,
        _ sites: [DaemonSite]
    ) {
        guard !plan.starts.isEmpty, let revision = world.revision(id, of: service.path) else {
            return
        }
        let demand = Demand(of: revision.taskDefinition)
        var obstacles: [PlacementObstacle] = []
        plan.starts.removeAll { start in
            guard let room = sites.first(where: { $0.room.instance == start.instance })?.room,
                let reason = room.obstacle(to: demand)
            else { return false }
            obstacles.append(PlacementObstacle(instance: room.instance, reason: reason))
            return true
        }
        if !obstacles.isEmpty { announceRefusal(of: service.path, obstacles) }
    }
}

/// A machine as a DAEMON service sees it.
private struct DaemonSite {
    let room: Room
    /// Whether it counts: it takes tasks, constraints allow it, and its agent is not long away.
    let isWanted: Bool
    let isConnected: Bool
    /// Whether a task there stays although none would start: its agent is away and the task may
    /// well serve, or other tasks have yet to leave.
    let isKept: Bool

    var machine: Daemon.Machine? {
        guard isWanted || isKept else { return nil }
        return Daemon.Machine(id: room.instance, mayStart: isWanted && isConnected)
    }
}

extension Draft {
    private func sites(of service: Service) -> [DaemonSite] {
        let group = "service:\(service.name)"
        let rules = rules(ofDaemon: service)
        let instances = world.containerInstances.values.filter {
            $0.cluster == service.cluster && $0.status != .inactive
        }
        return rooms(of: instances).map { room in
            let absence = world.absence(of: room.instance, at: now)
            let isAway = absence.map { $0 >= policy.agentGraceMilliseconds } ?? false
            let isActive = world.containerInstances[room.instance]?.status == .active
            return DaemonSite(
                room: room,
                isWanted: isActive && !isAway && room.obstacle(to: rules, for: group) == nil,
                isConnected: absence == nil,
                isKept: isAway || !isActive && hasOthers(on: room.instance))
        }
    }

    /// Those of the revision that is to have the machines. That its tasks are on machines of
    /// their own needs no constraint.
    private func rules(ofDaemon service: Service) -> PlacementRules {
        let open = world.openDeployment(of: service.path)
        let revision = (open?.target ?? service.productionRevision).flatMap {
            world.revision($0, of: service.path)
        }
        let constraints =
            (revision?.taskDefinition.placementConstraints ?? [])
            + (service.placementConstraints ?? [])
        return PlacementRules(
            constraints: constraints.filter { $0.type == .memberOf }, strategy: [])
    }

    /// A daemon's task is the last to leave a machine that drains.
    private func hasOthers(on instance: ContainerInstanceID) -> Bool {
        world.tasks.values.contains { task in
            task.containerInstance == instance && !isGone(task)
                && task.path.flatMap { world.services[$0] }?.isDaemon != true
        }
    }
}
