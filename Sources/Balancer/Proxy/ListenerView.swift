/// A listener's part of a balancer's traffic.
package struct ListenerView: Hashable, Sendable, Codable {
    package var name: String
    package var port: UInt16?
    package var connections: Int
    package var newConnections: Int
    package var requests: Int
    /// Responses of the balancer's own making, of 400 to 499 and of 500 and above.
    package var own4xx: Int
    package var own5xx: Int
    package var receivedBytes: Int
    package var sentBytes: Int
}
