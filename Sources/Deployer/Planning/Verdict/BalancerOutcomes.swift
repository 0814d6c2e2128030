import Model

/// What one balancer has counted of blue and of green until now.
package struct BalancerOutcomes: Hashable, Sendable {
    /// One revision's, in all of its target groups.
    package struct Side: Hashable, Sendable {
        package var requests = 0
        package var errors = 0
        /// As in `RevisionOutcomes`.
        package var latencies: [Int: Int] = [:]

        package init() {}

        package mutating func add(_ other: Side) {
            requests += other.requests
            errors += other.errors
            latencies.merge(other.latencies, uniquingKeysWith: +)
        }
    }

    /// The load balancer and the balancer.
    package var source: String
    package var incarnation: UInt64
    package var blue = Side()
    package var green = Side()

    package init(source: String, incarnation: UInt64) {
        self.source = source
        self.incarnation = incarnation
    }
}

extension BalancerOutcomes {
    /// `nil` when the balancer says nothing of green.
    init?(_ report: BalancerReport, blue: ServiceRevisionID, green: ServiceRevisionID) {
        guard let outcomes = report.outcomes, outcomes.contains(where: { $0.revision == green })
        else { return nil }
        self.init(
            source: "\(report.loadBalancer)/\(report.id)", incarnation: report.incarnation)
        self.blue = Side(outcomes.filter { $0.revision == blue })
        self.green = Side(outcomes.filter { $0.revision == green })
    }

    func heard(slowAbove limit: Int?) -> DeploymentAnalysis.Heard {
        DeploymentAnalysis.Heard(
            incarnation: incarnation, blue: blue.counts(slowAbove: limit),
            green: green.counts(slowAbove: limit))
    }
}

extension BalancerOutcomes.Side {
    init(_ outcomes: [RevisionOutcomes]) {
        for one in outcomes {
            requests += one.requests
            errors += one.errors
            latencies.merge(one.latencies, uniquingKeysWith: +)
        }
    }

    func counts(slowAbove limit: Int? = nil) -> OutcomeCounts {
        var slow = 0
        if let limit { for (time, count) in latencies where time > limit { slow += count } }
        return OutcomeCounts(requests: requests, errors: errors, slow: slow)
    }

    /// The time within which `share` of all were done; `nil` when there were none.
    func quantile(_ share: Double) -> Int? {
        let all = latencies.values.reduce(0, +)
        guard all > 0 else { return nil }
        var left = Int((share * Double(all)).rounded(.up))
        for (time, count) in latencies.sorted(by: { $0.key < $1.key }) {
            left -= count
            if left <= 0 { return time }
        }
        return nil
    }

    var summary: LatencySummary? {
        guard let p50 = quantile(0.5), let p99 = quantile(0.99) else { return nil }
        return LatencySummary(p50: p50, p99: p99)
    }
}
