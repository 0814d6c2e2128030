import Model

/// The alarms that end a deployment.
package struct AlarmsDescription: Hashable, Sendable, Codable {
    package var names: [String]
    /// true when absent.
    package var enable: Bool?
    /// Whether the deployment then goes back, or is only stopped; true when absent.
    package var rollback: Bool?

    package init(names: [String]) {
        self.names = names
    }

    func alarms(_ field: String) throws(FieldError) -> DeploymentAlarms {
        let enable = enable ?? true
        return DeploymentAlarms(
            alarmNames: try AlarmName.checked(names, "\(field).names", enable: enable),
            enable: enable, rollback: rollback ?? true)
    }
}
