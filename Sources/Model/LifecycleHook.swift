/// Something that a deployment asks at certain stages before it goes on.
package struct LifecycleHook: Hashable, Sendable, Codable {
    package var target: LifecycleHookTarget
    package var lifecycleStages: [LifecycleHookStage]
    /// Handed to the target with each call.
    package var hookDetails: JSON?
    /// Kept and echoed: there are no roles here.
    package var roleArn: String?
    /// From the first call, or the beginning of the pause: 1 to 20160 minutes; 24 hours when
    /// absent.
    package var timeoutMilliseconds: Int64?
    /// What a time-out does; ROLLBACK when absent.
    package var timeoutAction: LifecycleHookAction?

    package static let timeoutMillisecondsByDefault: Int64 = 1440 * 60_000
    package static let timeoutsInMinutes = 1...20_160
    /// Of one service.
    package static let countMax = 10

    package init(target: LifecycleHookTarget, lifecycleStages: [LifecycleHookStage]) {
        self.target = target
        self.lifecycleStages = lifecycleStages
    }
}

/// Who is asked.
package enum LifecycleHookTarget: Hashable, Sendable, Codable {
    /// A person, by ContinueServiceDeployment: ECS's targetType `PAUSE`.
    case pause
    /// An HTTP server that gets ECS's JSON by POST; `http://` or `https://`.
    case url(String)
    /// A program on the controller's host that gets ECS's JSON as its input: its absolute path and
    /// its arguments.
    case command([String])

    /// `text` as ECS's hookTargetArn: a URL, or an absolute path and arguments between blanks.
    package init?(hookTargetArn text: String) {
        if text.hasPrefix("http://") || text.hasPrefix("https://") {
            let rest = text.drop { $0 != "/" }.dropFirst(2)
            guard let first = rest.first, first != "/", !text.contains(where: \.isWhitespace) else {
                return nil
            }
            self = .url(text)
        } else {
            let words = text.split(separator: " ").map(String.init)
            guard let path = words.first, path.hasPrefix("/"), path.count > 1,
                !text.utf8.contains(0)
            else { return nil }
            self = .command(words)
        }
    }

    /// The inverse; `nil` for a pause.
    package var hookTargetArn: String? {
        switch self {
        case .pause: nil
        case .url(let text): text
        case .command(let words): words.joined(separator: " ")
        }
    }
}

/// `DeploymentLifecycleHookStage` of ECS: where a hook may sit.
package enum LifecycleHookStage: String, Hashable, Sendable, Codable, CaseIterable {
    case reconcileService = "RECONCILE_SERVICE"
    case preScaleUp = "PRE_SCALE_UP"
    case postScaleUp = "POST_SCALE_UP"
    case testTrafficShift = "TEST_TRAFFIC_SHIFT"
    case postTestTrafficShift = "POST_TEST_TRAFFIC_SHIFT"
    /// Before each share of production traffic. No deployment is ever reported to be there.
    case preProductionTrafficShift = "PRE_PRODUCTION_TRAFFIC_SHIFT"
    /// After each share of production traffic has been applied.
    case productionTrafficShift = "PRODUCTION_TRAFFIC_SHIFT"
    case postProductionTrafficShift = "POST_PRODUCTION_TRAFFIC_SHIFT"

    /// Whether a person may be waited for: not while traffic is on the move.
    package var takesPause: Bool {
        self != .testTrafficShift && self != .productionTrafficShift
    }
}

/// `DeploymentLifecycleHookAction` of ECS.
package enum LifecycleHookAction: String, Hashable, Sendable, Codable, CaseIterable {
    case rollback = "ROLLBACK"
    case `continue` = "CONTINUE"
}

/// `DeploymentLifecycleHookStatus` of ECS.
package enum LifecycleHookStatus: String, Hashable, Sendable, Codable {
    /// A pause that nobody has ended.
    case awaitingAction = "AWAITING_ACTION"
    case inProgress = "IN_PROGRESS"
    case succeeded = "SUCCEEDED"
    case failed = "FAILED"
    case timedOut = "TIMED_OUT"
}

extension DeploymentConfiguration {
    /// The hooks that sit at `stage`, each with its place in `lifecycleHooks`.
    package func hooks(at stage: LifecycleHookStage) -> [(index: Int, hook: LifecycleHook)] {
        (lifecycleHooks ?? []).enumerated().filter { $0.element.lifecycleStages.contains(stage) }
            .map { ($0.offset, $0.element) }
    }
}
