package import Model

/// What one pass decided: writes that belong in one transaction, and when to look again.
package struct Plan: Sendable {
    package var actions: [Action]
    /// When a decision falls due although nothing changes; `nil` when none will.
    package var deadline: Instant?
    /// The hooks that should be being called now: whoever carries this out begins the calls that he
    /// has not begun, and ends those that are no longer here.
    package var calls: [HookCall] = []
}

/// One record to write. Weights, generations, tasks and directory of a plan change together.
package enum Action: Hashable, Sendable {
    case putService(Service)
    case putDeployment(ServiceDeployment)
    case removeDeployment(ServiceDeploymentID, of: ServicePath, historyCount: Int)
    case removeRevision(ServiceRevisionID, of: ServicePath)
    case putTask(Task)
    /// With what its agent said of it.
    case removeTask(TaskID, in: ClusterName)
    case putRule(Rule)
    /// Makes the configuration current: new parts, its generation, old parts removed.
    case publish(LoadBalancerConfiguration)
    case putDirectory(DirectoryEntry)
    case removeDirectory(DirectoryPath)
    case putEvents([ServiceEvent], of: ServicePath)
    case appendHistory(HistoryEntry, to: ServiceDeploymentID, entry: Int)
    /// Its deployment has taken it in, or has no use for it.
    case removeHookAnswer(HookAnswer)
}

/// Decides everything that `world` calls for at `now`. Equal arguments give equal plans.
package func plan(
    _ world: World, at now: Instant, using generator: inout Generator, policy: Policy = Policy()
) -> Plan {
    var draft = Draft(of: world, at: now, using: generator, policy: policy)
    draft.buryDeadTasks()
    draft.giveUpLostTasks()
    for path in world.services.keys.sorted() { draft.advance(path) }
    draft.placeTasks()
    draft.publishConfigurations()
    draft.publishDirectory()
    draft.advanceRetirements()
    draft.forgetOldRecords()
    draft.forgetHookAnswers()
    generator = draft.generator
    return Plan(
        actions: draft.actions(), deadline: draft.deadline, calls: draft.hookCalls())
}
