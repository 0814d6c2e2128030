import Model

/// One container's health check in time: ECS's interval, retries and start period.
///
/// In the start period failures do not count; without one, the first interval is it. Until a check
/// has passed for the first time, checks follow each other faster than the interval, so that a
/// healthy container is known to be one early. No such check can make it unhealthy sooner.
struct HealthMonitor: Hashable, Sendable {
    static let earlyIntervalMilliseconds: Int64 = 1000

    private let intervalSeconds: Int
    private let retries: Int
    private let graceEnd: Instant
    private(set) var status: HealthStatus
    private var failures = 0
    /// When the next check is due; `nil` while one is under way.
    private(set) var due: Instant?

    /// `status` is what an earlier agent found.
    init(
        _ check: ContainerHealthCheck, startedAt: Instant, status: HealthStatus = .unknown
    ) {
        intervalSeconds = check.interval ?? 30
        retries = max(1, check.retries ?? 3)
        let startPeriod = check.startPeriod ?? 0
        graceEnd = startedAt.advanced(seconds: startPeriod > 0 ? startPeriod : intervalSeconds)
        self.status = status
        due = startedAt
    }

    /// Whether a check is to run now.
    mutating func begins(at now: Instant) -> Bool {
        guard let moment = due, moment <= now else { return false }
        due = nil
        return true
    }

    mutating func finished(passed: Bool, at now: Instant) {
        let isEarly = status == .unknown && now < graceEnd && !passed
        if passed {
            status = .healthy
            failures = 0
        } else if !isEarly {
            failures += 1
            if failures >= retries { status = .unhealthy }
        }
        due =
            isEarly
            ? now.advanced(milliseconds: HealthMonitor.earlyIntervalMilliseconds)
            : now.advanced(seconds: intervalSeconds)
    }
}

extension ContainerHealthCheck {
    /// What to run: `CMD`'s arguments or `CMD-SHELL`'s line in a shell; `nil` when it is disabled.
    var arguments: [String]? {
        switch command.first {
        case nil, "NONE": nil
        case "CMD-SHELL": ["/bin/sh", "-c", command.dropFirst().joined(separator: " ")]
        case "CMD": Array(command.dropFirst())
        default: command
        }
    }
}
