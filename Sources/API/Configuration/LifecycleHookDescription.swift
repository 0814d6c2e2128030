package import Model

/// Something that a deployment asks on its way: a URL, a command, or a person.
package struct LifecycleHookDescription: Hashable, Sendable, Codable {
    /// ECS's names, `POST_TEST_TRAFFIC_SHIFT` and the like.
    package var stages: [String]
    /// Gets ECS's JSON by POST. One of `url`, `command` and `pause` is given.
    package var url: String?
    /// A program on the controller's host, its path absolute; gets ECS's JSON as its input.
    package var command: [String]?
    /// true: waits for ContinueServiceDeployment (`teal continue`).
    package var pause: Bool?
    /// Handed to the target with each call.
    package var details: JSON?
    /// From the first call, 1m to 14d; 24h when absent.
    package var timeout: TimeSpan?
    /// `ROLLBACK` (when absent) or `CONTINUE`.
    package var onTimeout: String?

    package init(stages: [String]) {
        self.stages = stages
    }

    private enum CodingKeys: String, CodingKey {
        case stages
        case url
        case command
        case pause
        case details
        case timeout
        case onTimeout = "on_timeout"
    }

    func hook(_ field: String) throws(FieldError) -> LifecycleHook {
        let target = try target(field)
        var hook = LifecycleHook(
            target: target,
            lifecycleStages: try LifecycleHookStage.checked(stages, for: target, "\(field).stages"))
        hook.hookDetails = try details?.checkedAsDetails("\(field).details")
        if let timeout {
            let minutes = LifecycleHook.timeoutsInMinutes
            let range = Int64(minutes.lowerBound) * 60_000...Int64(minutes.upperBound) * 60_000
            guard range.contains(timeout.milliseconds) else {
                throw FieldError("\(field).timeout", "must be 1m to 14d")
            }
            hook.timeoutMilliseconds = timeout.milliseconds
        }
        hook.timeoutAction = try onTimeout.map { text throws(FieldError) in
            try LifecycleHookAction(checking: text, "\(field).on_timeout")
        }
        return hook
    }

    private func target(_ field: String) throws(FieldError) -> LifecycleHookTarget {
        switch (url, command, pause ?? false) {
        case (let url?, nil, false):
            guard case .url(let checked)? = LifecycleHookTarget(hookTargetArn: url) else {
                throw FieldError("\(field).url", "must be an http:// or https:// URL")
            }
            return .url(checked)
        case (nil, let command?, false):
            guard let path = command.first, path.hasPrefix("/"), path.count > 1,
                !command.contains(where: { $0.utf8.contains(0) })
            else {
                throw FieldError(
                    "\(field).command", "must begin with the absolute path of a program")
            }
            return .command(command)
        case (nil, nil, true): return .pause
        default: throw FieldError(field, "must have one of url, command and pause: true")
        }
    }
}
