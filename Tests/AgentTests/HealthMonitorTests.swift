import Model
import Testing

@testable import Agent

@Suite struct HealthMonitorTests {
    private func monitor(
        interval: Int? = 10, retries: Int? = 3, startPeriod: Int? = nil
    ) -> HealthMonitor {
        var check = ContainerHealthCheck(command: ["CMD", "true"])
        check.interval = interval
        check.retries = retries
        check.startPeriod = startPeriod
        return HealthMonitor(check, startedAt: .at(0))
    }

    /// Feeds results at the moments at which they are due; returns those moments in seconds.
    private func feed(_ results: [Bool], to monitor: inout HealthMonitor) -> [Int64] {
        results.map { passed in
            guard let due = monitor.due else { return -1 }
            let begins = monitor.begins(at: due)
            #expect(begins)
            monitor.finished(passed: passed, at: due)
            return due.milliseconds / 1000
        }
    }

    @Test func firstPassIsHealthyAtOnce() {
        var monitor = monitor()
        #expect(monitor.status == .unknown)
        #expect(feed([true, true, true], to: &monitor) == [0, 10, 20])
        #expect(monitor.status == .healthy)
    }

    @Test func failuresBeforeTheFirstIntervalDoNotCount() {
        var monitor = monitor(interval: 3, retries: 2)
        #expect(feed([false, false, false, false], to: &monitor) == [0, 1, 2, 3])
        #expect(monitor.status == .unknown)
        #expect(feed([false], to: &monitor) == [6])
        #expect(monitor.status == .unhealthy)
    }

    @Test func failuresInTheStartPeriodDoNotCount() {
        var monitor = monitor(interval: 10, retries: 1, startPeriod: 2)
        #expect(feed([false, false], to: &monitor) == [0, 1])
        #expect(monitor.status == .unknown)
        #expect(feed([false], to: &monitor) == [2])
        #expect(monitor.status == .unhealthy)
    }

    @Test func afterAPassFailuresCountEvenInTheStartPeriod() {
        var monitor = monitor(interval: 5, retries: 2, startPeriod: 300)
        #expect(feed([true, false], to: &monitor) == [0, 5])
        #expect(monitor.status == .healthy)
        #expect(feed([false], to: &monitor) == [10])
        #expect(monitor.status == .unhealthy)
    }

    @Test func onePassForgetsEarlierFailures() {
        var monitor = monitor(interval: 5, retries: 2)
        _ = feed([true, false, true, false], to: &monitor)
        #expect(monitor.status == .healthy)
        _ = feed([false], to: &monitor)
        #expect(monitor.status == .unhealthy)
        _ = feed([true], to: &monitor)
        #expect(monitor.status == .healthy)
    }

    @Test func checksDoNotOverlap() {
        var monitor = monitor()
        let moments = [-1, 0, 99]
        #expect(moments.map { monitor.begins(at: .at($0)) } == [false, true, false])
    }

    @Test func defaultsAreThoseOfECS() {
        var monitor = monitor(interval: nil, retries: nil)
        #expect(feed([true, false, false, false], to: &monitor) == [0, 30, 60, 90])
        #expect(monitor.status == .unhealthy)
    }

    @Test(arguments: [
        (["CMD", "curl", "-f", "x y"], ["curl", "-f", "x y"]),
        (["CMD-SHELL", "curl -f x || exit 1"], ["/bin/sh", "-c", "curl -f x || exit 1"]),
        (["true"], ["true"]),
        (["NONE"], nil),
        ([], nil),
    ])
    func commandForms(command: [String], expected: [String]?) {
        #expect(ContainerHealthCheck(command: command).arguments == expected)
    }
}
