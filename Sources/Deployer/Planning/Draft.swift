import Model

/// A pass in the making: the world with its decisions so far, and which records they change.
///
/// Each aspect of planning is an extension that reads `world` and writes through `put`, so a later
/// aspect sees what an earlier one decided.
struct Draft {
    private(set) var world: World
    /// The world as the pass found it.
    let before: World
    let now: Instant
    let policy: Policy
    var generator: Generator
    /// When to look again although nothing changes.
    private(set) var deadline: Instant?
    var startsLeft: Int
    private var departuresLeft: Int
    /// By load balancer; reports do not change within a pass.
    let views: [LoadBalancerName: BalancerView]
    private(set) var routes: Routes

    private var services: Set<ServicePath> = []
    private var deployments: Set<ServiceDeploymentID> = []
    private var tasks: Set<TaskID> = []
    private var rules: Set<RuleName> = []
    private var configurations: Set<LoadBalancerName> = []
    private var events: Set<ServicePath> = []
    /// In the order in which they happened.
    private var story: [Action] = []
    private var removals: [Action] = []
    private var directory: [Action] = []

    init(of world: World, at now: Instant, using generator: Generator, policy: Policy) {
        self.world = world
        before = world
        self.now = now
        self.policy = policy
        self.generator = generator
        startsLeft = policy.startsPerPassMax
        departuresLeft = policy.departuresPerPassMax
        routes = Routes(of: world)
        let names = Set(world.balancerReports.keys).union(world.balancers.keys)
        views = Dictionary(
            uniqueKeysWithValues: names.map { ($0, BalancerView(of: $0, in: world)) })
    }

    func view(of loadBalancer: LoadBalancerName) -> BalancerView {
        views[loadBalancer] ?? BalancerView(of: loadBalancer, in: world)
    }

    /// Whether this pass may change one more task that leaves; if not, the next one will.
    mutating func mayDepart() -> Bool {
        guard departuresLeft > 0 else {
            wake(at: now)
            return false
        }
        departuresLeft -= 1
        return true
    }

    /// Asks for a pass at `instant` at the latest.
    mutating func wake(at instant: Instant?) {
        guard let instant else { return }
        deadline = min(deadline ?? instant, instant)
    }
}

// MARK: - Changing

extension Draft {
    mutating func put(_ service: Service) {
        guard world.services[service.path] != service else { return }
        world.put(service)
        services.insert(service.path)
    }

    mutating func put(_ deployment: ServiceDeployment) {
        guard world.deployments[deployment.path]?[deployment.id] != deployment else { return }
        var deployment = deployment
        deployment.updatedAt = now
        world.put(deployment)
        deployments.insert(deployment.id)
    }

    mutating func put(_ task: Task) {
        guard world.tasks[task.id] != task else { return }
        world.put(task)
        tasks.insert(task.id)
    }

    mutating func put(_ rule: Rule) {
        guard world.rules[rule.name] != rule else { return }
        world.rules[rule.name] = rule
        rules.insert(rule.name)
        routes = Routes(of: world)
    }

    mutating func put(_ configuration: LoadBalancerConfiguration) {
        world.configurations[configuration.loadBalancer] = configuration
        configurations.insert(configuration.loadBalancer)
    }

    mutating func put(_ entry: DirectoryEntry) {
        // No name server can have applied what is only being decided.
        world.directory[DirectoryPath(entry.service, in: entry.namespace)] = Published(
            entry, revision: .max)
        directory.append(.putDirectory(entry))
    }

    mutating func removeDirectory(_ path: DirectoryPath) {
        world.directory[path] = nil
        directory.append(.removeDirectory(path))
    }

    mutating func remove(_ task: Task) {
        world.removeTask(task.id)
        world.removeTaskState(task.id)
        tasks.remove(task.id)
        removals.append(.removeTask(task.id, in: task.cluster))
    }

    mutating func remove(_ deployment: ServiceDeployment) {
        let count = world.historyCounts.removeValue(forKey: deployment.id) ?? 0
        world.removeDeployment(deployment.id, of: deployment.path)
        removals.append(
            .removeDeployment(deployment.id, of: deployment.path, historyCount: count))
    }

    mutating func remove(_ answer: HookAnswer) {
        world.remove(answer)
        removals.append(.removeHookAnswer(answer))
    }

    mutating func removeRevision(_ id: ServiceRevisionID, of path: ServicePath) {
        world.removeRevision(id, of: path)
        removals.append(.removeRevision(id, of: path))
    }

    /// Adds a line to the story of `deployment`, in the stage and status that it has now.
    mutating func tell(_ message: String, of deployment: ServiceDeployment) {
        let index = world.historyCounts[deployment.id, default: 0]
        world.historyCounts[deployment.id] = index + 1
        let entry = HistoryEntry(
            at: now, stage: deployment.stage, status: deployment.status, message: message)
        story.append(.appendHistory(entry, to: deployment.id, entry: index))
    }

    /// Adds an event of the service at `path`.
    mutating func announce(_ text: String, of path: ServicePath) {
        append("(service \(path.service)) \(text)", to: path)
    }

    /// The same, unless it would only repeat the newest event.
    mutating func announceOnce(_ text: String, of path: ServicePath) {
        let message = "(service \(path.service)) \(text)"
        if world.events[path]?.last?.message != message { append(message, to: path) }
    }

    /// The same, unless it was said within the last hours; returns whether it was not.
    @discardableResult
    mutating func announceRarely(_ text: String, of path: ServicePath) -> Bool {
        let message = "(service \(path.service)) \(text)"
        let hiddenSince = now.advanced(milliseconds: -policy.eventRepeatMilliseconds)
        let isHidden = world.events[path]?.contains {
            $0.message == message && $0.createdAt > hiddenSince
        }
        guard isHidden != true else { return false }
        append(message, to: path)
        return true
    }

    private mutating func append(_ message: String, to path: ServicePath) {
        var list = world.events[path] ?? []
        list.append(ServiceEvent(id: generator.eventID(), createdAt: now, message: message))
        list.removeFirst(max(0, list.count - ServiceEvent.countMax))
        world.events[path] = list
        events.insert(path)
    }
}

// MARK: - Result

extension Draft {
    /// Every changed record once, in a fixed order.
    func actions() -> [Action] {
        var actions = services.sorted().compactMap { world.services[$0].map(Action.putService) }
        for path in world.deployments.keys.sorted() {
            for deployment in world.deployments(of: path) where deployments.contains(deployment.id)
            {
                actions.append(.putDeployment(deployment))
            }
        }
        actions += tasks.sorted().compactMap { world.tasks[$0].map(Action.putTask) }
        actions += rules.sorted().compactMap { world.rules[$0].map(Action.putRule) }
        actions += configurations.sorted().compactMap {
            world.configurations[$0].map(Action.publish)
        }
        actions += directory
        actions += events.sorted().compactMap { path in
            world.events[path].map { Action.putEvents($0, of: path) }
        }
        return actions + story + removals
    }
}

extension Generator {
    /// In the shape of a UUID, as ECS's event ids are.
    fileprivate mutating func eventID() -> String {
        [8, 4, 4, 4, 12].map { hexadecimal(digits: $0) }.joined(separator: "-")
    }
}
