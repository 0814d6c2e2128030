import Model
import Store
import Testing

/// Applies what is published and says what it sees of it.
final class FakeBalancer {
    let id: BalancerID
    private let store: MemoryStore
    private var lease: LeaseID?
    private var report: BalancerReport
    private(set) var configuration: LoadBalancerConfiguration?
    /// While set it lives and reports but applies nothing.
    var isStuck = false
    /// Requests that never end by themselves.
    var inFlight: [TargetID: Int] = [:]
    var refusal: String?
    /// Tasks that it finds unhealthy besides those of the family `sick`.
    var sick: Set<TaskID> = []
    /// Families whose tasks refuse connections.
    var deaf: Set<String> = []

    init(_ id: BalancerID, store: MemoryStore) throws {
        self.id = id
        self.store = store
        report = BalancerReport(
            id: id, loadBalancer: "default", incarnation: 1, appliedGeneration: 0, fenced: false)
        let entry = BalancerRegistration(id: id, loadBalancer: "default", address: "127.0.0.1")
        try store.commit(Transaction([.put(.balancer(id, of: "default"), entry)]))
        try connect()
    }

    func connect() throws {
        lease = try store.grantLease(milliseconds: 1 << 40)
        try send()
    }

    func disconnect() throws {
        if let lease { try store.revoke(lease) }
        lease = nil
    }

    private func send() throws {
        guard let lease else { return }
        try store.commit(
            Transaction([.put(.liveBalancer(id, of: "default"), report, lease: lease)]))
    }

    func act() throws -> Bool {
        guard lease != nil else { return false }
        var new = report
        try apply(&new)
        let tasks = try store.all(Task.self, in: .tasks)
        let targets = configuration?.targetGroups.flatMap(\.targets) ?? []
        new.health = [:]
        for target in targets {
            let task = tasks.first { target.id.text.hasPrefix($0.id.text) }
            new.health[target.id] = health(of: task)
        }
        new.inFlight = inFlight
        guard new != report else { return false }
        report = new
        try send()
        return true
    }

    private func health(of task: Task?) -> TargetHealth {
        guard let task else { return TargetHealth(state: .initial) }
        if task.taskDefinition.family == "sick" || sick.contains(task.id) {
            return TargetHealth(
                state: .unhealthy, reason: "Target.ResponseCodeMismatch",
                description: "Health checks failed with these codes: [503]")
        }
        if deaf.contains(task.taskDefinition.family) {
            return TargetHealth(
                state: .unhealthy, reason: "Target.FailedHealthChecks",
                description: "Health checks failed")
        }
        return TargetHealth(state: .healthy)
    }

    private func apply(_ report: inout BalancerReport) throws {
        guard !isStuck,
            let generation = try store.all(Generation.self, in: .generations).first,
            generation.number > report.appliedGeneration
        else { return }
        if let refusal {
            report.refusal = .init(generation: generation.number, reason: refusal)
            return
        }
        report.refusal = nil
        report.appliedGeneration = generation.number
        configuration = try assemble(generation)
    }

    private func assemble(_ generation: Generation) throws -> LoadBalancerConfiguration {
        var parts: [String: Record] = [:]
        for record in try store.read([.parts("default")]).records {
            parts[String(record.key.path.split(separator: "/").last ?? "")] = record
        }
        let listeners = try #require(parts[generation.listeners]).decode([Listener].self)
        let groups = try generation.targetGroups.keys.sorted().map { name in
            let hash = generation.targetGroups[name] ?? ""
            return try #require(parts[hash]).decode(TargetGroup.self)
        }
        return LoadBalancerConfiguration(
            loadBalancer: "default", generation: generation.number, listeners: listeners,
            targetGroups: groups)
    }

    /// The targets that a request at `listener` may reach, and whether each is healthy.
    func reachable(at listener: ListenerName) -> [(target: Target, isHealthy: Bool)] {
        guard let configuration,
            let rule = configuration.listeners.first(where: { $0.name == listener })?.rules.first,
            case .forward(let groups) = rule.action
        else { return [] }
        let names = groups.filter { $0.weight > 0 }.map(\.targetGroup)
        return configuration.targetGroups.filter { names.contains($0.name) }.flatMap(\.targets)
            .map { ($0, report.health[$0.id]?.state == .healthy) }
    }
}
