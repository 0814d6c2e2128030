internal import Loop
internal import Model
internal import Routing

/// A connection from a client, speaking HTTP/1: one request at a time.
///
/// A plain struct whose watcher comes first; while it is idle this is all that it costs.
struct Client: BitwiseCopyable, Chained, Timed {
    enum Phase: UInt8 {
        /// The PROXY protocol's header is awaited.
        case preface
        /// Between two requests.
        case idle
        /// A part of a head has arrived.
        case head
        /// A request is being served.
        case exchange
        /// The response is complete, but some of it still waits here.
        case flushing
        /// All is said; we read on until the client has seen it.
        case lingering
        case closed
    }

    var watcher = IOWatcher()
    let worker: Unmanaged<Worker>
    let listener: Ref<ListenerSlot>
    var exchange: Ref<Exchange>?
    /// What the access log will say of the request under way, when there is a log.
    var note: Ref<AccessNote>?
    let descriptor: CInt
    var phase = Phase.idle
    /// The client's port.
    var port: UInt16
    /// The connection ends with the response under way.
    var closesAfterResponse = false
    /// The client has sent its last byte.
    var hasEnded = false
    /// A loop further up the stack goes on with what was held back.
    var isServing = false
    /// Its address has a place in the listener's census.
    var isCounted = false
    /// Received, but not its turn yet.
    var input = Spill()
    /// To be sent once the socket takes it.
    var output = Spill()
    var timing = Timing<Client>()
    var link = Link<Client>()
    /// Steady milliseconds.
    let acceptedAt: Int64
    var receivedBytes = 0
    var sentBytes = 0
    var requests: UInt32 = 0
    /// The client's address in text.
    var address: AddressText

    /// Whether no request of it is under way, nor has begun to come.
    var isAtRest: Bool { phase == .idle || phase == .preface }

    /// Whether no request of it will be served any more.
    var isEnding: Bool { phase == .lingering || phase == .closed }
}

/// An IP address as it is written in X-Forwarded-For.
struct AddressText: BitwiseCopyable {
    private var bytes = InlineArray<47, UInt8>(repeating: 0)
    private var count: UInt8 = 0

    init(_ address: SocketAddress) {
        self.init(address.host)
    }

    init(_ address: IPAddress) {
        self.init(address.description)
    }

    private init(_ text: String) {
        for byte in text.utf8.prefix(47) {
            bytes[Int(count)] = byte
            count += 1
        }
    }

    mutating func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let count = Int(count)
        return withUnsafeBytes(of: &bytes) {
            body(UnsafeRawBufferPointer(rebasing: $0[..<count]))
        }
    }

    var isIPv6: Bool {
        var copy = self
        // An IPv6 address has a colon after four digits at most.
        return copy.withBytes { $0.prefix(5).contains(UInt8(ascii: ":")) }
    }

    var text: String {
        var copy = self
        return copy.withBytes { String(decoding: $0, as: UTF8.self) }
    }
}
