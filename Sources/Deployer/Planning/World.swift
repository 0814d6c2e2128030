package import Model

/// What the store held at one moment, as nouns: all that planning ever looks at.
///
/// Records are put in one by one as they change, so a wake-up costs what has changed. Times that
/// no record holds (since when an agent is away, since when this leader observes) are here too:
/// after a restart they begin anew, which can delay a decision and never hastens one.
package struct World: Sendable {
    package private(set) var services: [ServicePath: Service] = [:]
    package private(set) var revisions: [ServicePath: [ServiceRevisionID: ServiceRevision]] = [:]
    /// How each revision is registered: its `loadBalancers` by name, resolved once.
    private var registrations: [ServicePath: [ServiceRevisionID: Registration]] = [:]
    package private(set) var deployments: [ServicePath: [ServiceDeploymentID: ServiceDeployment]] =
        [:]
    /// The deployment of each service that has started and not ended; there is at most one.
    private var openDeployments: [ServicePath: ServiceDeploymentID] = [:]
    package private(set) var tasks: [TaskID: Task] = [:]
    package private(set) var taskStates: [TaskID: TaskState] = [:]
    /// Since when this leader knows a task to run. By its own clock: its agent's may be far off,
    /// and patience measured between two clocks is none.
    private var runningSinceByTask: [TaskID: Instant] = [:]
    /// The ids of each service's tasks; under `nil` those that RunTask started.
    package private(set) var tasksOfServices: [ServicePath?: Set<TaskID>] = [:]

    package var containerInstances: [ContainerInstanceID: ContainerInstance] = [:]
    package private(set) var liveAgents: Set<ContainerInstanceID> = []
    /// Since when an agent that is not live has been away.
    package private(set) var agentsAwaySince: [ContainerInstanceID: Instant] = [:]

    package var loadBalancers: [LoadBalancerName: LoadBalancer] = [:]
    package var listeners: [ListenerName: Listener] = [:]
    package var rules: [RuleName: Rule] = [:]
    package var targetGroups: [TargetGroupName: TargetGroup] = [:]
    /// What is published now, put together from the current generation and its parts.
    package var configurations: [LoadBalancerName: LoadBalancerConfiguration] = [:]
    package var balancers: [LoadBalancerName: [BalancerID: BalancerRegistration]] = [:]
    package var balancerReports: [LoadBalancerName: [BalancerID: BalancerReport]] = [:]

    package var directory: [DirectoryPath: Published<DirectoryEntry>] = [:]
    package var nameserverReports: [String: NameserverReport] = [:]

    package var alarms: [AlarmName: Alarm] = [:]

    package var events: [ServicePath: [ServiceEvent]] = [:]
    /// How many entries the story of each deployment has.
    package var historyCounts: [ServiceDeploymentID: Int] = [:]
    /// What hooks have answered and no record has taken in yet, by execution.
    package private(set) var hookAnswers: [ServiceDeploymentID: [String: HookAnswer]] = [:]

    /// Since when this process, without a gap, sees what happens.
    package let observingSince: Instant

    package init(observingSince: Instant) {
        self.observingSince = observingSince
    }
}

/// A record with the store's revision in which it was written.
package struct Published<Value: Sendable>: Sendable {
    package var value: Value
    package var revision: UInt64

    package init(_ value: Value, revision: UInt64) {
        self.value = value
        self.revision = revision
    }
}

// MARK: - Changing

extension World {
    package mutating func put(_ service: Service) {
        services[service.path] = service
    }

    package mutating func removeService(_ path: ServicePath) {
        services[path] = nil
    }

    package mutating func put(_ revision: ServiceRevision) {
        let path = ServicePath(revision.service, in: revision.cluster)
        revisions[path, default: [:]][revision.id] = revision
        registrations[path, default: [:]][revision.id] = Registration(revision)
    }

    package mutating func removeRevision(_ id: ServiceRevisionID, of path: ServicePath) {
        revisions[path]?[id] = nil
        registrations[path]?[id] = nil
    }

    package mutating func put(_ deployment: ServiceDeployment) {
        let path = deployment.path
        deployments[path, default: [:]][deployment.id] = deployment
        if deployment.startedAt != nil, !deployment.status.isTerminal {
            openDeployments[path] = deployment.id
        } else if openDeployments[path] == deployment.id {
            openDeployments[path] = nil
        }
    }

    package mutating func removeDeployment(_ id: ServiceDeploymentID, of path: ServicePath) {
        deployments[path]?[id] = nil
        if openDeployments[path] == id { openDeployments[path] = nil }
    }

    package mutating func put(_ task: Task) {
        tasks[task.id] = task
        tasksOfServices[task.path, default: []].insert(task.id)
    }

    package mutating func removeTask(_ id: TaskID) {
        guard let task = tasks.removeValue(forKey: id) else { return }
        tasksOfServices[task.path]?.remove(id)
    }

    /// `now` is when its leader learnt of it; without one its agent's word is taken.
    package mutating func put(_ state: TaskState, at now: Instant? = nil) {
        taskStates[state.task] = state
        if state.lastStatus == .running, runningSinceByTask[state.task] == nil {
            runningSinceByTask[state.task] = now ?? state.startedAt
        }
    }

    package mutating func removeTaskState(_ id: TaskID) {
        taskStates[id] = nil
        runningSinceByTask[id] = nil
    }

    package mutating func put(_ answer: HookAnswer) {
        hookAnswers[answer.deployment, default: [:]][answer.execution] = answer
    }

    package mutating func remove(_ answer: HookAnswer) {
        hookAnswers[answer.deployment]?[answer.execution] = nil
        if hookAnswers[answer.deployment]?.isEmpty == true {
            hookAnswers[answer.deployment] = nil
        }
    }

    package mutating func agentCame(_ id: ContainerInstanceID) {
        liveAgents.insert(id)
        agentsAwaySince[id] = nil
    }

    package mutating func agentWent(_ id: ContainerInstanceID, at now: Instant) {
        guard liveAgents.remove(id) != nil else { return }
        agentsAwaySince[id] = now
    }
}

// MARK: - Reading, in a fixed order

extension World {
    /// The tasks of `path` (of RunTask for `nil`), oldest first.
    package func tasks(of path: ServicePath?) -> [Task] {
        (tasksOfServices[path] ?? []).compactMap { tasks[$0] }
            .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
    }

    /// The deployments of `path`, in the order of their sequence.
    package func deployments(of path: ServicePath) -> [ServiceDeployment] {
        (deployments[path] ?? [:]).values.sorted { $0.sequence < $1.sequence }
    }

    /// The deployment of `path` that has started and not ended; there is at most one.
    package func openDeployment(of path: ServicePath) -> ServiceDeployment? {
        openDeployments[path].flatMap { deployments[path]?[$0] }
    }

    package func revision(_ id: ServiceRevisionID, of path: ServicePath) -> ServiceRevision? {
        revisions[path]?[id]
    }

    /// How tasks of `revision` are registered while `service` is as it is now.
    func pairs(of revision: ServiceRevisionID, in service: Service) -> [TargetGroupPair] {
        registrations[service.path]?[revision]?.pairs(usesAlternate: service.usesAlternate) ?? []
    }

    /// Since when `task` has been known to run; `nil` while it is not.
    func runningSince(_ task: TaskID) -> Instant? { runningSinceByTask[task] }

    /// How long the agent of `instance` has been away; `nil` while it is connected.
    package func absence(of instance: ContainerInstanceID, at now: Instant) -> Int64? {
        guard !liveAgents.contains(instance) else { return nil }
        return now.milliseconds(since: agentsAwaySince[instance] ?? observingSince)
    }
}
