internal import Routing

/// What the access log says of one request, as the worker that served it writes it down; its texts
/// follow it.
struct AccessRecord: BitwiseCopyable {
    enum Action: UInt8, BitwiseCopyable {
        case none
        case forward
        case fixedResponse
        case redirect
    }

    /// The texts, in the order in which they follow the record.
    enum Text: Int, CaseIterable {
        case client
        case method
        /// With its port, if the client wrote one.
        case host
        case requestTarget
        case userAgent
        case trace
        case location
        /// Address and port.
        case target
        case targetGroup
    }

    /// Longer texts are cut.
    static let textBytesMax = 2048
    /// What ALB logs for a client that went away while we waited for its target.
    static let clientGoneStatus: UInt16 = 460

    /// Steady microseconds.
    var startedAt: Int64
    /// Likewise; -1 when it was given to no target, or no answer came.
    var dispatchedAt: Int64 = -1
    var answeredAt: Int64 = -1
    var endedAt: Int64 = 0
    var receivedBytes = 0
    var sentBytes = 0
    var trace = TraceID(seconds: 0, random: 0, 0)
    /// 0 is the default action; -1 when no rule was asked.
    var priority: Int32 = -1
    /// 0 when there is none.
    var status: UInt16 = 0
    var targetStatus: UInt16 = 0
    var clientPort: UInt16 = 0
    var listenerPort: UInt16 = 0
    var minorVersion: UInt8 = 1
    var action = Action.none
    var isWebSocket = false
    /// Why we answered ourselves, if because of a failure.
    var failure: Failure?
    var desync = DesyncReason.compliant
    var lengths = InlineArray<9, UInt16>(repeating: 0)
}

/// A record on its way: what is known of the request under way on a connection.
struct AccessNote: BitwiseCopyable {
    var record: AccessRecord
    /// The texts, in the order of `AccessRecord.Text`.
    var texts = Spill()

    /// Appends a text; those are given in their order, and left out is empty.
    mutating func append(
        _ text: AccessRecord.Text, _ bytes: UnsafeRawBufferPointer, _ blocks: Blocks
    ) {
        guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
        let count = min(bytes.count, AccessRecord.textBytesMax)
        texts.append(base, count: count, blocks)
        record.lengths[text.rawValue] &+= UInt16(truncatingIfNeeded: count)
    }
}
