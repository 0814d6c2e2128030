package import Model

/// What one probe of a target found.
package enum ProbeOutcome: Hashable, Sendable {
    case passed
    /// An answer with a status that the matcher refuses.
    case mismatch(status: Int)
    case timedOut
    /// Nothing accepts connections there.
    case refused
    /// Anything else: reset, closed, no HTTP.
    case failed
}

/// A target's health as its probes tell it: results in, transitions out.
package struct HealthRecord: Hashable, Sendable {
    package private(set) var state = TargetHealthState.initial
    package private(set) var health = HealthRecord.initialHealth
    private var passes = 0
    private var failures = 0
    /// Probes of a target that does not listen yet, in a row, that were made early.
    private var early = 0
    private var lastCounted: Instant?
    /// Whether real requests fail there, and no probe has passed since.
    private var isSuspected = false

    /// A target that is still starting is tried again this soon, then half as often each time.
    package static let eagerMilliseconds = 25

    package init() {}

    /// Takes a result; returns what the target's health is now when that is news.
    package mutating func absorb(
        _ outcome: ProbeOutcome, _ check: HealthCheck, at now: Instant
    ) -> TargetHealth? {
        guard isCounted(outcome, check, at: now) else { return nil }
        lastCounted = now
        let before = health
        if outcome == .passed {
            pass(check)
        } else {
            fail(outcome, check)
        }
        return health == before ? nil : health
    }

    /// Real requests fail there. That alone never changes the target's health, but probes that
    /// fail now follow each other quickly, until one passes or they are enough.
    package mutating func suspect() {
        isSuspected = state == .healthy
    }

    /// Until the next probe, in milliseconds.
    package func pause(_ check: HealthCheck) -> Int {
        if isSuspected { return min(check.intervalMilliseconds, HealthRecord.eagerMilliseconds) }
        guard state == .initial, early > 0 else { return check.intervalMilliseconds }
        return min(check.intervalMilliseconds, HealthRecord.eagerMilliseconds << min(early - 1, 8))
    }

    /// A new target that refuses connections has most likely not started yet. It is probed sooner
    /// than its interval says, and what those extra probes find is not held against it.
    private mutating func isCounted(
        _ outcome: ProbeOutcome, _ check: HealthCheck, at now: Instant
    ) -> Bool {
        guard state == .initial, outcome == .refused else {
            early = 0
            return true
        }
        early += 1
        guard let lastCounted else {
            self.lastCounted = now
            return false
        }
        return now.milliseconds(since: lastCounted) >= Int64(check.intervalMilliseconds)
    }

    private mutating func pass(_ check: HealthCheck) {
        failures = 0
        isSuspected = false
        passes += 1
        // A new target needs a single pass, one that was unhealthy all of them.
        guard state == .initial || state == .healthy || passes >= check.healthyThresholdCount
        else { return }
        state = .healthy
        health = TargetHealth(state: .healthy)
    }

    private mutating func fail(_ outcome: ProbeOutcome, _ check: HealthCheck) {
        passes = 0
        failures += 1
        guard state == .unhealthy || failures >= check.unhealthyThresholdCount else { return }
        state = .unhealthy
        isSuspected = false
        health = HealthRecord.unhealthy(outcome)
    }

    /// ELBv2's own reasons and descriptions.
    private static func unhealthy(_ outcome: ProbeOutcome) -> TargetHealth {
        switch outcome {
        case .mismatch(let status):
            TargetHealth(
                state: .unhealthy, reason: "Target.ResponseCodeMismatch",
                description: "Health checks failed with these codes: [\(status)]")
        case .timedOut:
            TargetHealth(
                state: .unhealthy, reason: "Target.Timeout", description: "Request timed out")
        case .passed, .refused, .failed:
            TargetHealth(
                state: .unhealthy, reason: "Target.FailedHealthChecks",
                description: "Health checks failed")
        }
    }

    package static let initialHealth = TargetHealth(
        state: .initial, reason: "Elb.InitialHealthChecking",
        description: "Initial health checks in progress")

    /// Of a group that no rule names: it is not probed.
    package static let unusedHealth = TargetHealth(
        state: .unused, reason: "Target.NotInUse",
        description: "Target group is not configured to receive traffic from the load balancer")

    package static let drainingHealth = TargetHealth(
        state: .draining, reason: "Target.DeregistrationInProgress",
        description: "Target deregistration is in progress")
}
