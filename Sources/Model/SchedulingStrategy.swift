/// How many tasks a service has: ECS's `schedulingStrategy`.
package enum SchedulingStrategy: String, Hashable, Sendable, Codable, CaseIterable {
    /// `desiredCount` of them, wherever there is room.
    case replica = "REPLICA"
    /// One on each machine that may run it.
    case daemon = "DAEMON"
}
