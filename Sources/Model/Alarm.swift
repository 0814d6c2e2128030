/// Something outside of Teal that says whether all is well: CloudWatch's alarm, as far as a
/// deployment asks about it.
package struct Alarm: Hashable, Sendable, Codable {
    package var name: AlarmName
    package var state: AlarmState
    /// A sentence for a person.
    package var stateReason: String?
    package var updatedAt: Instant

    /// In one store.
    package static let countMax = 1000
    package static let nameCharacters = 1...255
    package static let reasonCharactersMax = 1023

    package init(name: AlarmName, state: AlarmState, updatedAt: Instant) {
        self.name = name
        self.state = state
        self.updatedAt = updatedAt
    }
}

/// CloudWatch's `StateValue`.
package enum AlarmState: String, Hashable, Sendable, Codable, CaseIterable {
    case ok = "OK"
    case alarm = "ALARM"
    case insufficientData = "INSUFFICIENT_DATA"
}

/// Which alarms end a deployment.
package struct DeploymentAlarms: Hashable, Sendable, Codable {
    package var alarmNames: [AlarmName]
    package var enable: Bool
    /// Whether the deployment then goes back; otherwise it ends STOPPED.
    package var rollback: Bool

    /// Of one service.
    package static let countMax = 10

    package init(alarmNames: [AlarmName], enable: Bool = true, rollback: Bool = true) {
        self.alarmNames = alarmNames
        self.enable = enable
        self.rollback = rollback
    }
}

/// What a deployment has seen of its alarms.
package struct AlarmWatch: Hashable, Sendable, Codable {
    /// Those that were in ALARM when it began: they say nothing about it.
    package var excluded: [AlarmName] = []
    /// Those that ended it.
    package var triggered: [AlarmName] = []
    /// Since when the bake has been waiting for data; `nil` while it is not.
    package var silentSince: Instant?
    /// Those whose data was waited for long enough.
    package var ignored: [AlarmName]?

    package init() {}
}
