internal import Loop
internal import Model
internal import Routing

/// A target as one worker knows it. It outlives the configurations that name it, and its leaving
/// too, as long as a request is on its way to it.
struct TargetSlot {
    let key: TargetKey
    let address: SocketAddress
    let group: Ref<GroupSlot>
    let tally: Ref<Tally>
    /// Higher than that of any target that came before it.
    let number: UInt64
    /// Its index in the group; -1 once it left.
    var index = -1
    var isHealthy = false
    /// Requests given to it whose responses have not ended. Never below the truth.
    var inFlight = 0
    /// Present once it left.
    var draining: Draining?
    /// Least recently used first.
    var idle = Chain<Upstream>()
    var busy = Chain<Upstream>()
}

/// What makes two entries of two configurations the same target.
struct TargetKey: Hashable, Sendable {
    let group: TargetGroupName
    let target: Target
}

/// A target group as one worker knows it.
struct GroupSlot {
    let name: TargetGroupName
    var targets: [Ref<TargetSlot>] = []
    var rotation: Rotation
    var rescue: GroupRescue
    var deregistrationDelaySeconds: Int
    /// How long its idle connections are kept.
    var idleMilliseconds: Int64
    /// Slots that refer to it, leaving ones included.
    var users = 0
    var isLeaving = false
}
