package import Model
package import Planning

/// What a run is made of: its size, its users, its troubles. All of it follows from the seed.
package struct Scenario: Sendable {
    package struct Appointment: Sendable {
        package let at: Int64
        package let service: ServiceName
        package let intent: Intent
    }

    package private(set) var machines = 2
    package var balancers = 2
    package var controllers = 1
    package var nameservers = 1
    package var faults: Set<Fault> = []
    package private(set) var appointments: [Appointment] = []
    package private(set) var desiredCount = 2
    package private(set) var bakeMilliseconds: Int64 = 3000
    package var progressDeadlineMilliseconds: Int64 = 60_000
    package var deregistrationDelaySeconds = 5
    package private(set) var probeMilliseconds = 500
    package var recordTTLSeconds = 2
    package private(set) var hasTestListener = false
    package private(set) var hasWorker = false
    /// Whether the worker has a task on each machine.
    package private(set) var hasDaemon = false
    /// What the services deploy by.
    package private(set) var strategy = DeploymentStrategy.blueGreen
    /// What CANARY and LINEAR shift at a time.
    package private(set) var step = TrafficStep(weight: 500, bakeTimeMilliseconds: 0)
    /// What deployments ask on their way.
    package private(set) var hooks: [LifecycleHook] = []
    package private(set) var minimumHealthyPercent = 100
    package private(set) var maximumPercent = 200
    package private(set) var policy = Policy()

    static let loadBalancer: LoadBalancerName = "edge"
    static let productionListener: ListenerName = "web"
    static let testListener: ListenerName = "web-test"
    static let web: ServiceName = "web"
    /// A service that only its name leads to.
    static let worker: ServiceName = "worker"
    static let container = "app"
    static let containerPort = 8080

    package init(seed: UInt64) {
        var dice = Generator(seed: seed)
        machines = Int.random(in: 1...3, using: &dice)
        balancers = Int.random(in: 1...10, using: &dice) > 2 ? 2 : 1
        controllers = Int.random(in: 1...2, using: &dice)
        nameservers = Int.random(in: 0...2, using: &dice)
        desiredCount = Int.random(in: 1...3, using: &dice)
        bakeMilliseconds = Int64.random(in: 0...8000, using: &dice)
        progressDeadlineMilliseconds = Int64.random(in: 25_000...60_000, using: &dice)
        deregistrationDelaySeconds = Int.random(in: 0...8, using: &dice)
        probeMilliseconds = Int.random(in: 250...1500, using: &dice)
        recordTTLSeconds = Int.random(in: 1...4, using: &dice)
        hasTestListener = Bool.random(using: &dice)
        hasWorker = Int.random(in: 1...3, using: &dice) == 1
        // Some runs have hardly any trouble, some have nearly all of it.
        let odds = Int.random(in: 0...6, using: &dice)
        faults = Set(Fault.allCases.filter { _ in Int.random(in: 1...10, using: &dice) <= odds })
        appointments = Scenario.appointments(hasWorker: hasWorker, using: &dice)
        policy = Scenario.quickPolicy
        chooseStrategy(using: &dice)
        if strategy != .rolling, Bool.random(using: &dice) { chooseHooks(using: &dice) }
        hasDaemon = hasWorker && Bool.random(using: &dice)
    }

    /// Some succeed in the end, one in a while fails, and each may time out when calls get lost.
    private mutating func chooseHooks(using dice: inout Generator) {
        hooks = (1...Int.random(in: 1...2, using: &dice)).map { number in
            let stages = LifecycleHookStage.allCases.filter { _ in Bool.random(using: &dice) }
            var hook = LifecycleHook(
                target: .url("http://hook-\(number)/"),
                lifecycleStages: stages.isEmpty ? [.postScaleUp] : stages)
            hook.timeoutMilliseconds = 120_000
            hook.timeoutAction = Bool.random(using: &dice) ? .continue : .rollback
            return hook
        }
    }

    private mutating func chooseStrategy(using dice: inout Generator) {
        switch Int.random(in: 1...6, using: &dice) {
        case 1, 2: strategy = .rolling
        case 3: strategy = .canary
        case 4: strategy = .linear
        default: return
        }
        step.weight = Int.random(in: 200...900, using: &dice)
        step.bakeTimeMilliseconds = Int64.random(in: 0...4000, using: &dice)
        guard strategy == .rolling else { return }
        minimumHealthyPercent = [0, 50, 100].randomElement(using: &dice) ?? 100
        maximumPercent = [100, 150, 200].randomElement(using: &dice) ?? 200
        // Nothing could ever be replaced: a mistake of the user, which the events name.
        if minimumHealthyPercent == 100 { maximumPercent = 200 }
    }

    /// One whose outcome may not depend on its troubles: users who wait for each deployment,
    /// revisions that are always good or always bad, and crashes of every part but tasks.
    package static func comparable(seed: UInt64) -> Scenario {
        var scenario = Scenario(seed: seed)
        var dice = Generator(seed: ~seed)
        let crashes: [Fault] = [
            .controllerDiesBeforeCommit, .controllerDiesAfterCommit, .controllerPauses,
            .commitsAreLost, .repliesAreLost, .watchesAreLate, .watchesBreak, .balancerDies,
            .balancerIsCutOff, .agentDies, .nameserverDies,
        ]
        let behaviours: [Behaviour] = [.sound, .slow, .unhealthy, .exitsAtOnce]
        scenario.faults = Set(crashes.filter { _ in Bool.random(using: &dice) })
        scenario.progressDeadlineMilliseconds = 180_000
        // What a hook says is chance.
        scenario.hooks = []
        scenario.appointments = (1...2).map { number in
            let behaviour = behaviours.randomElement(using: &dice) ?? .sound
            return Appointment(
                at: Int64(number) * 150_000 - 120_000, service: web, intent: .deploy(behaviour))
        }
        return scenario
    }

    /// Until when there is trouble.
    var troubledMilliseconds: Int64 { (appointments.last?.at ?? 0) + 25_000 }

    /// The production's constants, with those that only cost time made shorter.
    private static var quickPolicy: Policy {
        var policy = Policy()
        policy.agentGraceMilliseconds = 12_000
        policy.backOffMillisecondsMax = 8000
        policy.bakeCheckpointMilliseconds = 2000
        policy.acknowledgementMilliseconds = 20_000
        policy.stoppedTaskMilliseconds = 60_000
        return policy
    }

    private static func appointments(
        hasWorker: Bool, using dice: inout Generator
    ) -> [Appointment] {
        var at: Int64 = 0
        return (0..<Int.random(in: 1...4, using: &dice)).map { _ in
            at += Int64.random(in: 3000...22_000, using: &dice)
            let isWorkers = hasWorker && Int.random(in: 1...3, using: &dice) == 1
            return Appointment(
                at: at, service: isWorkers ? worker : web, intent: intent(using: &dice))
        }
    }

    private static func intent(using dice: inout Generator) -> Intent {
        switch Int.random(in: 1...14, using: &dice) {
        case 1: .scale(Int.random(in: 0...4, using: &dice))
        case 2: .stopDeployment
        case 3: .stopTask
        case 4, 5: .drain(Int64.random(in: 3000...20_000, using: &dice))
        case 6...8: .deploy(Behaviour.allCases.randomElement(using: &dice) ?? .sound)
        default: .deploy(.sound)
        }
    }
}
