import Model

/// `deploymentConfiguration.alarms`.
struct DeploymentAlarmsRequest: Decodable {
    let alarmNames: [String]
    let rollback: Bool
    let enable: Bool

    func alarms(_ field: String) throws(FieldError) -> DeploymentAlarms {
        DeploymentAlarms(
            alarmNames: try AlarmName.checked(alarmNames, "\(field).alarmNames", enable: enable),
            enable: enable, rollback: rollback)
    }
}

extension Identifier where Noun == Alarm {
    /// Alarms need not exist: what nobody has set yet has INSUFFICIENT_DATA.
    static func checked(
        _ names: [String], _ field: String, enable: Bool
    ) throws(FieldError) -> [AlarmName] {
        guard names.count <= DeploymentAlarms.countMax else {
            throw FieldError(field, "must have \(DeploymentAlarms.countMax) elements at most")
        }
        guard !enable || !names.isEmpty else {
            throw FieldError(field, "must name an alarm at least")
        }
        for (index, name) in names.enumerated() {
            guard Alarm.nameCharacters.contains(name.count) else {
                throw FieldError("\(field)[\(index)]", "must have 1 to 255 characters")
            }
        }
        return names.map { AlarmName($0) }
    }
}
