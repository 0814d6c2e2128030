import FoundationEssentials
import Model

/// One of `deploymentConfiguration.lifecycleHooks`, as a request has it.
///
/// Where ECS wants the ARN of a Lambda function, Teal takes a URL or a command.
struct LifecycleHookRequest: Decodable {
    static let detailsBytesMax = 16_384

    /// `AWS_LAMBDA` (when absent), for whatever is called, or `PAUSE`.
    let targetType: String?
    let hookTargetArn: String?
    let roleArn: String?
    let lifecycleStages: [String]?
    let hookDetails: JSON?
    let timeoutConfiguration: Timeout?

    struct Timeout: Decodable {
        let timeoutInMinutes: Int?
        let action: String?
    }

    static func hooks(
        _ requests: [LifecycleHookRequest], _ field: String
    ) throws(FieldError) -> [LifecycleHook] {
        guard requests.count <= LifecycleHook.countMax else {
            throw FieldError(field, "must have \(LifecycleHook.countMax) elements at most")
        }
        var hooks: [LifecycleHook] = []
        for (index, request) in requests.enumerated() {
            hooks.append(try request.hook("\(field)[\(index)]"))
        }
        return hooks
    }

    private func hook(_ field: String) throws(FieldError) -> LifecycleHook {
        let target = try target(field)
        let stages = try LifecycleHookStage.checked(
            lifecycleStages ?? [], for: target, "\(field).lifecycleStages")
        var hook = LifecycleHook(target: target, lifecycleStages: stages)
        hook.roleArn = roleArn
        hook.hookDetails = try hookDetails?.checkedAsDetails("\(field).hookDetails")
        let timeout = "\(field).timeoutConfiguration"
        if let minutes = timeoutConfiguration?.timeoutInMinutes {
            guard LifecycleHook.timeoutsInMinutes.contains(minutes) else {
                throw FieldError("\(timeout).timeoutInMinutes", "must be 1 to 20160")
            }
            hook.timeoutMilliseconds = Int64(minutes) * 60_000
        }
        hook.timeoutAction = try timeoutConfiguration?.action.map { text throws(FieldError) in
            try LifecycleHookAction(checking: text, "\(timeout).action")
        }
        return hook
    }

    private func target(_ field: String) throws(FieldError) -> LifecycleHookTarget {
        switch targetType ?? "AWS_LAMBDA" {
        case "PAUSE":
            guard hookTargetArn == nil else {
                throw FieldError("\(field).hookTargetArn", "cannot stand beside targetType PAUSE")
            }
            return .pause
        case "AWS_LAMBDA":
            guard let text = hookTargetArn else {
                throw FieldError("\(field).hookTargetArn", "is missing")
            }
            guard let target = LifecycleHookTarget(hookTargetArn: text) else {
                throw FieldError(
                    "\(field).hookTargetArn",
                    "must be an http:// or https:// URL, or the absolute path of a program on the "
                        + "controller's host and its arguments; there are no Lambda functions here")
            }
            return target
        default: throw FieldError("\(field).targetType", "must be AWS_LAMBDA or PAUSE")
        }
    }
}

extension LifecycleHookStage {
    static func checked(
        _ texts: [String], for target: LifecycleHookTarget, _ field: String
    ) throws(FieldError) -> [LifecycleHookStage] {
        guard !texts.isEmpty else { throw FieldError(field, "must name a stage at least") }
        var stages: [LifecycleHookStage] = []
        for (index, text) in texts.enumerated() {
            guard let stage = LifecycleHookStage(rawValue: text) else {
                let all = allCases.map(\.rawValue).joined(separator: ", ")
                throw FieldError("\(field)[\(index)]", "must be one of \(all)")
            }
            guard !stages.contains(stage) else {
                throw FieldError("\(field)[\(index)]", "is there twice")
            }
            guard target != .pause || stage.takesPause else {
                throw FieldError("\(field)[\(index)]", "takes no pause: traffic is moving there")
            }
            stages.append(stage)
        }
        return stages
    }
}

extension LifecycleHookAction {
    init(checking text: String, _ field: String) throws(FieldError) {
        guard let action = LifecycleHookAction(rawValue: text) else {
            throw FieldError(field, "must be CONTINUE or ROLLBACK")
        }
        self = action
    }
}

extension JSON {
    /// As what a hook is handed.
    func checkedAsDetails(_ field: String) throws(FieldError) -> JSON {
        let bytes = (try? JSONEncoder().encode(self))?.count ?? .max
        guard bytes <= LifecycleHookRequest.detailsBytesMax else {
            throw FieldError(
                field, "must not exceed \(LifecycleHookRequest.detailsBytesMax) bytes of JSON")
        }
        return self
    }
}
