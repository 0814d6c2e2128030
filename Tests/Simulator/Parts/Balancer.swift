import Model
import Routing
import Store

/// The protocol of a balancer, around the production's own table, health records and rotations.
///
/// Generations are read, saved, swapped in and acknowledged, in that order. One that has just
/// started, or cannot renew its lease, is fenced: it serves, but says that it is not ready, and
/// nobody waits for it. It comes back only at the current generation, warm, and without requests
/// to targets that have left.
final class Balancer: Program {
    let id: BalancerID
    unowned let fleet: Fleet
    private(set) var table: RoutingTable? {
        didSet { carries = table?.carries ?? [] }
    }
    /// The revisions of the targets that production traffic reaches.
    private(set) var carries: Set<ServiceRevisionID> = []
    var health: [TargetID: HealthRecord] = [:]
    var rotations: [TargetGroupName: Rotation] = [:]
    var flights: [TargetID: [Flight]] = [:]
    var draining: [TargetID: Draining] = [:]
    var isUnfenced = false
    var lease: LeaseHold?
    var isReporting = false
    var hasNews = false
    /// The newest generation that was read, applied or not.
    private(set) var fetched: UInt64 = 0

    // On its disk.
    private(set) var saved: LoadBalancerConfiguration?
    private(set) var incarnation: UInt64 = 0

    private var isLoading = false
    private var older: [LoadBalancerConfiguration] = []

    private static let ignoresItsLease: Set<Mutation> = [
        .neverFencesItself, .startsUnfenced, .unfencesAlone,
    ]
    static let leaseMilliseconds: Int64 = 4000
    static let retryMilliseconds: Int64 = 200
    static let heartbeatMilliseconds: Int64 = 1000

    init(_ number: Int, in environment: Environment, fleet: Fleet) {
        id = BalancerID("balancer\(number)")
        self.fleet = fleet
        super.init("balancer\(number)", in: environment)
    }

    var generation: UInt64 { table?.generation ?? 0 }

    /// What it says on its own health endpoint is the opposite.
    var isFenced: Bool {
        guard isUnfenced else { return true }
        return environment.mutation.map(Balancer.ignoresItsLease.contains) != true
            && lease?.isHeld != true
    }

    override func didStart() {
        incarnation += 1
        if let saved { swap(to: saved) }
        fence()
        let lease = LeaseHold(of: self, milliseconds: Balancer.leaseMilliseconds) { [self] _ in
            // Whoever counted on it may have gone on without it: it stays fenced until granted.
            fence()
            report()
        }
        self.lease = lease
        lease.keep()
        register()
        link.open(
            Subscription(
                [.generations], of: self, onSnapshot: { [self] _ in load() },
                onBatch: { [self] _ in load() }))
        beat()
    }

    override func didDie() {
        for flight in flights.values.flatMap(\.self) { flight.abandon(.balancerGone) }
        table = nil
        health = [:]
        rotations = [:]
        flights = [:]
        draining = [:]
        isUnfenced = false
        lease = nil
        isReporting = false
        hasNews = false
        isLoading = false
        fetched = 0
    }

    private func fence() {
        switch environment.mutation {
        case .startsUnfenced: isUnfenced = true
        case .unfencesAlone, .neverFencesItself: break
        default: isUnfenced = false
        }
    }

    private func register() {
        let key = Key.balancer(id, of: Scenario.loadBalancer)
        let registration = BalancerRegistration(
            id: id, loadBalancer: Scenario.loadBalancer, address: "10.0.1.1")
        do {
            guard try link.read([key]).records.isEmpty else { return }
            try link.commit(Transaction([.put(key, registration)], if: [.absent(key)]))
        } catch {
            after(Balancer.retryMilliseconds) { [self] in register() }
        }
    }

    private func beat() {
        report()
        after(Balancer.heartbeatMilliseconds) { [self] in beat() }
    }
}

// MARK: - Configurations

extension Balancer {
    /// Reads the current generation, saves it, and swaps it in; then looks again.
    private func load() {
        guard !isLoading else { return }
        isLoading = true
        after(environment.delay()) { [self] in
            isLoading = false
            guard let configuration = fetch() else { return }
            guard configuration.generation > max(generation, saved?.generation ?? 0) else { return }
            fetched = configuration.generation
            if environment.mutation == .acknowledgesBeforeApplying { report() }
            isLoading = true
            save(configuration)
        }
    }

    private func save(_ configuration: LoadBalancerConfiguration) {
        after(environment.delay()) { [self] in
            older.append(configuration)
            saved = configuration
            let isLate = environment.mutation == .acknowledgesBeforeApplying
            after(environment.delay() + (isLate ? 3000 : 0)) { [self] in
                isLoading = false
                swap(to: stale ?? configuration)
                if environment.mutation == .unfencesAlone { isUnfenced = true }
                report()
                load()
            }
        }
    }

    /// What a balancer without the rule against it might take for current.
    private var stale: LoadBalancerConfiguration? {
        guard environment.mutation == .goesBackAGeneration, environment.happens(percent: 10) else {
            return nil
        }
        return environment.pick(from: older)
    }

    private func fetch() -> LoadBalancerConfiguration? {
        let name = Scenario.loadBalancer
        do {
            let snapshot = try link.read([.generation(name), .parts(name)])
            return try LoadBalancerConfiguration(of: name, in: snapshot)
        } catch {
            after(Balancer.retryMilliseconds) { [self] in load() }
            return nil
        }
    }

    private func swap(to configuration: LoadBalancerConfiguration) {
        let table: RoutingTable
        do {
            table = try RoutingTable(configuration)
        } catch {
            return environment.violate("B1", "\(id) cannot apply what was published: \(error)")
        }
        let before = targets
        environment.auditor?.applied(configuration.generation, after: generation, by: self)
        self.table = table
        note("applies generation \(table.generation)")
        for target in targets where health[target.id] == nil {
            health[target.id] = HealthRecord()
            probe(target)
        }
        let staying = Set(targets.map(\.id))
        for target in before where !staying.contains(target.id) { leave(target) }
        refill()
    }

    /// Every registered target, in order.
    var targets: [Target] { table?.targetGroups.flatMap(\.source.targets) ?? [] }
}

extension RoutingTable {
    fileprivate var carries: Set<ServiceRevisionID> {
        let listener = listeners.first { $0.name == Scenario.productionListener }
        guard case .forward(let plan)? = listener?.actions.first else { return [] }
        return Set(
            plan.shares.flatMap { targetGroups[$0.group].source.targets }.compactMap(\.revision))
    }
}

extension LoadBalancerConfiguration {
    /// Puts together what the current generation names; `nil` before the first.
    init?(of name: LoadBalancerName, in snapshot: Snapshot) throws(StoreError) {
        var records: [Key: Record] = [:]
        for record in snapshot.records { records[record.key] = record }
        guard let generation = try records[.generation(name)]?.decode(Generation.self) else {
            return nil
        }
        guard let listeners = records[.part(generation.listeners, of: name)] else {
            throw .invalid("generation \(generation.number) lacks its listeners")
        }
        self.init(
            loadBalancer: name, generation: generation.number,
            listeners: try listeners.decode(), targetGroups: [])
        for group in generation.targetGroups.keys.sorted() {
            guard let hash = generation.targetGroups[group],
                let part = records[.part(hash, of: name)]
            else { throw .invalid("generation \(generation.number) lacks the group \(group)") }
            targetGroups.append(try part.decode())
        }
    }
}
