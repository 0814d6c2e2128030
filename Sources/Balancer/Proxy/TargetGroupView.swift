/// A target group's part of a balancer's traffic, targets that are gone included.
package struct TargetGroupView: Hashable, Sendable, Codable {
    package var name: String
    package var healthy: Int
    package var targets: Int
    package var inFlight: Int
    package var outcomes: OutcomesView
}
