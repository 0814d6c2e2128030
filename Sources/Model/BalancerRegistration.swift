/// A balancer's durable entry in the registry of its load balancer: who a barrier waits for.
///
/// Removed only on purpose; a balancer that is merely away keeps its entry.
package struct BalancerRegistration: Hashable, Sendable, Codable {
    package var id: BalancerID
    package var loadBalancer: LoadBalancerName
    /// The address that clients and DNS use for it.
    package var address: String

    package init(id: BalancerID, loadBalancer: LoadBalancerName, address: String) {
        self.id = id
        self.loadBalancer = loadBalancer
        self.address = address
    }
}
