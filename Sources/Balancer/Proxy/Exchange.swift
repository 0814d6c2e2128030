internal import Routing

/// One request and its response, whatever protocol the client speaks.
struct Exchange: BitwiseCopyable, Chained, Timed {
    /// The client's side. HTTP/1 has one exchange at a time on its connection.
    let client: Ref<Client>
    var target: Ref<TargetSlot>
    /// The action that led it there, when that has other groups besides.
    let route: Ref<ForwardSlot>?
    var upstream: Ref<Upstream>?
    var attempt: Attempt
    let method: Routing.Method
    let minorVersion: UInt8
    let sendsChunked: Bool
    let hasBody: Bool
    /// Nothing more of the request can be sent; a response may still come.
    var isBroken = false
    var isFinished = false
    /// It waits for a place at a target; until then its target is the one it would rather have.
    var isWaiting = false
    /// It has one of its target's places.
    var holdsPlace = false
    /// What the client asked to change to; a 101 makes a tunnel of the exchange.
    var upgrade: Upgrade
    var tunnel: Tunnel?
    /// Finds the end of what the client sends.
    var requestBody: BodyReader
    /// The request's bytes, the head first: until they are sent, or as long as they may have to
    /// be sent again.
    var outgoing = Spill()
    /// So many of them are sent.
    var sent = 0
    /// Present from the response's head on.
    var plan: ResponsePlan?
    var responseBody = BodyReader(.none)
    var upstreamPersists = false
    /// Its connection to the target is not used again: others might have read the request
    /// differently, or the connection says that it is this client's.
    var isIsolated = false
    /// What the cookie of its client calls the target that it was to go to; 0 without one.
    var pin: UInt64 = 0
    /// A copy of it that another group's target got.
    var shadow: Ref<Shadow>?
    /// What keeps its client with its target group, where the action does that.
    var groupCookie: StickyCookie?
    var timing = Timing<Exchange>()
    /// Its place among those that wait.
    var link = Link<Exchange>()
    /// Steady microseconds at which its target got it.
    var startedAt: Int64

    var unsent: Int { outgoing.count &- sent }
    var hasSentAll: Bool { requestBody.isComplete && unsent == 0 }
}
