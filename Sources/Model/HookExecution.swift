/// One hook at one point of one deployment: what has been asked of it and what it said.
package struct HookExecution: Hashable, Sendable, Codable {
    /// ECS's hookId: stage and number of the hook, and where traffic shifts in shares, the share.
    /// It is the same after a crash, so that a hook can tell a repeated call.
    package var id: String
    package var stage: LifecycleHookStage
    /// Its place in the configuration's `lifecycleHooks`.
    package var hook: Int
    package var status: LifecycleHookStatus
    /// 1, 2, ...: every IN_PROGRESS that it answers asks for one more.
    package var attempt: Int = 1
    package var nextCallAt: Instant
    package var expiresAt: Instant
    /// What the next call hands over.
    package var hookDetails: JSON?
    /// What it said when it failed, or who ended the pause.
    package var reason: String?
    /// What was chosen at a pause.
    package var decision: LifecycleHookAction?

    package init(
        id: String, stage: LifecycleHookStage, hook: Int, status: LifecycleHookStatus,
        at now: Instant, expiresAt: Instant
    ) {
        self.id = id
        self.stage = stage
        self.hook = hook
        self.status = status
        nextCallAt = now
        self.expiresAt = expiresAt
    }
}

/// What a hook answered to one call.
package struct HookAnswer: Hashable, Sendable, Codable {
    package var deployment: ServiceDeploymentID
    package var service: ServiceName
    package var cluster: ClusterName
    /// The id of the `HookExecution`.
    package var execution: String
    /// The call that this answers.
    package var attempt: Int
    /// SUCCEEDED, FAILED or IN_PROGRESS.
    package var status: LifecycleHookStatus
    /// When IN_PROGRESS: how long until it wants to be called again; 30 s when absent.
    package var callBackDelayMilliseconds: Int64?
    package var hookDetails: JSON?
    /// Its words, for a person.
    package var reason: String?

    package static let callBackDelayMillisecondsByDefault: Int64 = 30_000
    package static let callBackDelaysInSeconds = 0...86_400

    package init(
        deployment: ServiceDeploymentID, service: ServiceName, cluster: ClusterName,
        execution: String, attempt: Int, status: LifecycleHookStatus
    ) {
        self.deployment = deployment
        self.service = service
        self.cluster = cluster
        self.execution = execution
        self.attempt = attempt
        self.status = status
    }
}
