import Model

/// A hook of a deployment configuration, in ECS's words.
struct LifecycleHookAnswer: Encodable {
    let targetType: TargetType
    let hookTargetArn: String?
    let roleArn: String?
    let lifecycleStages: [LifecycleHookStage]
    let hookDetails: JSON?
    let timeoutConfiguration: Timeout

    enum TargetType: String, Encodable {
        case lambda = "AWS_LAMBDA"
        case pause = "PAUSE"

        init(_ target: LifecycleHookTarget) {
            self = target == .pause ? .pause : .lambda
        }
    }

    struct Timeout: Encodable {
        let timeoutInMinutes: Int
        let action: LifecycleHookAction
    }

    init(_ hook: LifecycleHook) {
        let time = hook.timeoutMilliseconds ?? LifecycleHook.timeoutMillisecondsByDefault
        targetType = TargetType(hook.target)
        hookTargetArn = hook.target.hookTargetArn
        roleArn = hook.roleArn
        lifecycleStages = hook.lifecycleStages
        hookDetails = hook.hookDetails
        timeoutConfiguration = Timeout(
            timeoutInMinutes: Int((time + 59_999) / 60_000), action: hook.timeoutAction ?? .rollback
        )
    }
}

/// A hook as a deployment has reached it: one of its `lifecycleHookDetails`.
struct LifecycleHookDetailAnswer: Encodable {
    let hookId: String
    let targetType: LifecycleHookAnswer.TargetType
    let targetArn: String?
    let status: LifecycleHookStatus
    let expiresAt: Double
    let timeoutAction: LifecycleHookAction

    /// `nil` for a hook that the configuration does not have.
    init?(_ execution: HookExecution, in configuration: DeploymentConfiguration) {
        let hooks = configuration.lifecycleHooks ?? []
        guard hooks.indices.contains(execution.hook) else { return nil }
        let hook = hooks[execution.hook]
        hookId = execution.id
        targetType = LifecycleHookAnswer.TargetType(hook.target)
        targetArn = hook.target.hookTargetArn
        status = execution.status
        expiresAt = execution.expiresAt.seconds
        timeoutAction = hook.timeoutAction ?? .rollback
    }
}
