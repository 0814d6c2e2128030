internal import Model
internal import Routing

/// Prometheus's text format, version 0.0.4.
struct MetricsText {
    private(set) var text = ""

    mutating func metric(_ name: String, _ kind: String, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
    }

    mutating func sample(_ name: String, _ labels: [(String, String)], _ value: some Numeric) {
        let pairs = labels.map { "\($0.0)=\"\(MetricsText.escaped($0.1))\"" }
        text += pairs.isEmpty ? name : "\(name){\(pairs.joined(separator: ","))}"
        text += " \(value)\n"
    }

    private static func escaped(_ value: String) -> String {
        value.reduce(into: "") { result, character in
            switch character {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.append(character)
            }
        }
    }
}

extension DataPlane {
    /// All counts as Prometheus reads them.
    package func metrics() async -> String {
        let counts = await traffic()
        var text = MetricsText()
        writeTraffic(counts, to: &text)
        writeTargets(counts, to: &text)
        writeHealth(to: &text)
        return text.text
    }

    private func writeTraffic(_ counts: Traffic, to text: inout MetricsText) {
        text.metric("teal_generation", "gauge", "The generation in force in every worker.")
        text.sample("teal_generation", [], table?.generation ?? 0)
        text.metric("teal_client_connections", "gauge", "Open client connections.")
        text.sample("teal_client_connections", [], counts.clients)
        text.metric("teal_client_connections_total", "counter", "Client connections accepted.")
        text.sample("teal_client_connections_total", [], counts.outcomes.connections)
        text.metric("teal_requests_total", "counter", "Requests received.")
        text.sample("teal_requests_total", [], counts.outcomes.requests)
        text.metric("teal_requests_in_flight", "gauge", "Requests given to a target, unfinished.")
        text.sample("teal_requests_in_flight", [], counts.inFlight)
        text.metric("teal_upstream_idle_connections", "gauge", "Pooled connections to targets.")
        text.sample("teal_upstream_idle_connections", [], counts.idleConnections)
        text.metric(
            "teal_balancer_responses_total", "counter", "Responses that the balancer made itself.")
        for (status, count) in counts.ownResponses.sorted(by: { $0.key < $1.key }) {
            text.sample("teal_balancer_responses_total", [("code", "\(status)")], count)
        }
        if let accessLog {
            let name = "teal_access_log_dropped_total"
            text.metric(name, "counter", "Requests that the access log had no room for.")
            text.sample(name, [], accessLog.droppedCount)
        }
        text.metric(
            "teal_client_aborts_total", "counter", "Requests that their client gave up.")
        text.sample("teal_client_aborts_total", [], counts.outcomes.abortedByClient)
    }

    private func writeTargets(_ counts: Traffic, to text: inout MetricsText) {
        let revisions = counts.revisions.sorted {
            ($0.key.group.text, $0.key.revision?.text ?? "")
                < ($1.key.group.text, $1.key.revision?.text ?? "")
        }
        func labels(_ key: RevisionKey) -> [(String, String)] {
            [("target_group", key.group.text), ("revision", key.revision?.text ?? "")]
        }
        text.metric("teal_target_responses_total", "counter", "Responses of targets, by class.")
        for (key, outcomes) in revisions {
            for digit in 1..<6 {
                text.sample(
                    "teal_target_responses_total", labels(key) + [("code", "\(digit)xx")],
                    outcomes.responses(ofClass: digit))
            }
        }
        let counters: [(String, String, KeyPath<TargetOutcomes, Int>)] = [
            ("teal_target_failures_total", "Attempts that got no response.", \.failed),
            ("teal_target_retries_total", "Requests given to another target.", \.retries),
            (
                "teal_target_refused_retries_total",
                "Failed requests that the retry budget kept from another target.", \.refusedRetries
            ),
            ("teal_forced_closes_total", "Requests cut at a drain deadline.", \.forcedCloses),
        ]
        for (name, help, path) in counters {
            text.metric(name, "counter", help)
            for (key, outcomes) in revisions {
                text.sample(name, labels(key), outcomes[keyPath: path])
            }
        }
        writeLatencies(revisions.map { (labels($0.key), $0.value.latencies) }, to: &text)
    }

    private func writeLatencies(
        _ histograms: [([(String, String)], LatencyHistogram)], to text: inout MetricsText
    ) {
        let name = "teal_target_response_seconds"
        text.metric(name, "histogram", "From giving a request to a target to its response's head.")
        for (labels, histogram) in histograms {
            for exponent in 9...26 {
                let bound = Double(Int64(1) << Int64(exponent)) / 1_000_000
                text.sample(
                    "\(name)_bucket", labels + [("le", "\(bound)")],
                    histogram.count(upTo: exponent))
            }
            text.sample("\(name)_bucket", labels + [("le", "+Inf")], histogram.count)
            text.sample("\(name)_sum", labels, Double(histogram.sum) / 1_000_000)
            text.sample("\(name)_count", labels, histogram.count)
        }
    }

    private func writeHealth(to text: inout MetricsText) {
        text.metric("teal_target_health", "gauge", "1 for the state a target is in.")
        let health = board.health.sorted {
            ($0.key.group.text, $0.key.target.id.text) < ($1.key.group.text, $1.key.target.id.text)
        }
        for (key, one) in health {
            text.sample(
                "teal_target_health",
                [
                    ("target_group", key.group.text), ("target", key.target.id.text),
                    ("state", one.state.rawValue),
                ], 1)
        }
    }
}
