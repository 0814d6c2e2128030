import Model
import Routing
import Store

/// Holds the run to the specification's promises: sees the truth of every part at every event.
///
/// Its checks are the invariants of the rollout's specification, by their numbers there.
final class Auditor {
    let environment: Environment
    let fleet: Fleet
    var books = Books()
    /// When a task's requests may be cut, in true time.
    var drainDeadlines: [TaskID: Int64] = [:]
    /// The highest generation that each balancer ever applied.
    var applied: [BalancerID: UInt64] = [:]
    /// Since when every balancer that counts sends all traffic to this revision.
    var carried: (revision: ServiceRevisionID, since: Int64)?
    /// The last time that a task failed, or its user took it away: what no plan can make good.
    private(set) var lastFailure: Int64?
    /// When each deployment's weights last changed, in true time.
    var weighedAt: [ServiceDeploymentID: Int64] = [:]
    private var condemned: [TaskProcess] = []

    /// How long it may take until everybody has noticed that a task lives or is dead.
    static let noticeMilliseconds: Int64 = 15_000

    init(_ fleet: Fleet, in environment: Environment) {
        self.fleet = fleet
        self.environment = environment
    }

    func violate(_ invariant: String, _ text: String) {
        environment.violate(invariant, text)
    }

    /// After every event: what was told to stop is out of every balancer that counts.
    func look() {
        noteCarried()
        guard !condemned.isEmpty else { return }
        condemned.removeAll { $0.phase == .ended }
        for process in condemned { insistOnAbsence(of: process, "was told to stop") }
    }

    func noteFailure() {
        lastFailure = environment.now
    }
}

// MARK: - Stopping tasks

extension Auditor {
    /// An agent is about to send SIGTERM.
    func toldToStop(_ process: TaskProcess) {
        if let task = books.tasks[process.task], task.desiredStatus == .running {
            violate("I1", "task \(task.id) gets SIGTERM while RUNNING is desired")
        }
        insistOnRelease(of: process, "gets SIGTERM")
        condemned.append(process)
    }

    func insistOnRelease(of process: TaskProcess, _ what: String) {
        insistOnAbsence(of: process, what)
        let count = fleet.readyBalancers.reduce(0) { sum, balancer in
            let flights = balancer.flights.values.flatMap(\.self)
            return sum + flights.count { !$0.isOver && $0.process === process }
        }
        guard count > 0, !isDrained(process.task) else { return }
        violate("I5", "task \(process.task) \(what) with \(count) requests in flight")
    }

    private func insistOnAbsence(of process: TaskProcess, _ what: String) {
        for balancer in fleet.readyBalancers {
            let isRoutable = balancer.targets.contains {
                $0.port == process.port && fleet.process(of: $0) === process
            }
            guard isRoutable else { continue }
            violate(
                "I1",
                "task \(process.task) \(what) while \(balancer.name) routes to it at generation "
                    + "\(balancer.generation)")
        }
    }

    private func isDrained(_ task: TaskID) -> Bool {
        guard let deadline = drainDeadlines[task] else { return false }
        // By a clock that has jumped the time may be over before it is.
        return environment.now >= deadline || environment.scenario.faults.contains(.clocksJump)
    }
}

// MARK: - Traffic

extension Auditor {
    func routed(_ request: Request, to target: Target, by balancer: Balancer) {
        guard !balancer.isFenced else { return }
        let process = fleet.process(of: target)
        if let process, process.phase == .stopping {
            violate(
                "I2", "\(balancer.name) sends a request to \(target.id), which was told to stop")
        }
        let isWell = balancer.health[target.id]?.state == .healthy
        guard !isWell, let group = balancer.group(of: target.id) else { return }
        if group.targets.contains(where: { balancer.health[$0.id]?.state == .healthy }) {
            violate("I3", "\(balancer.name) sends to \(target.id) beside a healthy target")
        }
        let seesAnother = balancer.targets.contains { balancer.health[$0.id]?.state == .healthy }
        if lastFailure == nil, seesAnother {
            violate("I3w", "\(balancer.name) sends to \(target.id), which it never saw healthy")
        }
    }

    /// A request was not taken by anybody.
    func refused(_ request: Request, _ failure: Failure, by balancer: Balancer) {
        guard request.wasReady, lastFailure == nil, !hasBadRevision,
            request.listener == Scenario.productionListener,
            endings[Scenario.web]?.contains(.successful) == true,
            books.services[Scenario.web]?.deploymentConfiguration.minimumHealthyPercent != 0
        else { return }
        violate("I17", "\(balancer.name) refuses a request: \(failure)")
    }

    /// Whether a revision was ever deployed that cannot serve: then some requests may fail.
    private var hasBadRevision: Bool {
        books.revisions.values.contains { !Behaviour(of: $0.taskDefinition).lasts }
    }

    /// A client uses an address that a name server gave it within its time to live.
    func contacted(_ instance: DirectoryInstance) {
        let task = TaskID(instance.id)
        guard let process = fleet.process(of: task) else { return }
        let isStopped = books.tasks[task]?.desiredStatus == .stopped
        guard process.phase == .stopping || process.phase == .ended && process.exitCode == 0,
            isStopped
        else { return }
        violate("N1", "a client finds task \(task) stopped within its name's time to live")
    }
}

extension Balancer {
    func group(of target: TargetID) -> TargetGroup? {
        table?.targetGroups.first { $0.source.targets.contains { $0.id == target } }?.source
    }
}
