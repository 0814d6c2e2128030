/// One whole, numbered snapshot of what a load balancer does: the only thing a balancer is fed.
///
/// In the store it is one small `Generation` record that names content-addressed parts; a balancer
/// puts it together, compiles it, saves it, and swaps it in. Listeners, rules, weights and target
/// lists change together, so their order of arrival never matters.
package struct LoadBalancerConfiguration: Hashable, Sendable, Codable {
    package var loadBalancer: LoadBalancerName
    /// Strictly increasing per load balancer; it never goes back, not even across restarts.
    package var generation: UInt64
    package var listeners: [Listener]
    package var targetGroups: [TargetGroup]

    package init(
        loadBalancer: LoadBalancerName, generation: UInt64, listeners: [Listener],
        targetGroups: [TargetGroup]
    ) {
        self.loadBalancer = loadBalancer
        self.generation = generation
        self.listeners = listeners
        self.targetGroups = targetGroups
    }
}

/// The record that makes a snapshot current: written in the same commit as its new parts.
package struct Generation: Hashable, Sendable, Codable {
    package var loadBalancer: LoadBalancerName
    package var number: UInt64
    /// The term of the leader that wrote it.
    package var term: UInt64
    /// SHA-256 in hexadecimal of the `[Listener]` part.
    package var listeners: String
    /// SHA-256 in hexadecimal of each `TargetGroup` part.
    package var targetGroups: [TargetGroupName: String]

    package init(
        loadBalancer: LoadBalancerName, number: UInt64, term: UInt64, listeners: String,
        targetGroups: [TargetGroupName: String]
    ) {
        self.loadBalancer = loadBalancer
        self.number = number
        self.term = term
        self.listeners = listeners
        self.targetGroups = targetGroups
    }
}
