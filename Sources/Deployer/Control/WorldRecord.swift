import Model
import Planning
import Store

/// A record of the store as the noun that planning knows.
enum WorldRecord {
    case service(Service)
    case revision(ServiceRevision)
    case deployment(ServiceDeployment)
    case task(Task)
    case taskState(TaskState)
    case containerInstance(ContainerInstance)
    case loadBalancer(LoadBalancer)
    case listener(Listener)
    case rule(Rule)
    case targetGroup(TargetGroup)
    case balancer(BalancerRegistration)
    case balancerReport(BalancerReport)
    case liveAgent(ContainerInstanceID)
    case nameserverReport(NameserverReport)
    case directory(Published<DirectoryEntry>)
    case events(ServicePath, [ServiceEvent])
    case history(ServiceDeploymentID, entry: Int)
    case hookAnswer(HookAnswer)
    case alarm(Alarm)
    case leader(Leader)

    /// Every folder that planning reads, besides those of published configurations.
    static let folders: [Key] = [
        .services, .serviceRevisions, .deployments, .tasks, .taskStates, .containerInstances,
        .loadBalancers, .listeners, .rules, .targetGroups, .balancers, .directory, .leader,
        .alarms, .hookAnswers, .liveBalancers, .liveAgents, .liveNameservers, Key("events"),
        Key("history"),
    ]

    /// `nil` for a record that planning does not need; throws `.malformed`.
    init?(_ record: Record) throws(StoreError) {
        let key = record.key
        let parts = key.parts
        switch parts.first {
        case "services": self = .service(try record.decode())
        case "servicerevisions": self = .revision(try record.decode())
        case "deployments": self = .deployment(try record.decode())
        case "tasks": self = .task(try record.decode())
        case "taskstates": self = .taskState(try record.decode())
        case "containerinstances": self = .containerInstance(try record.decode())
        case "loadbalancers": self = .loadBalancer(try record.decode())
        case "listeners": self = .listener(try record.decode())
        case "rules": self = .rule(try record.decode())
        case "targetgroups": self = .targetGroup(try record.decode())
        case "balancers": self = .balancer(try record.decode())
        case "directory":
            self = .directory(Published(try record.decode(), revision: record.version))
        case "leader": self = .leader(try record.decode())
        case "alarms": self = .alarm(try record.decode())
        case "hookanswers": self = .hookAnswer(try record.decode())
        case "live":
            guard let live = try WorldRecord(live: record, parts) else { return nil }
            self = live
        case "events", "history":
            guard let told = try WorldRecord(told: record, parts) else { return nil }
            self = told
        default: return nil
        }
    }

    private init?(live record: Record, _ parts: [String]) throws(StoreError) {
        guard parts.count > 1 else { return nil }
        switch parts[1] {
        case "agents": self = .liveAgent(try record.decode())
        case "balancers": self = .balancerReport(try record.decode())
        case "nameservers": self = .nameserverReport(try record.decode())
        default: return nil
        }
    }

    private init?(told record: Record, _ parts: [String]) throws(StoreError) {
        guard parts.count == 3 else { return nil }
        if parts[0] == "events" {
            let path = ServicePath(ServiceName(parts[2]), in: ClusterName(parts[1]))
            self = .events(path, try record.decode())
        } else {
            guard let entry = Int(parts[2]) else { return nil }
            self = .history(ServiceDeploymentID(parts[1]), entry: entry)
        }
    }
}

// MARK: - In and out of the world

extension WorldRecord {
    func enter(_ world: inout World, at now: Instant) {
        switch self {
        case .service(let service): world.put(service)
        case .revision(let revision): world.put(revision)
        case .deployment(let deployment): world.put(deployment)
        case .task(let task): world.put(task)
        case .taskState(let state): world.put(state, at: now)
        case .containerInstance(let instance): world.containerInstances[instance.id] = instance
        case .loadBalancer(let balancer): world.loadBalancers[balancer.name] = balancer
        case .listener(let listener): world.listeners[listener.name] = listener
        case .rule(let rule): world.rules[rule.name] = rule
        case .targetGroup(let group): world.targetGroups[group.name] = group
        case .balancer(let balancer):
            world.balancers[balancer.loadBalancer, default: [:]][balancer.id] = balancer
        case .balancerReport(let report):
            world.balancerReports[report.loadBalancer, default: [:]][report.id] = report
        case .liveAgent(let id): world.agentCame(id)
        case .nameserverReport(let report): world.nameserverReports[report.id] = report
        case .directory(let entry): world.directory[entry.path] = entry
        case .events(let path, let events): world.events[path] = events
        case .history(let id, let entry):
            world.historyCounts[id] = max(world.historyCounts[id] ?? 0, entry + 1)
        case .hookAnswer(let answer): world.put(answer)
        case .alarm(let alarm): world.alarms[alarm.name] = alarm
        case .leader: break
        }
    }

    func leave(_ world: inout World, at now: Instant) {
        switch self {
        case .service(let service): world.removeService(service.path)
        case .revision(let revision):
            let path = ServicePath(revision.service, in: revision.cluster)
            world.removeRevision(revision.id, of: path)
        case .deployment(let deployment):
            world.removeDeployment(deployment.id, of: deployment.path)
        case .task(let task): world.removeTask(task.id)
        case .taskState(let state): world.removeTaskState(state.task)
        case .containerInstance(let instance): world.containerInstances[instance.id] = nil
        case .loadBalancer(let balancer): world.loadBalancers[balancer.name] = nil
        case .listener(let listener): world.listeners[listener.name] = nil
        case .rule(let rule): world.rules[rule.name] = nil
        case .targetGroup(let group): world.targetGroups[group.name] = nil
        case .balancer(let balancer): world.balancers[balancer.loadBalancer]?[balancer.id] = nil
        case .balancerReport(let report):
            world.balancerReports[report.loadBalancer]?[report.id] = nil
        case .liveAgent(let id): world.agentWent(id, at: now)
        case .nameserverReport(let report): world.nameserverReports[report.id] = nil
        case .directory(let entry): world.directory[entry.path] = nil
        case .events(let path, _): world.events[path] = nil
        case .history(let id, _): world.historyCounts[id] = nil
        case .hookAnswer(let answer): world.remove(answer)
        case .alarm(let alarm): world.alarms[alarm.name] = nil
        case .leader: break
        }
    }
}

extension Published<DirectoryEntry> {
    fileprivate var path: DirectoryPath { DirectoryPath(value.service, in: value.namespace) }
}

extension Key {
    /// The parts between the slashes, as they are stored.
    var parts: [String] { path.split(separator: "/").map(String.init) }
}
