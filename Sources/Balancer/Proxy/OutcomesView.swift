internal import Routing

/// What a target, or all of a group, did with requests.
package struct OutcomesView: Hashable, Sendable, Codable {
    /// Given to them, and over.
    package var requests: Int
    /// Responses by class.
    package var responses2xx: Int
    package var responses3xx: Int
    package var responses4xx: Int
    package var responses5xx: Int
    /// Requests that got no whole response.
    package var failures: Int
    package var latency: LatencyView

    init(_ outcomes: TargetOutcomes) {
        requests = outcomes.requests
        responses2xx = outcomes.responses(ofClass: 2)
        responses3xx = outcomes.responses(ofClass: 3)
        responses4xx = outcomes.responses(ofClass: 4)
        responses5xx = outcomes.responses(ofClass: 5)
        failures = outcomes.failed
        latency = LatencyView(outcomes.latencies)
    }
}
