/// What a listener was asked, and what it answered without a target.
package struct ListenerOutcomes: Sendable, BitwiseCopyable {
    /// Client connections accepted: ALB's `NewConnectionCount`.
    package var connections = 0
    /// Requests whose head was whole and valid.
    package var requests = 0
    /// Rules tried for them: ALB's `RuleEvaluations`.
    package var evaluations = 0
    /// Requests that others might read differently: ALB's
    /// `DesyncMitigationMode_NonCompliant_Request_Count`.
    package var nonCompliant = 0
    /// Bytes from clients and to clients: ALB's `ProcessedBytes`.
    package var receivedBytes = 0
    package var sentBytes = 0
    /// Requests that their client gave up.
    package var abortedByClient = 0
    /// Responses of our own that no rule asked for, by the first digit of their status: ALB's
    /// `HTTPCode_ELB_4XX_Count` and so on.
    private var failures = InlineArray<6, Int>(repeating: 0)
    private var rejected = InlineArray<4, Int>(repeating: 0)
    /// Those responses by the number of their `Failure`.
    private var reasons = InlineArray<32, Int>(repeating: 0)
    /// Redirects that a rule asked for.
    package var redirects = 0
    /// Fixed responses that a rule asked for.
    package var fixedResponses = 0

    package init() {}

    package mutating func count(failure status: Int) {
        failures[min(max(status, 0) / 100, 5)] &+= 1
    }

    package func failures(ofClass digit: Int) -> Int { failures[digit] }

    /// Connections that were not let in: ALB's `RejectedConnectionCount`.
    package func rejected(for reason: Rejection) -> Int { rejected[reason.rawValue] }

    package mutating func count(_ rejection: Rejection) {
        rejected[rejection.rawValue] &+= 1
    }

    /// Responses of our own because of `failure`.
    package func failures(because failure: Failure) -> Int { reasons[Int(failure.rawValue)] }

    package mutating func count(_ failure: Failure) {
        reasons[Int(failure.rawValue)] &+= 1
    }

    package mutating func add(_ other: ListenerOutcomes) {
        connections &+= other.connections
        requests &+= other.requests
        evaluations &+= other.evaluations
        nonCompliant &+= other.nonCompliant
        receivedBytes &+= other.receivedBytes
        sentBytes &+= other.sentBytes
        abortedByClient &+= other.abortedByClient
        for index in failures.indices { failures[index] &+= other.failures[index] }
        for index in reasons.indices { reasons[index] &+= other.reasons[index] }
        for index in rejected.indices { rejected[index] &+= other.rejected[index] }
        redirects &+= other.redirects
        fixedResponses &+= other.fixedResponses
    }
}
