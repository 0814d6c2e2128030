internal import Loop
package import Model
internal import Routing

/// A target as one worker knows it. It outlives the configurations that name it, and its leaving
/// too, as long as a request is on its way to it.
struct TargetSlot {
    let key: TargetKey
    let address: SocketAddress
    let group: Ref<GroupSlot>
    /// What became of its requests; by pointer, so that what every request touches lies together.
    let outcomes: Ref<TargetOutcomes>
    /// Address and port, as the access log has them.
    let place: PlainText
    /// Higher than that of any target that came before it.
    let number: UInt64
    /// Shared with the other workers; present once their number was limited.
    var places: TargetPlaces?
    /// Its index in the group; -1 once it left.
    var index = -1
    var isHealthy = false
    /// Steady milliseconds at which it became healthy, while it does not have its full share yet.
    var warmingSince: Int64?
    /// What it gets compared with the group's others.
    var weight: UInt32 = 0
    var mitigation = Mitigation()
    /// What cookies call it, where there are any.
    var cookieName: UInt64 = 0
    var record = TargetRecord()
    /// Steady milliseconds at which its check was last hastened.
    var suspectedAt: Int64 = 0
    /// Requests given to it whose responses have not ended. Never below the truth.
    var inFlight = 0
    /// Present once it left.
    var draining: Draining?
    /// Least recently used first.
    var idle = Chain<Upstream>()
    var busy = Chain<Upstream>()
}

/// What makes two entries of two configurations the same target.
package struct TargetKey: Hashable, Sendable {
    package let group: TargetGroupName
    package let target: Target

    package init(group: TargetGroupName, target: Target) {
        self.group = group
        self.target = target
    }

    package var revision: RevisionKey { RevisionKey(group: group, revision: target.revision) }
}

/// A target group as one worker knows it.
struct GroupSlot {
    let name: TargetGroupName
    let arn: PlainText
    var targets: [Ref<TargetSlot>] = []
    var rotation: Rotation
    var algorithm: LoadBalancingAlgorithm
    var mitigates: Bool
    var slowStart: SlowStart
    /// Whether a target is on its way to its full share.
    var isWarming = false
    var minimum: HealthyMinimum
    var stickiness: GroupStickiness
    var rescue: GroupRescue
    /// What connections begin with; they are then for one client only.
    var proxyProtocol: ProxyHeader.Version?
    var concurrency = GroupConcurrency()
    var deregistrationDelaySeconds: Int
    /// How long its idle connections are kept.
    var idleMilliseconds: Int64
    /// Slots that refer to it, leaving ones included.
    var users = 0
    var isLeaving = false

    init(_ compiled: CompiledTargetGroup, rotation: Rotation, key: SipKey) {
        let attributes = compiled.attributes
        name = compiled.source.name
        arn = PlainText(Realm.local.targetGroup(compiled.source.name))
        self.rotation = rotation
        algorithm = attributes.algorithm
        mitigates = attributes.anomalyMitigation == .on
        slowStart = SlowStart(seconds: attributes.slowStartSeconds)
        minimum = HealthyMinimum(attributes)
        stickiness = GroupStickiness(attributes, own: key)
        rescue = GroupRescue(attributes)
        proxyProtocol = attributes.proxyProtocol
        deregistrationDelaySeconds = compiled.source.deregistrationDelaySeconds
        idleMilliseconds = Int64(compiled.source.upstreamIdleMilliseconds)
    }

    /// Other settings from now on; its targets, and what was counted, stay.
    mutating func change(_ compiled: CompiledTargetGroup, key: SipKey) {
        let attributes = compiled.attributes
        algorithm = attributes.algorithm
        mitigates = attributes.anomalyMitigation == .on
        slowStart = SlowStart(seconds: attributes.slowStartSeconds)
        minimum = HealthyMinimum(attributes)
        stickiness.deallocate()
        stickiness = GroupStickiness(attributes, own: key)
        rescue.change(attributes)
        proxyProtocol = attributes.proxyProtocol
        deregistrationDelaySeconds = compiled.source.deregistrationDelaySeconds
        idleMilliseconds = Int64(compiled.source.upstreamIdleMilliseconds)
    }
}
