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

    /// Whether the bake has to wait because an alarm has no data: time in which nobody would have
    /// noticed anything is no proof. Three times the bake time is enough of that.
    mutating func awaitsAlarmData(bakeTime: Int64) -> Bool {
        guard let alarms = watchedAlarms, bakeTime > 0 else { return false }
        var watch = record.alarms ?? AlarmWatch()
        let known = Set(watch.excluded + (watch.ignored ?? []))
        let silent = alarms.filter {
            facts.alarms[$0] == .insufficientData && !known.contains($0)
        }
        guard !silent.isEmpty else {
            if watch.silentSince != nil {
                watch.silentSince = nil
                record.alarms = watch
            }
            return false
        }
        if watch.silentSince == nil {
            watch.silentSince = now
            tell("The bake waits for data of alarms: \(AlarmName.list(silent)).")
        }
        let end = (watch.silentSince ?? now).advanced(milliseconds: 3 * bakeTime)
        if now >= end {
            watch.ignored = (watch.ignored ?? []) + silent
            watch.silentSince = nil
            tell("No data came, so the bake goes on without: \(AlarmName.list(silent)).")
        }
        record.alarms = watch
        rearmProgress()
        wake(at: end)
        return now < end
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
