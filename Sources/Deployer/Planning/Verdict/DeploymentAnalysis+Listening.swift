import Model

/// New counts come in.
extension DeploymentAnalysis {
    /// Begins when green has got traffic.
    init(_ outcomes: [BalancerOutcomes], at now: Instant) {
        let blue = outcomes.reduce(into: BalancerOutcomes.Side()) { $0.add($1.blue) }
        self.init(startedAt: now, baseline: blue.counts())
        slowMicroseconds = VerdictPolicy.slowMicroseconds(blue)
    }

    /// Takes in what the balancers counted since they were last listened to.
    ///
    /// A balancer's first counts at some weights only say where to count from: in what is judged
    /// together the shares of traffic are the same. So do those of a balancer that started anew.
    mutating func listen(
        to outcomes: [BalancerOutcomes], isShared: Bool, tasks: Int, at now: Instant
    ) {
        let isWarm = VerdictPolicy.isWarm(
            requests: green.requests, tasks: tasks,
            milliseconds: now.milliseconds(since: startedAt))
        for outcome in outcomes {
            let new = outcome.heard(slowAbove: slowMicroseconds)
            let old = heard.updateValue(new, forKey: outcome.source)
            guard let old, old.incarnation == new.incarnation,
                let blue = new.blue.since(old.blue), let green = new.green.since(old.green)
            else { continue }
            count(blue: blue, green: green)
            if isWarm { judge(blue: blue, green: green, isShared: isShared) }
        }
        let all = outcomes.reduce(into: (BalancerOutcomes.Side(), BalancerOutcomes.Side())) {
            $0.0.add($1.blue)
            $0.1.add($1.green)
        }
        blueLatency = all.0.summary
        greenLatency = all.1.summary
    }

    private mutating func count(blue: OutcomeCounts, green: OutcomeCounts) {
        self.blue.add(blue)
        self.green.add(green)
        var test = BurstTest(blue: recentBlue, green: recentGreen)
        test.observe(blue: blue, green: green)
        recentBlue = test.blue
        recentGreen = test.green
    }

    private mutating func judge(blue: OutcomeCounts, green: OutcomeCounts, isShared: Bool) {
        judged.add(green)
        guard isShared else {
            var test = driftTest
            test.observe(requests: green.requests, errors: green.errors)
            drift = test.sum
            return
        }
        var errors = errorTest
        errors.observe(
            blue: blue.requests, blueBad: blue.errors, green: green.requests,
            greenBad: green.errors)
        errorLogarithms = errors.logarithms
        var slow = slowTest
        slow.observe(
            blue: blue.requests, blueBad: blue.slow, green: green.requests, greenBad: green.slow)
        slowLogarithms = slow.logarithms
        evidence = max(errors.odds, slow.odds)
    }
}

/// The tests, as they stand.
extension DeploymentAnalysis {
    var errorTest: ShareTest { ShareTest(logarithms: errorLogarithms) }
    var slowTest: ShareTest { ShareTest(logarithms: slowLogarithms) }
    var burstTest: BurstTest { BurstTest(blue: recentBlue, green: recentGreen) }

    var driftTest: DriftTest {
        DriftTest(
            blueRequests: baseline.requests + blue.requests,
            blueErrors: baseline.errors + blue.errors, sum: drift)
    }

    /// Requests that green must have got, warm, before their silence means anything.
    var requestsMin: Int {
        var known = baseline
        known.add(blue)
        return VerdictPolicy.requestsMin(of: known)
    }
}

extension OutcomeCounts {
    /// `nil` when there is less than before.
    fileprivate func since(_ old: OutcomeCounts) -> OutcomeCounts? {
        let new = OutcomeCounts(
            requests: requests - old.requests, errors: errors - old.errors, slow: slow - old.slow)
        return new.requests < 0 || new.errors < 0 || new.slow < 0 ? nil : new
    }
}
