package import Model

/// What became of the requests that a target was given, or several targets together.
package struct TargetOutcomes: Sendable, BitwiseCopyable {
    private var responses = InlineArray<6, Int>(repeating: 0)
    private var failures = InlineArray<6, Int>(repeating: 0)
    /// Requests that another target got instead.
    package private(set) var retries = 0
    /// Requests that could not be given to another because too many were.
    package private(set) var refusedRetries = 0
    /// Exchanges cut at the end of the deregistration delay.
    package private(set) var forcedCloses = 0
    /// From when the target was given the request to the head of its response.
    package private(set) var latencies = LatencyHistogram()

    /// Of copies of requests that others answered; in no other count here.
    package private(set) var mirrored = MirrorOutcomes()

    package init() {}

    /// The final head of a response came, after so long.
    package mutating func count(status: Int, microseconds: Int64) {
        responses[min(max(status, 0) / 100, 5)] &+= 1
        latencies.add(microseconds)
    }

    package mutating func count(_ failure: TargetFailure) {
        failures[failure.rawValue] &+= 1
    }

    package mutating func countRetry() {
        retries &+= 1
    }

    package mutating func countRefusedRetry() {
        refusedRetries &+= 1
    }

    package mutating func countForcedClose() {
        forcedCloses &+= 1
    }

    /// A copy of a request is over.
    package mutating func count(_ verdict: WritableKeyPath<MirrorOutcomes, Int>) {
        mirrored[keyPath: verdict] &+= 1
    }

    package mutating func add(_ other: TargetOutcomes) {
        for index in responses.indices { responses[index] &+= other.responses[index] }
        for index in failures.indices { failures[index] &+= other.failures[index] }
        retries &+= other.retries
        refusedRetries &+= other.refusedRetries
        forcedCloses &+= other.forcedCloses
        latencies.add(other.latencies)
        mirrored.add(other.mirrored)
    }

    /// Responses of a class: 2 is 200 to 299. What is above 599 counts as 5.
    package func responses(ofClass digit: Int) -> Int { responses[digit] }

    package func failures(_ failure: TargetFailure) -> Int { failures[failure.rawValue] }

    /// Requests that got a response.
    package var answered: Int {
        var sum = 0
        for index in responses.indices { sum &+= responses[index] }
        return sum
    }

    /// Requests that got none, or one that is not whole.
    package var failed: Int {
        var sum = 0
        for index in failures.indices { sum &+= failures[index] }
        return sum
    }

    /// Requests that it was given and that are over, each counted once: ALB's `RequestCount`.
    package var requests: Int { answered + failed - failures(.incomplete) }

    /// Requests that went wrong by the targets' doing: a 5xx, no response, or half of one.
    package var errors: Int {
        min(requests, responses(ofClass: 5) + failed - failures(.deregistered))
    }
}
