import Control
import Logging
import Model
import Planning
import Store
import Testing

/// A cluster in memory: the real store and controller, agents and balancers on paper, and a clock
/// that only moves when nothing else does.
final class Rehearsal {
    let clock = VirtualClock()
    let store: MemoryStore
    private(set) var agents: [FakeAgent] = []
    private(set) var balancers: [FakeBalancer] = []
    private var controller: Controller
    private var cursor: Cursor
    private var leader = Leader(term: 1, holder: "first")
    private(set) var deadline: Instant?
    /// Commits of the controller so far.
    private(set) var commits = 0
    /// The commits after which the controller is killed and started anew.
    var crashes: Set<Int> = []
    /// Whether users of the service have ever been without a healthy target since it was up.
    private(set) var gaps: [String] = []
    /// Answers the calls of hooks; `nil` for none.
    var hook: (HookCall.ID) -> HookAnswer? = { $0.answer(.succeeded) }
    /// The executions of the calls so far; each controller makes a call once.
    private(set) var called: [String] = []
    private var calling: Set<HookCall.ID> = []
    private var wasUp = false
    private let policy: Policy

    init(desiredCount: Int = 2, balancers count: Int = 2, policy: Policy = Policy()) throws {
        self.policy = policy
        store = MemoryStore { [clock] in clock.now.milliseconds }
        controller = Controller(
            snapshot: try store.read([]), at: clock.now, generator: Generator(seed: 1),
            logger: silent)
        cursor = Cursor(revision: 0)
        try store.commit(Transaction([.put(.leader, leader)]))
        try layOut(desiredCount: desiredCount)
        for number in 0..<2 {
            agents.append(
                try FakeAgent(ContainerInstanceID("i-\(number)"), store: store, clock: clock))
        }
        for number in 0..<count {
            balancers.append(try FakeBalancer(BalancerID("b-\(number)"), store: store))
        }
        try restartController()
    }

    /// Forgets all that is not in the store.
    func restartController() throws {
        let snapshot = try store.read(Controller.folders)
        cursor = snapshot.cursor
        controller = Controller(
            snapshot: snapshot, at: clock.now,
            generator: Generator(seed: UInt64(commits) &+ snapshot.cursor.revision),
            policy: policy, logger: silent)
        calling = []
    }
}

let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

// MARK: - Time

extension Rehearsal {
    /// Lets everybody act until nothing happens any more at this time.
    func settle(_ place: SourceLocation = #_sourceLocation) throws {
        for _ in 0..<500 {
            var isBusy = try act()
            for agent in agents where try agent.act() { isBusy = true }
            for balancer in balancers where try balancer.act() { isBusy = true }
            watchUsers()
            if !isBusy { return }
        }
        Issue.record("It does not settle.", sourceLocation: place)
    }

    /// Lets time pass from deadline to deadline until `isDone`.
    func run(
        within seconds: Int = 3600, _ place: SourceLocation = #_sourceLocation,
        until isDone: () throws -> Bool
    ) throws {
        let end = clock.now.advanced(seconds: seconds)
        for _ in 0..<5_000 {
            try settle(place)
            if try isDone() { return }
            guard let deadline, deadline <= end else { break }
            clock.advance(to: deadline)
        }
        Issue.record("It does not happen within \(seconds) s.", sourceLocation: place)
    }

    /// Lets `seconds` pass.
    func pass(seconds: Int) throws {
        let end = clock.now.advanced(seconds: seconds)
        try settle()
        while let deadline, deadline <= end {
            clock.advance(to: deadline)
            try settle()
        }
        clock.advance(to: end)
        try settle()
    }

    private func act() throws -> Bool {
        controller.observe(
            try store.changes(in: Controller.folders, after: cursor), at: clock.now)
        cursor = try store.read([]).cursor
        let pass = try controller.pass(at: clock.now, as: leader)
        deadline = pass.deadline
        guard let transaction = pass.transaction else { return try call(pass.calls ?? []) }
        try store.commit(transaction)
        commits += 1
        if crashes.contains(commits) {
            try restartController()
        } else {
            controller.committed(transaction)
        }
        return true
    }

    /// As `HookCaller` does it.
    private func call(_ calls: [HookCall]) throws -> Bool {
        calling.formIntersection(calls.map(\.id))
        var isBusy = false
        for call in calls where calling.insert(call.id).inserted {
            called.append(call.id.execution)
            guard let answer = hook(call.id) else { continue }
            isBusy = true
            try store.commit(
                Transaction([
                    .put(.hookAnswer(answer.execution, of: answer.deployment), answer)
                ]))
        }
        return isBusy
    }

    /// Once the service is up, every balancer always has a healthy target for its users.
    private func watchUsers() {
        for balancer in balancers {
            let reachable = balancer.reachable(at: "http")
            if reachable.contains(where: \.isHealthy) {
                wasUp = true
            } else if wasUp {
                gaps.append(
                    "\(balancer.id) at generation \(balancer.configuration?.generation ?? 0)")
            }
        }
    }
}

// MARK: - Records

extension Rehearsal {
    private func layOut(desiredCount: Int) throws {
        var http = Listener(
            name: "http", loadBalancer: "default", address: "127.0.0.1", port: 8080,
            defaultAction: .fixedResponse(statusCode: 404, contentType: "text/plain", body: ""))
        var writes: [Write] = [
            try .put(
                .loadBalancer("default"), LoadBalancer(name: "default", createdAt: clock.now))
        ]
        for name in ["http", "test"] as [ListenerName] {
            http.name = name
            writes.append(try .put(.listener(name), http))
            let rule = Rule(
                name: RuleName("hello-\(name)"), listener: name, priority: 1,
                conditions: [.pathPattern(["/*"])],
                action: .forward([
                    WeightedTargetGroup(targetGroup: "hello-blue", weight: 1000),
                    WeightedTargetGroup(targetGroup: "hello-green", weight: 0),
                ]))
            writes.append(try .put(.rule(rule.name), rule))
        }
        for name in ["hello-blue", "hello-green"] as [TargetGroupName] {
            writes.append(try .put(.targetGroup(name), TargetGroup(name: name)))
        }
        writes.append(try .put(.service("hello", in: "default"), service(desiredCount)))
        try store.commit(Transaction(writes))
    }

    private func service(_ desiredCount: Int) -> Service {
        var service = Service(
            name: "hello", cluster: "default", taskDefinition: "good:1",
            desiredCount: desiredCount, deploymentConfiguration: DeploymentConfiguration(),
            createdAt: clock.now)
        var entry = ServiceLoadBalancer(
            targetGroupArn: Realm.local.targetGroup("hello-blue"), containerName: "app",
            containerPort: 8000)
        entry.advancedConfiguration = AdvancedConfiguration(
            alternateTargetGroupArn: Realm.local.targetGroup("hello-green"),
            productionListenerRule: "hello-http", testListenerRule: "hello-test")
        service.loadBalancers = [entry]
        service.deploymentConfiguration.bakeTimeMilliseconds = 5_000
        return service
    }

    /// What the API writes for a deployment of a task definition of `family`.
    @discardableResult
    func deploy(_ family: String, cpu: Int = 0) throws -> ServiceDeploymentID {
        var service = try service()
        service.deploymentSequence += 1
        let number = service.deploymentSequence
        var container = ContainerDefinition(name: "app", image: "host")
        container.portMappings = [PortMapping(containerPort: 8000)]
        container.cpu = cpu
        let definition = TaskDefinition(
            family: family, revision: number, taskDefinitionArn: "\(family):\(number)",
            containerDefinitions: [container], registeredAt: clock.now)
        service.taskDefinition = definition.taskDefinitionArn
        let id = ServiceRevisionID("r\(number)")
        let revision = ServiceRevision(
            id: id, arn: Realm.local.serviceRevision(id, of: "hello", in: "default"),
            service: "hello", cluster: "default", taskDefinition: definition,
            loadBalancers: service.loadBalancers, createdAt: clock.now)
        let deployment = ServiceDeployment(
            id: ServiceDeploymentID("d\(number)"), arn: "d\(number)", service: "hello",
            cluster: "default", sequence: number, target: revision.id,
            configuration: service.deploymentConfiguration, createdAt: clock.now)
        try store.commit(
            Transaction([
                .put(.service("hello", in: "default"), service),
                .put(.serviceRevision(revision.id, of: "hello", in: "default"), revision),
                .put(.deployment(deployment.id, of: "hello", in: "default"), deployment),
            ]))
        return deployment.id
    }

    func service() throws -> Service {
        try #require(try store.all(Service.self, in: .services).first)
    }

    func change(_ edit: (inout Service) -> Void) throws {
        var service = try service()
        edit(&service)
        try store.commit(Transaction([.put(.service("hello", in: "default"), service)]))
    }

    func deployment(_ id: ServiceDeploymentID) throws -> ServiceDeployment {
        try #require(
            try store.all(ServiceDeployment.self, in: .deployments).first { $0.id == id })
    }

    func change(_ id: ServiceDeploymentID, _ edit: (inout ServiceDeployment) -> Void) throws {
        var deployment = try deployment(id)
        edit(&deployment)
        try store.commit(
            Transaction([.put(.deployment(id, of: "hello", in: "default"), deployment)]))
    }

    /// Runs until the deployment has ended, and returns it.
    func end(
        _ id: ServiceDeploymentID, _ place: SourceLocation = #_sourceLocation
    ) throws -> ServiceDeployment {
        try run(place) { try deployment(id).status.isTerminal }
        return try deployment(id)
    }

    /// The tasks that are wanted, oldest first.
    func tasks() throws -> [Task] {
        try store.all(Task.self, in: .tasks).filter { $0.desiredStatus == .running }
            .sorted { ($0.createdAt, $0.slot) < ($1.createdAt, $1.slot) }
    }

    /// The tasks that were told to stop.
    var stopped: [TaskID] { agents.flatMap(\.stopped) }

    func events() throws -> [String] {
        try store.all([ServiceEvent].self, in: .events(of: "hello", in: "default"))
            .flatMap { $0 }.map(\.message)
    }

    func names() throws -> [String] {
        try store.all(DirectoryEntry.self, in: .directory).flatMap(\.instances).map(\.id)
    }
}

extension MemoryStore {
    func all<Value: Decodable>(_ type: Value.Type, in folder: Key) throws -> [Value] {
        try read([folder]).records.map { try $0.decode(type) }
    }
}
