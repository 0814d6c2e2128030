package import Model
package import Routing

/// All that was counted until one moment, by one worker or by all together. No count ever goes
/// down but those of what is there now.
package struct Traffic: Sendable {
    /// Of targets that are registered, or left and have requests in flight.
    package private(set) var targets: [TargetKey: TargetTraffic] = [:]
    /// Of targets that are gone. Those of too many revisions are counted for none, and those of
    /// groups that are gone for the group without a name.
    package private(set) var departed: [RevisionKey: TargetOutcomes] = [:]
    package private(set) var listeners: [ListenerName: ListenerTraffic] = [:]
    /// Open client connections.
    package private(set) var clients = 0
    /// Requests that wait for a place at a target.
    package private(set) var waiting = 0
    /// Requests that were to be copied to another target group and were not.
    package private(set) var skippedShadows = 0
    /// Responses of the balancer's own making, by status.
    package private(set) var ownResponses: [Int: Int] = [:]

    init() {}

    init(_ worker: Worker) {
        for target in Array(worker.targets.values) + worker.leaving {
            targets[target.pointee.key, default: TargetTraffic()].add(TargetTraffic(target))
        }
        departed = worker.departed
        listeners = worker.departedListeners
        for listener in worker.listeners + worker.leavingListeners {
            listeners[listener.pointee.compiled.name, default: ListenerTraffic()]
                .add(ListenerTraffic(listener))
        }
        clients = worker.hot.pointee.allClients.count
        waiting = worker.groups.values.reduce(0) { $0 + $1.pointee.concurrency.waiting.count }
        skippedShadows = worker.skippedShadows
        ownResponses = worker.hot.pointee.ownResponses
    }

    mutating func add(_ other: Traffic) {
        for (key, target) in other.targets { targets[key, default: TargetTraffic()].add(target) }
        for (key, outcomes) in other.departed {
            departed[key, default: TargetOutcomes()].add(outcomes)
        }
        for (name, listener) in other.listeners {
            listeners[name, default: ListenerTraffic()].add(listener)
        }
        clients += other.clients
        waiting += other.waiting
        skippedShadows += other.skippedShadows
        ownResponses.merge(other.ownResponses, uniquingKeysWith: +)
    }

    /// Of all listeners together.
    package var outcomes: ListenerOutcomes {
        listeners.values.reduce(into: ListenerOutcomes()) { $0.add($1.outcomes) }
    }

    var inFlight: Int { targets.values.reduce(0) { $0 + $1.inFlight } }
    var idleConnections: Int { targets.values.reduce(0) { $0 + $1.idleConnections } }

    /// Every revision's targets together, those that are gone included.
    package var revisions: [RevisionKey: TargetOutcomes] {
        targets.reduce(into: departed) { revisions, target in
            revisions[target.key.revision, default: TargetOutcomes()].add(target.value.outcomes)
        }
    }

    /// The same for whole target groups.
    package var groups: [TargetGroupName: TargetOutcomes] {
        revisions.reduce(into: [:]) { groups, revision in
            groups[revision.key.group, default: TargetOutcomes()].add(revision.value)
        }
    }
}

/// A target's part of it.
package struct TargetTraffic: Sendable {
    package private(set) var outcomes = TargetOutcomes()
    package private(set) var inFlight = 0
    package private(set) var idleConnections = 0
    /// Its part of what its group's requests are shared by, in the worker that gives it least.
    package private(set) var weight: UInt32 = .max
    /// Whether it gets less because it does worse than its peers.
    package private(set) var isMitigated = false
    /// Whether it left, and still has requests.
    package private(set) var isDraining = false

    init() {}

    init(_ target: Ref<TargetSlot>) {
        outcomes = target.pointee.outcomes.pointee
        inFlight = target.pointee.inFlight
        idleConnections = target.pointee.idle.count
        weight = target.pointee.weight
        isMitigated = target.pointee.mitigation.isInEffect
        isDraining = target.pointee.draining != nil
    }

    mutating func add(_ other: TargetTraffic) {
        outcomes.add(other.outcomes)
        inFlight += other.inFlight
        idleConnections += other.idleConnections
        weight = min(weight, other.weight)
        isMitigated = isMitigated || other.isMitigated
        isDraining = isDraining || other.isDraining
    }
}

/// A listener's part of it.
package struct ListenerTraffic: Sendable {
    package private(set) var outcomes = ListenerOutcomes()
    /// How often each rule took a request, by priority; the default action's is 0.
    package private(set) var matches: [Int: Int] = [:]
    /// Open client connections.
    package private(set) var clients = 0

    init() {}

    init(_ listener: Ref<ListenerSlot>) {
        outcomes = listener.pointee.outcomes
        matches = listener.pointee.matches.byPriority
        clients = listener.pointee.clientCount
    }

    mutating func add(_ other: ListenerTraffic) {
        outcomes.add(other.outcomes)
        matches.merge(other.matches, uniquingKeysWith: +)
        clients += other.clients
    }
}
