internal import Routing

/// The numbers of one request that its line in the access log has.
struct AccessRecord: BitwiseCopyable {
    enum Action: UInt8, BitwiseCopyable {
        case none
        case forward
        case fixedResponse
        case redirect

        /// The access log's `actions_executed`.
        var text: StaticString {
            switch self {
            case .none: "-"
            case .forward: "forward"
            case .fixedResponse: "fixed-response"
            case .redirect: "redirect"
            }
        }
    }

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
    var action = Action.none
    var isWebSocket = false
    /// Why we answered ourselves, if because of a failure.
    var failure: Failure?
    var desync = DesyncReason.compliant
}

// ALB's three times, in milliseconds; -1 where it did not come so far.
extension AccessRecord {
    var requestMilliseconds: Int64 {
        dispatchedAt < 0 ? -1 : (dispatchedAt &- startedAt) / 1000
    }

    var targetMilliseconds: Int64 {
        isAnswered ? (answeredAt &- dispatchedAt) / 1000 : -1
    }

    var responseMilliseconds: Int64 {
        isAnswered ? (endedAt &- answeredAt) / 1000 : -1
    }

    private var isAnswered: Bool { dispatchedAt >= 0 && answeredAt >= 0 }
}
