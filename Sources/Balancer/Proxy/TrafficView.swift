internal import Loop
internal import Model
internal import Routing

/// What a balancer does, at one moment: the runtime view of `teal targets` and `teal top`.
///
/// Counts are since the process began; rates are made of two views.
package struct TrafficView: Hashable, Sendable, Codable {
    /// Targets that are told one by one.
    package static let targetsMax = 5000

    /// Steady milliseconds, to be compared with another view of the same process.
    package var atMilliseconds: Int64
    package var generation: UInt64
    package var workers: Int
    package var listeners: [ListenerView]
    package var targetGroups: [TargetGroupView]
    package var targets: [TargetView]
    /// Targets there are, also those beyond the limit.
    package var targetCount: Int
}

extension DataPlane {
    /// What it does now; workers are asked, not stopped.
    package func trafficView() async -> TrafficView {
        let traffic = await traffic()
        let health = board.health
        let keys = Set(traffic.targets.keys).union(health.keys).sorted {
            ($0.group.text, $0.target.id.text) < ($1.group.text, $1.target.id.text)
        }
        let targets = keys.prefix(TrafficView.targetsMax).map {
            TargetView($0, traffic.targets[$0] ?? TargetTraffic(), health[$0])
        }
        return TrafficView(
            atMilliseconds: Syscall.steadyMicroseconds() / 1000,
            generation: table?.generation ?? 0, workers: workers.count,
            listeners: listeners(of: traffic), targetGroups: groups(of: traffic, health),
            targets: targets, targetCount: keys.count)
    }

    private func listeners(of traffic: Traffic) -> [ListenerView] {
        traffic.listeners.sorted { $0.key < $1.key }.map { name, one in
            ListenerView(
                name: name.text, port: port(of: name), connections: one.clients,
                newConnections: one.outcomes.connections, requests: one.outcomes.requests,
                own4xx: one.outcomes.failures(ofClass: 4),
                own5xx: one.outcomes.failures(ofClass: 5),
                receivedBytes: one.outcomes.receivedBytes, sentBytes: one.outcomes.sentBytes)
        }
    }

    private func groups(
        of traffic: Traffic, _ health: [TargetKey: TargetHealth]
    ) -> [TargetGroupView] {
        let registered = Dictionary(grouping: health) { $0.key.group }
        let inFlight = Dictionary(grouping: traffic.targets) { $0.key.group }
            .mapValues { $0.reduce(0) { $0 + $1.value.inFlight } }
        let outcomes = traffic.groups
        return Set(registered.keys).union(outcomes.keys).sorted().map { name in
            let targets = registered[name] ?? []
            return TargetGroupView(
                name: name.text, healthy: targets.count { $0.value.state == .healthy },
                targets: targets.count, inFlight: inFlight[name] ?? 0,
                outcomes: OutcomesView(outcomes[name] ?? TargetOutcomes()))
        }
    }
}
