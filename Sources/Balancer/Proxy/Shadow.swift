internal import Loop
internal import Routing

/// A copy of a client's request, on its way to a target of another group.
///
/// Nobody waits for it: it has one deadline for all of it, and what it is answered is only counted.
struct Shadow: BitwiseCopyable, Chained, Timed {
    /// An answer, as far as the two are compared.
    struct Answer: BitwiseCopyable {
        var status = 0
        /// Of the body as the target framed it.
        var bytes = 0
        /// Whether all of it has come.
        var isWhole = false
    }

    let target: Ref<TargetSlot>
    let method: Routing.Method
    /// The client's own request, until that is over.
    var exchange: Ref<Exchange>?
    var upstream: Ref<Upstream>?
    var outgoing = Spill()
    var sent = 0
    /// What the client's own target answers.
    var real = Answer()
    /// What this one's target answers.
    var answer = Answer()
    var body = BodyReader(.none)
    var persists = false
    /// Whether there is nothing more to come of it.
    var isOver = false
    var timing = Timing<Shadow>()
    var link = Link<Shadow>()

    init(of exchange: Ref<Exchange>, to target: Ref<TargetSlot>) {
        self.exchange = exchange
        self.target = target
        method = exchange.pointee.method
    }
}

extension Shadow.Answer {
    /// Bodies of which one is not much more than twice the other count as equally long: dates,
    /// counters and the like differ between any two answers.
    func isAboutAsLong(as other: Shadow.Answer) -> Bool {
        let (shorter, longer) = (min(bytes, other.bytes), max(bytes, other.bytes))
        return longer <= 2 * shorter + 64
    }
}
