internal import Loop
internal import Model
internal import Routing

/// Probes every target of every group in use, on a loop of its own.
final class HealthChecker {
    private let loop: Loop
    private let tell: @Sendable (TargetKey, TargetHealth) -> Void
    private var probes: [Place: Probe] = [:]
    private var checks: [TargetGroupName: Check] = [:]

    /// How a group's targets are probed.
    struct Check: Hashable, Sendable {
        let settings: HealthCheck
        /// What connections to them begin with.
        let proxyProtocol: ProxyHeader.Version?
    }

    /// A target with all that its probing depends on: when any of it changes it starts anew.
    struct Place: Hashable, Sendable {
        let key: TargetKey
        let check: Check
    }

    init(_ loop: Loop, tell: @escaping @Sendable (TargetKey, TargetHealth) -> Void) {
        self.loop = loop
        self.tell = tell
    }

    /// Probes these from now on, and no others.
    func watch(_ table: RoutingTable) {
        var wanted: [Place: StatusMatcher] = [:]
        checks = [:]
        for group in table.targetGroups where group.isUsed {
            let check = Check(
                settings: group.source.healthCheck,
                proxyProtocol: group.attributes.proxyProtocol)
            checks[group.source.name] = check
            for target in group.source.targets {
                let key = TargetKey(group: group.source.name, target: target)
                wanted[Place(key: key, check: check)] = group.matcher
            }
        }
        for place in probes.keys where wanted[place] == nil { probes[place] = nil }
        for (place, matcher) in wanted where probes[place] == nil {
            probes[place] = makeProbe(place, matcher)
        }
    }

    /// Requests fail at this target: it is probed at once, and again and again until one passes.
    func hasten(_ key: TargetKey) {
        guard let check = checks[key.group] else { return }
        probes[Place(key: key, check: check)]?.hasten()
    }

    private func makeProbe(_ place: Place, _ matcher: StatusMatcher) -> Probe? {
        let port = place.check.settings.port ?? place.key.target.port
        guard let address = SocketAddress(place.key.target.address, port: port) else { return nil }
        let loop = loop
        let tell = tell
        return Probe(
            loop, address, place.check, matcher,
            clock: { Instant(milliseconds: Syscall.steadyMicroseconds() / 1000) },
            tell: { tell(place.key, $0) })
    }
}
