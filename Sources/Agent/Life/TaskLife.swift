import Model

/// One task on this machine as a state machine: events go in, actions come out.
///
/// It knows ECS's rules for essential containers, dependencies, health and stopping, and nothing of
/// processes, files or clocks. `state` is what the store is to show.
struct TaskLife: Sendable {
    enum Action: Hashable, Sendable {
        /// `state` has changed: keep it, before any action that follows.
        case record
        case start(container: String)
        case signal(container: String, StopSignal)
        /// Run the container's health check once.
        case check(container: String)
    }

    let task: Task
    private(set) var state: TaskState
    private(set) var containers: [ContainerLife]
    private var isStopping: Bool { state.stopCode != nil }

    /// A task that was never started, with the ports it was given by container.
    init(
        _ task: Task, on instance: ContainerInstanceID, networkBindings: [String: [NetworkBinding]]
    ) {
        self.task = task
        containers = task.effectiveContainers.map {
            ContainerLife($0, networkBindings: networkBindings[$0.name] ?? [])
        }
        state = TaskState(
            task: task.id, cluster: task.cluster, containerInstance: instance, lastStatus: .pending)
        state.containers = containers.map { $0.state(before: nil) }
    }

    /// A task that an earlier agent started: every container that had not stopped is to be looked
    /// for, and told by `found(_:)`, `started(_:runtimeId:at:)` or `ended(_:_:at:)`.
    init(_ task: Task, resuming state: TaskState) {
        self.task = task
        self.state = state
        containers = task.effectiveContainers.map { definition in
            guard let known = state.containers.first(where: { $0.name == definition.name }) else {
                return ContainerLife(definition, networkBindings: [])
            }
            return ContainerLife(definition, resuming: known)
        }
    }

    var isOver: Bool { state.lastStatus == .stopped }

    var hostPorts: [Int] { containers.flatMap(\.networkBindings).map(\.hostPort) }

    /// The containers that an earlier agent may have started.
    var unknown: [String] { containers.filter { $0.phase == .unknown }.map(\.name) }

    /// When `tick(at:)` is to be called next; `nil` when no time matters.
    var deadline: Instant? {
        guard !isOver else { return nil }
        return containers.compactMap { container in
            switch container.phase {
            case .stopping(let killAt): killAt
            case .running where !isStopping:
                [container.monitor?.due, startDeadline(of: container)].compactMap(\.self).min()
            default: nil
            }
        }.min()
    }

    /// Only for as long as someone waits for it.
    private func startDeadline(of container: ContainerLife) -> Instant? {
        let isAwaited = containers.contains { other in
            other.phase == .waiting
                && other.definition.dependsOn.contains { $0.containerName == container.name }
        }
        return isAwaited ? Dependency.deadline(of: container) : nil
    }
}

// MARK: - Events

extension TaskLife {
    mutating func begin(at now: Instant) -> [Action] {
        let actions = settle(at: now)
        return actions.first == .record ? actions : [.record] + actions
    }

    /// A container that an earlier agent had not started after all.
    mutating func missing(_ container: String, at now: Instant) -> [Action] {
        change(container, at: now) { $0.phase = .waiting }
    }

    mutating func started(
        _ container: String, runtimeId: String, at now: Instant
    ) -> [Action] {
        change(container, at: now) { $0.started(runtimeId: runtimeId, at: now) }
    }

    mutating func ended(_ container: String, _ exit: ContainerExit, at now: Instant) -> [Action] {
        if !isStopping,
            containers.first(where: { $0.name == container })?.definition.essential
                == true
        {
            leave(exit.verdict.code, exit.verdict.reason, at: now)
        }
        return change(container, at: now) { $0.ended(exit) }
    }

    mutating func checked(_ container: String, passed: Bool, at now: Instant) -> [Action] {
        change(container, at: now) { $0.monitor?.finished(passed: passed, at: now) }
    }

    /// Asks all containers to end; the first reason given is the one that is kept.
    mutating func stop(_ code: TaskStopCode, _ reason: String, at now: Instant) -> [Action] {
        guard !isStopping, !isOver else { return [] }
        leave(code, reason, at: now)
        return settle(at: now)
    }

    /// Some moment that `deadline` named has come.
    mutating func tick(at now: Instant) -> [Action] { settle(at: now) }

    private mutating func change(
        _ name: String, at now: Instant, _ body: (inout ContainerLife) -> Void
    ) -> [Action] {
        guard let index = containers.firstIndex(where: { $0.name == name }) else { return [] }
        body(&containers[index])
        return settle(at: now)
    }

    private mutating func leave(_ code: TaskStopCode, _ reason: String, at now: Instant) {
        state.stopCode = code
        state.stoppedReason = reason
        state.stoppingAt = now
    }
}

// MARK: - Decisions

extension TaskLife {
    /// Does what has become possible or due, and notes what changed.
    private mutating func settle(at now: Instant) -> [Action] {
        // What an earlier agent left decides what to do: it is looked for first.
        guard unknown.isEmpty, !isOver else { return [] }
        let before = state
        var actions: [Action] = isStopping ? [] : startReady(at: now)
        actions += isStopping ? stopNext(at: now) : checkDue(at: now)
        note(at: now)
        guard state != before else { return actions }
        state.version = before.version + 1
        return [.record] + actions
    }

    private mutating func startReady(at now: Instant) -> [Action] {
        var actions: [Action] = []
        var changed = true
        // A container that never starts may decide another's fate: until nothing changes.
        while changed && !isStopping {
            changed = false
            for index in containers.indices where containers[index].phase == .waiting {
                switch readiness(of: containers[index], at: now) {
                case .notYet: continue
                case .met:
                    containers[index].phase = .starting
                    actions.append(.start(container: containers[index].name))
                case .never(let reason): refuse(index, reason, at: now)
                }
                changed = true
            }
        }
        refuseCycle(at: now)
        // Whoever was refused took the others' starts with it.
        return isStopping ? revoked(actions) : actions
    }

    /// Those that wait while nothing runs or will run wait for each other.
    private mutating func refuseCycle(at now: Instant) {
        guard !isStopping, !containers.contains(where: \.isLive) else { return }
        let waiting = containers.indices.filter { containers[$0].phase == .waiting }
        let names = waiting.map { containers[$0].name }.joined(separator: ", ")
        for index in waiting {
            refuse(index, "The containers \(names) wait for each other in dependsOn", at: now)
        }
    }

    private func readiness(of container: ContainerLife, at now: Instant) -> Dependency {
        var result = Dependency.met
        for condition in container.definition.dependsOn {
            let other = containers.first { $0.name == condition.containerName }
            switch Dependency(condition, on: other, at: now) {
            case .met: continue
            case .notYet: result = .notYet
            case .never(let reason): return .never(reason)
            }
        }
        return result
    }

    private mutating func refuse(_ index: Int, _ reason: String, at now: Instant) {
        containers[index].refuse(reason)
        guard containers[index].definition.essential, !isStopping else { return }
        leave(.taskFailedToStart, reason, at: now)
    }

    private mutating func revoked(_ actions: [Action]) -> [Action] {
        for case .start(let name) in actions {
            for index in containers.indices where containers[index].name == name {
                containers[index].phase = .waiting
            }
        }
        return []
    }

    /// Asks those on which no live container depends, and kills those whose time is over.
    private mutating func stopNext(at now: Instant) -> [Action] {
        var actions: [Action] = []
        for index in containers.indices where containers[index].phase == .waiting {
            containers[index].refuse(nil)
        }
        for index in containers.indices {
            let name = containers[index].name
            switch containers[index].phase {
            case .running where !isNeeded(name):
                let timeout =
                    containers[index].definition.stopTimeout ?? ContainerLife.stopTimeoutDefault
                containers[index].phase = .stopping(killAt: now.advanced(seconds: timeout))
                actions.append(.signal(container: name, .terminate))
            case .stopping(let killAt?) where killAt <= now:
                containers[index].phase = .stopping(killAt: nil)
                actions.append(.signal(container: name, .kill))
            default: continue
            }
        }
        return actions
    }

    private func isNeeded(_ name: String) -> Bool {
        containers.contains { other in
            other.isLive && other.name != name
                && other.definition.dependsOn.contains { $0.containerName == name }
        }
    }

    private mutating func checkDue(at now: Instant) -> [Action] {
        containers.indices.compactMap { index in
            guard containers[index].isRunning, containers[index].monitor?.begins(at: now) == true
            else { return nil }
            return .check(container: containers[index].name)
        }
    }

    /// Brings `state` up to date; statuses only move forward.
    private mutating func note(at now: Instant) {
        state.containers = containers.map { container in
            container.state(before: state.containers.first { $0.name == container.name })
        }
        state.healthStatus = worstHealth
        if containers.allSatisfy({ $0.phase == .stopped }) {
            if !isStopping {
                leave(.essentialContainerExited, "All containers in task exited", at: now)
            }
            state.lastStatus = .stopped
            state.stoppedAt = now
        } else if isStopping {
            state.lastStatus = .stopping
        } else if containers.allSatisfy({ $0.isRunning || $0.phase == .stopped }) {
            state.lastStatus = .running
            state.startedAt = state.startedAt ?? now
        }
    }

    /// UNHEALTHY, then UNKNOWN, then HEALTHY, of the essential containers.
    private var worstHealth: HealthStatus {
        let all = Set(containers.filter(\.definition.essential).map(\.healthStatus))
        if all.contains(.unhealthy) { return .unhealthy }
        return all.contains(.unknown) || all.isEmpty ? .unknown : .healthy
    }
}

/// How a container is asked to end.
package enum StopSignal: Hashable, Sendable {
    case terminate
    case kill
}
