/// How a target is chosen among those of its group that may have the request.
package enum LoadBalancingAlgorithm: String, Hashable, Sendable, Codable {
    /// Each in its turn.
    case roundRobin = "round_robin"
    /// Of two taken by chance, the one with fewer requests in hand.
    case leastOutstandingRequests = "least_outstanding_requests"
    /// By chance, in proportion to weights.
    case weightedRandom = "weighted_random"
}
