import Model

/// What alarms say of a deployment.
extension Rollout.Move {
    /// Notes which alarms are in ALARM already: an old trouble is not green's.
    mutating func beginAlarmWatch() {
        guard let alarms = watchedAlarms else { return }
        var watch = AlarmWatch()
        watch.excluded = alarms.filter { facts.alarms[$0] == .alarm }
        record.alarms = watch
        guard !watch.excluded.isEmpty else { return }
        tell("In ALARM already, so not watched: \(AlarmName.list(watch.excluded)).")
    }

    /// Why alarms end the deployment, in ECS's words and with their names.
    mutating func alarmFailure() -> String? {
        guard let alarms = watchedAlarms, !record.stopIntentBlue,
            let stage = record.stage, stage <= .bakeTime
        else { return nil }
        var watch = record.alarms ?? AlarmWatch()
        let triggered = alarms.filter {
            facts.alarms[$0] == .alarm && !watch.excluded.contains($0)
        }
        guard !triggered.isEmpty else { return nil }
        watch.triggered = triggered
        record.alarms = watch
        return "Service deployment rolled back because of one or more active alarms. In ALARM: "
            + "\(AlarmName.list(triggered))."
    }

    private var watchedAlarms: [AlarmName]? {
        guard let alarms = record.configuration.alarms, alarms.enable else { return nil }
        return alarms.alarmNames
    }
}

extension Identifier where Noun == Alarm {
    fileprivate static func list(_ names: [Self]) -> String {
        names.map(\.text).joined(separator: ", ")
    }
}
