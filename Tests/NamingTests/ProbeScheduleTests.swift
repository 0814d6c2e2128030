import Model
import Testing

@testable import Naming

/// Which instances are probed when, and what comes of it.
@Suite struct ProbeScheduleTests {
    private static let second = Instant(milliseconds: 1_000_000)
    private static let service = DiscoveryServiceID("srv-1")

    private func target(_ id: String, threshold: Int = 1, port: Int = 80) throws -> ProbeTarget {
        var service = DiscoveryService(
            id: Self.service, name: "db", namespace: "default", createdAt: .zero)
        service.healthCheck = DiscoveryHealthCheck(type: .tcp, failureThreshold: threshold)
        let instance = DiscoveryInstance(
            id: id, service: service.id,
            attributes: ["AWS_INSTANCE_IPV4": "10.0.0.1", "AWS_INSTANCE_PORT": "\(port)"],
            isHealthy: true, createdAt: .zero)
        return try #require(ProbeTarget(instance, of: service))
    }

    private func schedule(_ targets: [ProbeTarget]) -> ProbeSchedule {
        var schedule = ProbeSchedule(using: Generator(seed: 1))
        schedule.replace(targetsOf: Self.service, with: targets, known: [:], at: Self.second)
        return schedule
    }

    /// Probes the only target at `now`; returns the verdict and when the next probe is due.
    private func probe(
        _ schedule: inout ProbeSchedule, at now: Instant, passed: Bool
    ) throws -> (verdict: Bool?, pause: Int64) {
        let target = try #require(schedule.due(at: now).first)
        let verdict = schedule.finish(target, passed: passed, at: now)
        return (verdict, try #require(schedule.deadline).milliseconds(since: now))
    }

    @Test func firstProbeDecidesAtOnce() throws {
        for passed in [true, false] {
            var schedule = schedule([try target("a", threshold: 3)])
            #expect(schedule.deadline == Self.second)
            let (verdict, pause) = try probe(&schedule, at: Self.second, passed: passed)
            #expect(verdict == passed)
            #expect((9_000...10_000).contains(pause))
        }
    }

    @Test func verdictChangesAfterAsManyProbesAsTheThreshold() throws {
        var schedule = schedule([try target("a", threshold: 3)])
        var now = Self.second
        func probe(_ passed: Bool) throws -> Bool? {
            let (verdict, pause) = try self.probe(&schedule, at: now, passed: passed)
            // While the verdict is in question, the next probe comes quickly.
            #expect((verdict == nil ? 900...1_000 : 9_000...10_000).contains(pause))
            now = now.advanced(milliseconds: pause)
            return verdict
        }
        let outcomes = [true, false, false, true, false, false, false, true, true, true]
        let verdicts = try outcomes.map(probe)
        #expect(verdicts == [true, nil, nil, true, nil, nil, false, nil, nil, true])
    }

    @Test func knownVerdictIsGoneOnFrom() throws {
        let target = try target("a", threshold: 2)
        var schedule = ProbeSchedule(using: Generator(seed: 1))
        schedule.replace(
            targetsOf: Self.service, with: [target], known: [target.id: true], at: Self.second)
        #expect(try probe(&schedule, at: Self.second, passed: false).verdict == nil)
    }

    @Test func instanceThatMovesIsProbedAtOnceAndAnOlderOutcomeDoesNotCount() throws {
        let old = try target("a")
        let new = try target("a", port: 81)
        var schedule = schedule([old])
        #expect(schedule.due(at: Self.second) == [old])
        schedule.replace(targetsOf: Self.service, with: [new], known: [:], at: Self.second)
        #expect(schedule.due(at: Self.second).isEmpty)
        #expect(schedule.finish(old, passed: true, at: Self.second) == nil)
        #expect(schedule.due(at: Self.second) == [new])
    }

    @Test func instanceThatIsGoneIsProbedNoMore() throws {
        var schedule = schedule([try target("a"), try target("b")])
        schedule.replace(
            targetsOf: Self.service, with: [try target("b")], known: [:], at: Self.second)
        #expect(schedule.due(at: Self.second).map(\.instance) == ["b"])
        schedule.replace(targetsOf: Self.service, with: [], known: [:], at: Self.second)
        #expect(schedule.deadline == nil)
    }

    @Test func boundedNumberIsUnderWay() throws {
        let most = ProbeSchedule.probesMax
        let targets = try (0...most).map { try target("i-\(1000 + $0)") }
        var schedule = schedule(targets)
        let first = schedule.due(at: Self.second)
        #expect(first == Array(targets.prefix(most)))
        #expect(schedule.due(at: Self.second).isEmpty && schedule.deadline == nil)
        _ = schedule.finish(first[0], passed: true, at: Self.second)
        #expect(schedule.due(at: Self.second) == [targets[most]])
    }

    @Test func probesOfManyAreSpread() throws {
        let targets = try (0..<50).map { try target("i-\($0)") }
        var schedule = schedule(targets)
        for target in schedule.due(at: Self.second) {
            _ = schedule.finish(target, passed: true, at: Self.second)
        }
        let earliest = Self.second.advanced(milliseconds: 9_000)
        #expect(schedule.due(at: earliest).count < 5)
        #expect(schedule.due(at: earliest.advanced(milliseconds: 1_000)).count > 40)
    }

    @Test func onlyWhatHasACheckAndAnAddressIsProbed() {
        var service = DiscoveryService(
            id: Self.service, name: "db", namespace: "default", createdAt: .zero)
        var instance = DiscoveryInstance(
            id: "a", service: service.id, attributes: ["AWS_INSTANCE_IPV6": "::1"],
            isHealthy: true, createdAt: .zero)
        #expect(ProbeTarget(instance, of: service) == nil)
        service.healthCheck = DiscoveryHealthCheck(type: .http)
        #expect(ProbeTarget(instance, of: service)?.port == 80)
        instance.attributes = ["AWS_INSTANCE_CNAME": "example.com"]
        #expect(ProbeTarget(instance, of: service) == nil)
    }
}
