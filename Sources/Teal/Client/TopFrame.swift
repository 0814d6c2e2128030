import Proxy

/// One picture of `teal top`: what a balancer did between two views of it, as lines of text.
struct TopFrame {
    let now: TrafficView
    /// An older view of the same balancer; rates are unknown without.
    let before: TrafficView?
    /// What is asked, for the first line.
    let source: String

    /// No line is longer than `width`, and there are no more than `height`.
    func lines(width: Int, height: Int) -> [String] {
        var lines = [headline, ""]
        lines += TopFrame.lines(of: listeners) + [""]
        lines += TopFrame.lines(of: targetGroups) + [""]
        lines += TopFrame.lines(of: targets)
        let hidden = lines.count - height
        if height <= 0 { return [] }
        if hidden > 0 {
            lines = Array(lines.prefix(height - 1)) + ["and \(hidden + 1) lines more"]
        }
        return lines.map { String($0.prefix(max(width, 0))) }
    }

    private var headline: String {
        let requests = rate(now.listeners.map(\.requests), before?.listeners.map(\.requests))
        let connections = now.listeners.reduce(0) { $0 + $1.connections }
        return "\(source)  generation \(now.generation)  \(now.workers) workers  "
            + "\(connections) connections  \(requests) requests/s"
    }

    private var listeners: Table {
        var table = Table(
            "LISTENER", "PORT", "CONNECTIONS", "NEW/S", "REQUESTS/S", "OWN 4XX/S", "OWN 5XX/S",
            "IN/S", "OUT/S")
        for one in now.listeners {
            let old = before?.listeners.first { $0.name == one.name }
            func rate(_ count: KeyPath<ListenerView, Int>) -> String {
                self.rate([one[keyPath: count]], old.map { [$0[keyPath: count]] })
            }
            table.add(
                one.name, one.port.map { "\($0)" } ?? "-", "\(one.connections)",
                rate(\.newConnections), rate(\.requests), rate(\.own4xx), rate(\.own5xx),
                volume(one.receivedBytes, old?.receivedBytes),
                volume(one.sentBytes, old?.sentBytes))
        }
        return table
    }

    private var targetGroups: Table {
        var table = Table(
            "TARGET GROUP", "HEALTHY", "IN FLIGHT", "REQUESTS/S", "5XX/S", "FAILED/S", "P50", "P99")
        for one in now.targetGroups {
            let old = before?.targetGroups.first { $0.name == one.name }
            let cells = cells(one.outcomes, old?.outcomes)
            table.add([one.name, "\(one.healthy)/\(one.targets)", "\(one.inFlight)"] + cells)
        }
        return table
    }

    /// The busiest first: those are what is left when the terminal is small.
    private var targets: Table {
        var table = Table(
            "TARGET", "ADDRESS", "STATE", "WEIGHT", "IN FLIGHT", "REQUESTS/S", "5XX/S", "FAILED/S",
            "P50", "P99")
        let known = Dictionary(
            (before?.targets ?? []).map { ("\($0.targetGroup)/\($0.id)", $0.outcomes) },
            uniquingKeysWith: { first, _ in first })
        let targets = now.targets.map { one in
            let name = "\(one.targetGroup)/\(one.id)"
            let old = known[name]
            return (
                view: one, name: name, old: old, count: one.outcomes.requests - (old?.requests ?? 0)
            )
        }
        for one in targets.sorted(by: { ($1.count, $0.name) < ($0.count, $1.name) }) {
            let weight = "\(Quantity.number(one.view.weight)) %"
            table.add(
                [
                    one.name, "\(one.view.address):\(one.view.port)", one.view.state,
                    one.view.anomalous ? weight + " (anomalous)" : weight, "\(one.view.inFlight)",
                ] + cells(one.view.outcomes, one.old))
        }
        return table
    }

    /// Rates, and the times of the requests in between.
    private func cells(_ outcomes: OutcomesView, _ old: OutcomesView?) -> [String] {
        func rate(_ count: KeyPath<OutcomesView, Int>) -> String {
            self.rate([outcomes[keyPath: count]], old.map { [$0[keyPath: count]] })
        }
        let latency = old.map { outcomes.latency.since($0.latency) }
        return [
            rate(\.requests), rate(\.responses5xx), rate(\.failures),
            Quantity.milliseconds(latency?.p50), Quantity.milliseconds(latency?.p99),
        ]
    }

    private var seconds: Double? {
        guard let before, now.atMilliseconds > before.atMilliseconds else { return nil }
        return Double(now.atMilliseconds - before.atMilliseconds) / 1000
    }

    /// `-` when there is nothing to compare with, or the balancer began anew.
    private func rate(_ counts: [Int], _ old: [Int]?) -> String {
        perSecond(counts.reduce(0, +), old?.reduce(0, +)).map(Quantity.number) ?? "-"
    }

    private func volume(_ count: Int, _ old: Int?) -> String {
        perSecond(count, old).map(Quantity.bytes) ?? "-"
    }

    private func perSecond(_ count: Int, _ old: Int?) -> Double? {
        guard let seconds, let old, count >= old else { return nil }
        return Double(count - old) / seconds
    }

    private static func lines(of table: Table) -> [String] {
        table.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
}
