internal import Model
internal import Routing

/// All that there is to tell Prometheus of a data plane, at one moment.
///
/// What ALB has a CloudWatch metric for has that name, in snake case; docs/OPERATIONS.md lists all.
/// Targets and rules beyond a limit are not named, so that the page has a bounded size.
struct MetricsPage {
    /// Targets, and rules, that have series of their own.
    static let targetsMax = 1000
    static let rulesMax = 1000

    let traffic: Traffic
    let health: [TargetKey: TargetHealth]
    let table: RoutingTable?
    let workers: Int
    /// Requests that the access log had no room for; `nil` without a log.
    let dropped: Int?

    var text: String {
        var text = MetricsText()
        writeBalancer(to: &text)
        writeListeners(to: &text)
        writeRules(to: &text)
        writeHosts(to: &text)
        writeRevisions(to: &text)
        writeTargets(to: &text)
        return text.text
    }

    private func writeBalancer(to text: inout MetricsText) {
        text.metric("teal_generation", .gauge, "The generation in force in every worker.")
        text.sample("teal_generation", table?.generation ?? 0)
        text.metric("teal_workers", .gauge, "Threads that serve requests.")
        text.sample("teal_workers", workers)
        text.metric("teal_requests_in_flight", .gauge, "Requests given to a target, unfinished.")
        text.sample("teal_requests_in_flight", traffic.inFlight)
        text.metric("teal_requests_waiting", .gauge, "Requests that wait for a place at a target.")
        text.sample("teal_requests_waiting", traffic.waiting)
        text.metric(
            "teal_mirror_skipped_total", .counter,
            "Requests that were to be copied and were not: too many were, or no target was well.")
        text.sample("teal_mirror_skipped_total", traffic.skippedShadows)
        text.metric("teal_upstream_idle_connections", .gauge, "Pooled connections to targets.")
        text.sample("teal_upstream_idle_connections", traffic.idleConnections)
        text.metric(
            "teal_balancer_responses_total", .counter, "Responses that the balancer made itself.")
        for (status, count) in traffic.ownResponses.sorted(by: { $0.key < $1.key }) {
            text.sample("teal_balancer_responses_total", [("code", "\(status)")], count)
        }
        if let dropped {
            let name = "teal_access_log_dropped_total"
            text.metric(name, .counter, "Requests that the access log had no room for.")
            text.sample(name, dropped)
        }
    }

    // MARK: Listeners

    private func writeListeners(to text: inout MetricsText) {
        let listeners = traffic.listeners.sorted { $0.key < $1.key }
        func write(
            _ name: String, _ help: String, as kind: MetricsText.Kind = .counter,
            _ value: (ListenerTraffic) -> Int
        ) {
            text.metric(name, kind, help)
            for (listener, traffic) in listeners {
                text.sample(name, [("listener", listener.text)], value(traffic))
            }
        }
        write("teal_active_connection_count", "Open client connections.", as: .gauge) { $0.clients }
        write("teal_new_connection_count", "Client connections accepted.") {
            $0.outcomes.connections
        }
        writeRejections(listeners, to: &text)
        write("teal_request_count", "Requests received.") { $0.outcomes.requests }
        write("teal_rule_evaluations", "Rules tried for requests.") { $0.outcomes.evaluations }
        write("teal_http_fixed_response_count", "Fixed responses that a rule asked for.") {
            $0.outcomes.fixedResponses
        }
        write("teal_http_redirect_count", "Redirects that a rule asked for.") {
            $0.outcomes.redirects
        }
        for digit in [4, 5] {
            write(
                "teal_http_code_elb_\(digit)xx_count",
                "Responses of \(digit)00 and above that neither a target nor a rule made."
            ) { $0.outcomes.failures(ofClass: digit) }
        }
        writeFailures(listeners, to: &text)
        write("teal_client_aborts_total", "Requests that their client gave up.") {
            $0.outcomes.abortedByClient
        }
        write(
            "teal_desync_mitigation_mode_non_compliant_request_count",
            "Requests that others might read differently."
        ) { $0.outcomes.nonCompliant }
        let name = "teal_processed_bytes"
        text.metric(name, .counter, "Bytes from clients and to clients.")
        for (listener, traffic) in listeners {
            let label = ("listener", listener.text)
            text.sample(name, [label, ("direction", "in")], traffic.outcomes.receivedBytes)
            text.sample(name, [label, ("direction", "out")], traffic.outcomes.sentBytes)
        }
    }

    private func writeRejections(
        _ listeners: [(key: ListenerName, value: ListenerTraffic)], to text: inout MetricsText
    ) {
        let name = "teal_rejected_connection_count"
        text.metric(name, .counter, "Client connections closed before a request, by reason.")
        for (listener, traffic) in listeners {
            for reason in Rejection.allCases {
                text.sample(
                    name, [("listener", listener.text), ("reason", reason.text)],
                    traffic.outcomes.rejected(for: reason))
            }
        }
    }

    /// Those that there were.
    private func writeFailures(
        _ listeners: [(key: ListenerName, value: ListenerTraffic)], to text: inout MetricsText
    ) {
        let name = "teal_failures_total"
        text.metric(name, .counter, "Requests answered because of a failure, by reason.")
        for (listener, traffic) in listeners {
            for failure in Failure.allCases {
                let count = traffic.outcomes.failures(because: failure)
                guard count > 0 else { continue }
                text.sample(
                    name, [("listener", listener.text), ("reason", failure.reason)], count)
            }
        }
    }

    /// Rules by their priority, as in the access log; those beyond the limit together.
    private func writeRules(to text: inout MetricsText) {
        let name = "teal_rule_matches_total"
        text.metric(name, .counter, "Requests that a rule took, by its priority.")
        var room = MetricsPage.rulesMax
        for (listener, traffic) in traffic.listeners.sorted(by: { $0.key < $1.key }) {
            let label = ("listener", listener.text)
            let rules = traffic.matches.sorted { $0.key < $1.key }
            for (priority, count) in rules.prefix(room) {
                let rule = priority == 0 ? "default" : "\(priority)"
                text.sample(name, [label, ("rule", rule)], count)
            }
            let others = rules.dropFirst(room).reduce(0) { $0 + $1.value }
            if rules.count > room { text.sample(name, [label, ("rule", "other")], others) }
            room = max(0, room - rules.count)
        }
    }
}

extension DataPlane {
    /// All counts as Prometheus reads them.
    package func metrics() async -> String {
        MetricsPage(
            traffic: await traffic(), health: board.health, table: table, workers: workers.count,
            dropped: accessLog?.droppedCount
        ).text
    }
}
