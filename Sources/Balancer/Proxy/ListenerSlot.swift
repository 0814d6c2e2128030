internal import Loop
internal import Model
internal import Routing

/// A listener as one worker knows it: its own socket, and the rules now in force.
struct ListenerSlot {
    var watcher = IOWatcher()
    let worker: Unmanaged<Worker>
    let descriptor: CInt
    let port: UInt16
    /// Shared with the other workers.
    let census: ClientCensus
    var compiled: CompiledListener
    var actions: [ActionSlot]
    /// Whether a rule looks at where requests come from.
    var looksAtSource: Bool { compiled.index.looksAtSource }
    /// Where every request goes, when neither a rule nor a weight can lead it elsewhere.
    var only: Ref<GroupSlot>?
    /// The route of the one action, when it has other groups besides.
    var onlyRoute: Ref<ForwardSlot>?
    /// A line end, `X-Forwarded-Proto` and `X-Forwarded-Port`, written once for all requests.
    let forwarded: PlainText
    /// What Host ends with.
    let hostEnd: PlainText
    var clientQueue: UInt16
    var exchangeQueue: UInt16
    var lifetimeMilliseconds: Int64
    /// Requests of one connection.
    var requestsMax = UInt32.max
    var policy: RequestPolicy = []
    /// Whether its responses get other fields than the target's.
    var changesResponses = false
    var clientCount = 0
    var outcomes = ListenerOutcomes()
    var matches: RuleMatches
    var isLeaving = false
}

/// An action with the groups it leads to.
struct ActionSlot {
    let action: CompiledAction
    /// The only group it can lead to, when there is but one.
    let only: Ref<GroupSlot>?
    /// By their index in the routing table, for all that `action` names.
    let groups: [Int: Ref<GroupSlot>]
    /// For requests that the chosen group fails; only where `action` names several.
    let route: Ref<ForwardSlot>?
}
