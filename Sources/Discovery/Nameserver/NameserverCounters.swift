import Naming
import Synchronization

/// What a name server counts; read from any thread.
final class NameserverCounters: Sendable {
    let udpQueries = Counter()
    let tcpQueries = Counter()
    /// Datagrams and messages that are nothing to answer.
    let dropped = Counter()
    /// Answers over the limit on responses, not sent.
    let limited = Counter()
    let truncated = Counter()
    /// Answers from memory: the same was asked before.
    let repeated = Counter()
    /// Answers that the socket would not take.
    let unsent = Counter()
    let forwarded = Counter()
    let forwardingHits = Counter()
    let forwardingFailures = Counter()
    let connections = Counter()
    let connectionsAccepted = Counter()
    let connectionsEvicted = Counter()
    let directoryRevision = Counter()
    /// 1 while the directory follows the store, 0 while it may be stale.
    let storeConnected = Counter()
    let archiveFailures = Counter()
    let probes = Counter()
    let probesFailed = Counter()
    /// By response code; what is above the last has the last's place.
    private let answers = (0...16).map { _ in Counter() }

    func count(answer code: ResponseCode) {
        answers[min(Int(code.rawValue), answers.count - 1)].add(1)
    }

    /// Everything in Prometheus' text format.
    var text: String {
        var lines = Self.head(
            "teal_dns_queries_total", "counter", "Queries received, by transport.")
        lines.append("teal_dns_queries_total{transport=\"udp\"} \(udpQueries.value)")
        lines.append("teal_dns_queries_total{transport=\"tcp\"} \(tcpQueries.value)")
        lines += Self.head("teal_dns_answers_total", "counter", "Answers, by response code.")
        for (number, counter) in answers.enumerated() where counter.value > 0 {
            let code = ResponseCode(rawValue: UInt16(number))
            lines.append("teal_dns_answers_total{code=\"\(code)\"} \(counter.value)")
        }
        for (name, kind, help, counter) in plain {
            lines += Self.head(name, kind, help)
            lines.append("\(name) \(counter.value)")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private var plain: [(name: String, kind: String, help: String, counter: Counter)] {
        [
            ("teal_dns_dropped_total", "counter", "Messages that are no query.", dropped),
            (
                "teal_dns_limited_total", "counter",
                "Answers not sent, over the limit on responses.", limited
            ),
            ("teal_dns_truncated_total", "counter", "Answers sent with TC set.", truncated),
            (
                "teal_dns_repeated_total", "counter",
                "Answers given again, without looking anything up.", repeated
            ),
            ("teal_dns_unsent_total", "counter", "Answers the socket did not take.", unsent),
            (
                "teal_dns_forwarded_total", "counter", "Questions asked of other resolvers.",
                forwarded
            ),
            (
                "teal_dns_forwarding_hits_total", "counter",
                "Questions answered from what other resolvers said before.", forwardingHits
            ),
            (
                "teal_dns_forwarding_failures_total", "counter",
                "Questions that no other resolver answered.", forwardingFailures
            ),
            ("teal_dns_connections", "gauge", "TCP connections held.", connections),
            (
                "teal_dns_connections_accepted_total", "counter", "TCP connections accepted.",
                connectionsAccepted
            ),
            (
                "teal_dns_connections_evicted_total", "counter",
                "TCP connections ended to make room for others.", connectionsEvicted
            ),
            (
                "teal_dns_directory_revision", "gauge",
                "The store's revision that answers come from.", directoryRevision
            ),
            (
                "teal_dns_store_connected", "gauge",
                "Whether the directory follows the store; 0 means it may be stale.",
                storeConnected
            ),
            (
                "teal_dns_archive_failures_total", "counter",
                "Directories that could not be saved to disk.", archiveFailures
            ),
            ("teal_dns_probes_total", "counter", "Probes of registered instances.", probes),
            ("teal_dns_probes_failed_total", "counter", "Those that failed.", probesFailed),
        ]
    }

    private static func head(_ name: String, _ kind: String, _ help: String) -> [String] {
        ["# HELP \(name) \(help)", "# TYPE \(name) \(kind)"]
    }
}

/// A number that threads share; they need no order among themselves to count.
final class Counter: Sendable {
    private let number = Atomic<Int>(0)

    var value: Int { number.load(ordering: .relaxed) }

    func add(_ amount: Int) { number.add(amount, ordering: .relaxed) }

    func set(_ value: Int) { number.store(value, ordering: .relaxed) }
}
