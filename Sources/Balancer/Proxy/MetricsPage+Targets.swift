internal import Model
internal import Routing

/// Targets: by group, by revision, and each by itself.
extension MetricsPage {
    /// Bounds of the histograms' buckets, as powers of two of microseconds: 512 µs to 67 s.
    private static let boundExponents = 9...26

    /// How many of each group's targets are well.
    func writeHosts(to text: inout MetricsText) {
        let groups = Dictionary(grouping: health) { $0.key.group }.sorted { $0.key < $1.key }
        func write(_ name: String, _ help: String, _ counts: (TargetKey, TargetHealth) -> Bool) {
            text.metric(name, .gauge, help)
            for (group, targets) in groups {
                text.sample(
                    name, [("target_group", group.text)], targets.count { counts($0.key, $0.value) }
                )
            }
        }
        write("teal_healthy_host_count", "Targets that are healthy.") { $1.state == .healthy }
        write("teal_un_healthy_host_count", "Targets that are not healthy.") {
            $1.state == .unhealthy
        }
        write("teal_mitigated_host_count", "Targets whose share is cut as anomalous.") { key, _ in
            traffic.targets[key]?.isMitigated == true
        }
    }

    /// What became of requests, by the revision of the target they were given to. Targets that are
    /// gone are in it, so that no count goes down.
    func writeRevisions(to text: inout MetricsText) {
        let services = Dictionary(
            (table?.targetGroups ?? []).map { ($0.source.name, $0.source.service?.text ?? "") },
            uniquingKeysWith: { first, _ in first })
        let revisions: [(MetricsText.Labels, TargetOutcomes)] = traffic.revisions.sorted {
            ($0.key.group.text, $0.key.revision?.text ?? "")
                < ($1.key.group.text, $1.key.revision?.text ?? "")
        }.map { key, outcomes in
            let labels: MetricsText.Labels = [
                ("target_group", key.group.text), ("service", services[key.group] ?? ""),
                ("revision", key.revision?.text ?? ""),
            ]
            return (labels, outcomes)
        }
        func write(_ name: String, _ help: String, _ value: (TargetOutcomes) -> Int) {
            text.metric(name, .counter, help)
            for (labels, outcomes) in revisions { text.sample(name, labels, value(outcomes)) }
        }
        write("teal_target_requests_total", "Requests given to targets, and over.") { $0.requests }
        for digit in 2...5 {
            write(
                "teal_http_code_target_\(digit)xx_count",
                "Responses of targets with a status of \(digit)00 to \(digit)99."
            ) { $0.responses(ofClass: digit) }
        }
        write("teal_target_connection_error_count", "Targets that could not be reached.") {
            $0.failures(.connect)
        }
        write("teal_target_retries_total", "Requests given to another target.", \.retries)
        write(
            "teal_target_refused_retries_total",
            "Failed requests that the retry budget kept from another target.", \.refusedRetries)
        write("teal_forced_closes_total", "Requests cut at a drain deadline.", \.forcedCloses)
        let failures = "teal_target_failures_total"
        text.metric(failures, .counter, "Requests that got no response, or not a whole one.")
        for (labels, outcomes) in revisions {
            for kind in TargetFailure.allCases {
                text.sample(
                    failures, labels + [("failure", "\(kind)")], outcomes.failures(kind))
            }
        }
        writeMirrored(revisions.map { ($0.0, $0.1.mirrored) }, to: &text)
        writeHistograms(
            revisions.map { ($0.0, $0.1.latencies) }, as: "teal_target_response_time_seconds",
            to: &text)
    }

    /// How copies of requests were answered, beside what clients got.
    private func writeMirrored(
        _ revisions: [(labels: MetricsText.Labels, outcomes: MirrorOutcomes)],
        to text: inout MetricsText
    ) {
        let name = "teal_mirrored_requests_total"
        text.metric(name, .counter, "Copies of requests, by how they were answered.")
        let results: [(String, KeyPath<MirrorOutcomes, Int>)] = [
            ("same", \.same), ("other_status", \.otherStatus), ("other_length", \.otherLength),
            ("failed", \.failures), ("uncompared", \.uncompared),
        ]
        for revision in revisions where revision.outcomes.requests > 0 {
            for (result, count) in results {
                text.sample(
                    name, revision.labels + [("result", result)], revision.outcomes[keyPath: count])
            }
        }
    }

    /// The same of each target by itself, in fewer words: these series end with the target.
    func writeTargets(to text: inout MetricsText) {
        let keys = Set(traffic.targets.keys).union(health.keys).sorted {
            ($0.group.text, $0.target.id.text) < ($1.group.text, $1.target.id.text)
        }
        let targets = keys.prefix(MetricsPage.targetsMax).map { key in
            let labels: MetricsText.Labels = [
                ("target_group", key.group.text), ("target", key.target.id.text),
                ("revision", key.target.revision?.text ?? ""),
            ]
            return (key: key, labels: labels, traffic: traffic.targets[key] ?? TargetTraffic())
        }
        func write(
            _ name: String, _ help: String, as kind: MetricsText.Kind = .counter,
            _ value: (TargetTraffic) -> Int
        ) {
            text.metric(name, kind, help)
            for target in targets { text.sample(name, target.labels, value(target.traffic)) }
        }
        write("teal_per_target_requests_total", "Requests given to the target, and over.") {
            $0.outcomes.requests
        }
        write("teal_per_target_5xx_total", "Its responses of 500 and above.") {
            $0.outcomes.responses(ofClass: 5)
        }
        write("teal_per_target_failures_total", "Requests that it gave no whole response to.") {
            $0.outcomes.failed
        }
        write("teal_per_target_in_flight", "Requests that it has now.", as: .gauge) { $0.inFlight }
        text.metric("teal_target_health", .gauge, "1 for the state that a target is in.")
        for target in targets {
            let state = health[target.key]?.state ?? .draining
            text.sample("teal_target_health", target.labels + [("state", state.rawValue)], 1)
        }
        writeHistograms(
            targets.map { ($0.labels, $0.traffic.outcomes.latencies) },
            as: "teal_per_target_response_time_seconds", to: &text)
        text.metric("teal_targets_not_shown", .gauge, "Targets without series of their own.")
        text.sample("teal_targets_not_shown", max(0, keys.count - MetricsPage.targetsMax))
    }

    private func writeHistograms(
        _ histograms: [(MetricsText.Labels, LatencyHistogram)],
        as name: String, to text: inout MetricsText
    ) {
        text.metric(
            name, .histogram, "From giving a request to a target to the head of its response.")
        for (labels, latencies) in histograms {
            for exponent in MetricsPage.boundExponents {
                let bound = Double(Int64(1) << Int64(exponent)) / 1_000_000
                text.sample(
                    "\(name)_bucket", labels + [("le", "\(bound)")],
                    latencies.count(upTo: exponent))
            }
            text.sample("\(name)_bucket", labels + [("le", "+Inf")], latencies.count)
            text.sample("\(name)_sum", labels, Double(latencies.sum) / 1_000_000)
            text.sample("\(name)_count", labels, latencies.count)
        }
    }
}
