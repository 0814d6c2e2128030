internal import Model

/// What happened to the requests given to one revision's targets in one group, in one worker.
struct Tally {
    /// Upper bounds of the latency classes in microseconds; a last class takes the rest.
    static let latencyBounds: [Int64] = [
        500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
        2_500_000, 5_000_000, 10_000_000,
    ]

    /// By the first digit of the status.
    var responses = InlineArray<6, Int>(repeating: 0)
    /// Attempts that got no response.
    var failures = 0
    var retries = 0
    /// Requests that could not be sent again because too many were.
    var refusedRetries = 0
    /// Exchanges cut at the end of the deregistration delay.
    var forcedCloses = 0
    var latencies = InlineArray<15, Int>(repeating: 0)
    var latencySumMicroseconds: Int64 = 0

    mutating func count(status: Int, latencyMicroseconds: Int64) {
        responses[min(status / 100, 5)] &+= 1
        latencySumMicroseconds &+= latencyMicroseconds
        var index = 0
        while index < 14, latencyMicroseconds > Tally.latencyBounds[index] { index &+= 1 }
        latencies[index] &+= 1
    }

    mutating func add(_ other: Tally) {
        for index in responses.indices { responses[index] += other.responses[index] }
        for index in latencies.indices { latencies[index] += other.latencies[index] }
        failures += other.failures
        retries += other.retries
        refusedRetries += other.refusedRetries
        forcedCloses += other.forcedCloses
        latencySumMicroseconds += other.latencySumMicroseconds
    }
}

struct TallyKey: Hashable, Sendable {
    let group: TargetGroupName
    let revision: ServiceRevisionID?
}
