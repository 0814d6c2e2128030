internal import Loop

/// A connection to a target: idle in its pool, or given to one exchange.
struct Upstream: BitwiseCopyable, Chained {
    var watcher = IOWatcher()
    let worker: Unmanaged<Worker>
    let target: Ref<TargetSlot>
    var exchange: Ref<Exchange>?
    /// What it is given to in place of an exchange.
    var shadow: Ref<Shadow>?
    let descriptor: CInt
    /// Whether anything was ever sent: until then it may still be on its way.
    var isEstablished = false
    var isClosed = false
    /// The PROXY protocol's header has to be sent first.
    var owesHeader = false
    /// The start of a response's head.
    var input = Spill()
    /// Steady milliseconds at which it came to its pool.
    var idleSince: Int64 = 0
    /// Its place among the idle or the busy connections of its target.
    var link = Link<Upstream>()
}
