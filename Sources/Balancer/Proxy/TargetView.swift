internal import Model
internal import Routing

/// A target's part of a balancer's traffic.
package struct TargetView: Hashable, Sendable, Codable {
    package var targetGroup: String
    package var id: String
    package var address: String
    package var port: UInt16
    package var revision: String?
    /// ELBv2's state, with its reason when it is not healthy.
    package var state: String
    package var reason: String?
    package var description: String?
    package var inFlight: Int
    package var idleConnections: Int
    /// Its part of its group's requests, in percent of a full one.
    package var weight: Double
    /// Whether it gets less because it does worse than its peers.
    package var anomalous: Bool
    package var outcomes: OutcomesView
}

extension TargetView {
    init(_ key: TargetKey, _ traffic: TargetTraffic, _ health: TargetHealth?) {
        let health = health ?? HealthRecord.drainingHealth
        targetGroup = key.group.text
        id = key.target.id.text
        address = key.target.address
        port = key.target.port
        revision = key.target.revision?.text
        state = health.state.rawValue
        reason = health.reason
        description = health.description
        inFlight = traffic.inFlight
        idleConnections = traffic.idleConnections
        weight = Double(min(traffic.weight, Rotation.weightMax)) * 100 / Double(Rotation.weightMax)
        anomalous = traffic.isMitigated
        outcomes = OutcomesView(traffic.outcomes)
    }
}
