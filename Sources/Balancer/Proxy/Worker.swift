internal import Loop
internal import Model
internal import Routing

/// A thread's share of the balancer: its loop, listeners, connections, pools and counters.
///
/// Nothing of it is seen by another thread. What it must know comes in, and what others must know
/// goes out, as jobs and events.
final class Worker {
    static let receiveBytesMax = 64 * 1024
    /// Before what is received: a head is put there that grew, to be sent with its body.
    static let headroomBytes = 4096
    /// Of head and body together, with what framing adds to them.
    static let composeBytesMax = 192 * 1024
    static let tickMilliseconds = 100
    static let lingerMilliseconds = 1000
    static let connectMilliseconds = 10_000
    /// Idle connections kept to one target.
    static let idlePerTargetMax = 256
    /// Connections taken from a listener before others have their turn.
    static let acceptsPerRoundMax = 64

    let loop: Loop
    /// Its number among the balancer's workers.
    let index: Int
    let limits: WorkerLimits
    let tell: @Sendable (WorkerEvent) -> Void

    /// What one receive brought; the next one overwrites it.
    let received: UnsafeMutableRawPointer
    /// Where bytes to be sent are put together.
    let composed: UnsafeMutableRawPointer
    let fields: UnsafeMutableBufferPointer<Field>
    let headLimits = HeadLimits()

    let clients = Slab<Client>()
    let upstreams = Slab<Upstream>()
    let exchanges = Slab<Exchange>()
    let shadowSlab = Slab<Shadow>()
    let notes = Slab<AccessNote>()
    /// What the access log is written with; `nil` when there is none.
    let log: WorkerLog?
    let blocks = Blocks()
    let clientDeadlines = Deadlines<Client>()
    let exchangeDeadlines = Deadlines<Exchange>()
    let shadowDeadlines = Deadlines<Shadow>()
    let lingerQueue: UInt16
    let connectQueue: UInt16
    let shadowQueue: UInt16

    /// What every request touches; by pointer, which costs no check of exclusive access.
    let hot: Ref<HotState>

    var listeners: [Ref<ListenerSlot>] = []
    /// Listeners that left, and have clients.
    var leavingListeners: [Ref<ListenerSlot>] = []
    var groups: [TargetGroupName: Ref<GroupSlot>] = [:]
    var targets: [TargetKey: Ref<TargetSlot>] = [:]
    /// Targets that left with requests in flight.
    var leaving: [Ref<TargetSlot>] = []
    /// Copies of requests, under way or waiting to be compared.
    var shadows = Chain<Shadow>()
    /// Requests that were to be copied and were not.
    var skippedShadows = 0
    /// What stickiness cookies are signed with where the configuration says nothing.
    var cookieKey: SipKey
    /// Where the fields of such cookies are put together.
    let cookieFields: UnsafeMutableRawPointer
    /// When browsers forget those that are written in `second`.
    var cookieDate = (second: UInt32(0), text: PlainText(""))
    /// The number of the target that came last.
    var lastTarget: UInt64 = 0
    /// What targets get of a full share, in percent, where that was said.
    var percents: [TargetKey: UInt32] = [:]
    /// What was counted for targets and listeners that are gone.
    var departed: [RevisionKey: TargetOutcomes] = [:]
    var departedListeners: [ListenerName: ListenerTraffic] = [:]
    var generation: UInt64 = 0
    var isAcceptingPaused = false
    /// Whether revisions are compared by what becomes of their requests.
    var isComparing = false
    /// Steady milliseconds at which an error was last told of.
    var erredAt: Int64 = 0
    /// Whether a target of any group is on its way to its full share.
    var isWarming = false
    /// Steady milliseconds.
    var windowBegan: Int64 = 0
    /// Whether the process before still accepts from the sockets: we do not yet.
    var isHolding: Bool
    private var ticker: Timer?

    init(
        _ loop: Loop, index: Int, seed: UInt64, limits: WorkerLimits, cookieKey: SipKey,
        log: WorkerLog? = nil, isHolding: Bool = false,
        tell: @escaping @Sendable (WorkerEvent) -> Void
    ) {
        self.loop = loop
        self.index = index
        self.limits = limits
        self.cookieKey = cookieKey
        self.log = log
        self.isHolding = isHolding
        self.tell = tell
        hot = .allocate(capacity: 1)
        hot.initialize(to: HotState(generator: Generator(seed: seed)))
        received =
            .allocate(byteCount: Worker.headroomBytes + Worker.receiveBytesMax, alignment: 64)
            + Worker.headroomBytes
        composed = .allocate(byteCount: Worker.composeBytesMax, alignment: 64)
        cookieFields = .allocate(byteCount: StickyCookie.fieldsBytesMax, alignment: 16)
        fields = .allocate(capacity: headLimits.fieldsMax + 1)
        fields.initialize(repeating: Field())
        lingerQueue = clientDeadlines.queue(milliseconds: Worker.lingerMilliseconds)
        connectQueue = exchangeDeadlines.queue(milliseconds: Worker.connectMilliseconds)
        shadowQueue = shadowDeadlines.queue(milliseconds: Worker.shadowMilliseconds)
        hot.pointee.date.update()
        ticker = loop.timer { [unowned self] in tick() }
        ticker?.set(milliseconds: Worker.tickMilliseconds, period: Worker.tickMilliseconds)
    }

    deinit {
        ticker = nil
        closeAll()
        hot.pointee.date.deallocate()
        hot.deinitialize(count: 1)
        hot.deallocate()
        (received - Worker.headroomBytes).deallocate()
        composed.deallocate()
        cookieFields.deallocate()
        cookieDate.text.deallocate()
        fields.deallocate()
    }

    /// Steady milliseconds when the current round of events began.
    var now: Int64 { loop.milliseconds }

    /// The first call of every event: nobody up the stack knows a retired element.
    func recycle() {
        guard hot.pointee.hasRetired else { return }
        hot.pointee.hasRetired = false
        clients.recycle()
        upstreams.recycle()
        exchanges.recycle()
        shadowSlab.recycle()
        if log != nil { notes.recycle() }
    }

    private func tick() {
        recycle()
        hot.pointee.date.update()
        if isAcceptingPaused { resumeAccepting() }
        clientDeadlines.expire(now: now) { clientIsOverdue($0) }
        closeOldIdle()
        exchangeDeadlines.expire(now: now) { exchangeIsOverdue($0) }
        shadowDeadlines.expire(now: now) { cut($0) }
        cutOverdueTargets()
        warmUp()
        turnWindows()
        if hot.pointee.ending != nil { endIdleClients() }
        endTunnels()
    }
}

/// The part of a worker's state that every request touches.
struct HotState {
    var allClients = Chain<Client>()
    /// Responses of our own making, by status.
    var ownResponses: [Int: Int] = [:]
    var generator: Generator
    /// Since the worker began to end.
    var ending: Draining?
    /// How long clients at rest have from then on, in milliseconds.
    var graceMilliseconds = Worker.graceMilliseconds
    var date = DateField()
    /// Whether there is anything to recycle.
    var hasRetired = false
}

/// What a worker may hold at most.
package struct WorkerLimits: Sendable {
    /// Client connections; more wait in the listeners' queues.
    package var clientsMax = 50_000

    package init() {}
}

/// What a worker tells the balancer.
enum WorkerEvent: Sendable {
    /// A target that left has no request in flight in this worker any more.
    case drained
    /// Requests fail at a target that passes for healthy.
    case suspected(TargetKey)
    /// A target of the group has a place that a request may have that waits in another worker.
    case placeFree(TargetGroupName, worker: Int)
    /// Requests went wrong while revisions are compared.
    case erred
    /// The worker was asked to end, and no client is left.
    case ended
}
