import Model
import Store

struct SetAlarmStateRequest: Decodable {
    let alarmName: String
    /// OK, ALARM or INSUFFICIENT_DATA.
    let stateValue: String
    let stateReason: String?
}

struct DescribeAlarmsRequest: Decodable {
    /// All when absent.
    let alarmNames: [String]?
    let stateValue: String?
}

struct DeleteAlarmsRequest: Decodable {
    let alarmNames: [String]
}

/// An alarm, in CloudWatch's words.
struct AlarmAnswer: Encodable {
    let alarmName: AlarmName
    let stateValue: AlarmState
    let stateReason: String?
    let stateUpdatedTimestamp: Double

    init(_ alarm: Alarm) {
        alarmName = alarm.name
        stateValue = alarm.state
        stateReason = alarm.stateReason
        stateUpdatedTimestamp = alarm.updatedAt.seconds
    }
}

extension TealService {
    /// Makes the alarm when there is none of this name.
    static func setAlarmState(
        _ request: SetAlarmStateRequest, _ call: Call
    ) async throws -> AlarmAnswer {
        let name = request.alarmName
        guard Alarm.nameCharacters.contains(name.count) else {
            throw Fault.invalidParameter(
                "alarmName must have 1 to 255 characters", field: "alarmName")
        }
        guard let state = AlarmState(rawValue: request.stateValue) else {
            throw Fault.invalidParameter(
                "stateValue must be OK, ALARM or INSUFFICIENT_DATA", field: "stateValue")
        }
        guard request.stateReason?.count ?? 0 <= Alarm.reasonCharactersMax else {
            throw Fault.invalidParameter(
                "stateReason must have \(Alarm.reasonCharactersMax) characters at most",
                field: "stateReason")
        }
        let alarms = try await call.store.values(in: Key.alarms, as: Alarm.self)
        var alarm = Alarm(name: AlarmName(name), state: state, updatedAt: call.now)
        alarm.stateReason = request.stateReason
        let old = alarms.first { $0.value.name == alarm.name }
        guard old != nil || alarms.count < Alarm.countMax else {
            throw Fault(
                "LimitExceededFault", "There are \(Alarm.countMax) alarms already.",
                field: "alarmName")
        }
        let key = Key.alarm(alarm.name)
        let condition: Precondition =
            old.map { .unchanged(key, version: $0.version) } ?? .absent(key)
        try await call.store.commit(Transaction([try .put(key, alarm)], if: [condition]))
        return AlarmAnswer(alarm)
    }

    static func describeAlarms(
        _ request: DescribeAlarmsRequest, _ call: Call
    ) async throws -> Answer<AlarmAnswer> {
        let state = try ECS.choice(request.stateValue, "stateValue", of: AlarmState.self)
        let names = request.alarmNames.map(Set.init)
        let alarms = try await call.store.values(in: Key.alarms, as: Alarm.self).map(\.value)
            .filter { alarm in
                names?.contains(alarm.name.text) ?? true && state ?? alarm.state == alarm.state
            }.sorted { $0.name < $1.name }
        return Answer("alarms", alarms.map(AlarmAnswer.init))
    }

    static func deleteAlarms(
        _ request: DeleteAlarmsRequest, _ call: Call
    ) async throws -> [String: [String]] {
        try ECS.check(request.alarmNames, "alarmNames")
        let known = try await call.store.values(in: Key.alarms, as: Alarm.self).map(\.value.name)
        for name in request.alarmNames where !known.contains(AlarmName(name)) {
            throw Fault("ResourceNotFound", "There is no alarm \(name).", field: "alarmNames")
        }
        let writes = request.alarmNames.map { Write.remove(.alarm(AlarmName($0))) }
        try await call.store.commit(Transaction(writes))
        return ["alarmNames": request.alarmNames]
    }
}
